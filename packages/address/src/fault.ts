import { AddressError, type AddressErrorCode } from './errors.ts';
import { quote } from './quote.ts';
import type { Result } from './result.ts';

/**
 * Why a text was refused, before anyone decided whether to throw: readers return `T | Fault`, and only the public face
 * turns a fault into an error.
 */
export class Fault {
  readonly code: AddressErrorCode;
  /** Where in the text that was read. */
  readonly index: number;
  readonly reason: string;

  constructor(code: AddressErrorCode, index: number, reason: string) {
    this.code = code;
    this.index = index;
    this.reason = reason;
  }
}

/** The fault of a part, told about the whole: `part` begins at `offset` and was to be `noun`. */
export const within = (fault: Fault, part: string, noun: string, offset: number): Fault =>
  new Fault(fault.code, offset + fault.index, `${quote(part)} is not ${noun}: ${fault.reason}`);

/** What was read from the middle of a text, with the index of a fault counted from its beginning. */
export const moved = <T>(value: T | Fault, offset: number): T | Fault =>
  value instanceof Fault ? new Fault(value.code, offset + value.index, value.reason) : value;

export const toError = (fault: Fault, noun: string, input: string): AddressError =>
  new AddressError(fault.code, `${quote(input)} is not ${noun}: ${fault.reason}`, input, fault.index);

/** Callers without types get a `TypeError`: that is a mistake in the program, not in what it was given. */
export const requireText = (text: string, noun: string): void => {
  if (typeof text !== 'string') throw new TypeError(`Cannot read ${noun}: expected a string, found ${typeof text}`);
};

/** The value, or the fault thrown. */
export const orThrow = <T>(value: T | Fault, noun: string, input: string): T => {
  if (value instanceof Fault) throw toError(value, noun, input);
  return value;
};

/** Runs a reader and throws what it refuses. */
export const parseWith = <T>(read: (text: string) => T | Fault, noun: string, text: string): T => {
  requireText(text, noun);
  return orThrow(read(text), noun, text);
};

/** Runs a reader and returns what it refuses. */
export const tryWith = <T>(read: (text: string) => T | Fault, noun: string, text: string): Result<T> => {
  requireText(text, noun);
  const value = read(text);
  return value instanceof Fault ? { ok: false, error: toError(value, noun, text) } : { ok: true, value };
};
