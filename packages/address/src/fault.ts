import { AddressError, type AddressErrorCode } from './errors.ts';
import { quote, quoteAt } from './quote.ts';
import type { Result } from './result.ts';

/**
 * Why a text was refused, before anyone decided whether to throw: readers return `T | Fault`, and only the public face
 * turns a fault into an error.
 */
export class Fault {
  declare readonly code: AddressErrorCode;
  /** Where in the text that was read. */
  declare readonly index: number;
  declare readonly reason: string;

  constructor(code: AddressErrorCode, index: number, reason: string) {
    this.code = code;
    this.index = index;
    this.reason = reason;
  }
}

/** The fault of one character, or of the end: what should stand there, and what does. */
export const unexpected = (
  code: AddressErrorCode,
  text: string,
  index: number,
  expected: string,
  hint: string = '',
): Fault => new Fault(code, index, `expected ${expected}, found ${quoteAt(text, index)}${hint}`);

/** The fault of the first character that `refused` matches, or nothing. With `^$` in it, of an empty text too. */
export const strayFault = (
  code: AddressErrorCode,
  text: string,
  refused: RegExp,
  expected: string,
): Fault | undefined => {
  const index = text.search(refused);
  return index < 0 ? undefined : unexpected(code, text, index, expected);
};

/** What was read from the middle of a text, with the index of a fault counted from its beginning. */
export const moved = <T = never>(value: T | Fault, offset: number): T | Fault =>
  value instanceof Fault ? new Fault(value.code, offset + value.index, value.reason) : value;

/** Like `moved`, with a fault told about the whole: `part` begins at `offset` and was to be `noun`. */
export const within = <T = never>(value: T | Fault, part: string, noun: string, offset: number): T | Fault =>
  value instanceof Fault
    ? new Fault(value.code, offset + value.index, `${quote(part)} is not ${noun}: ${value.reason}`)
    : value;

export const toError = (fault: Fault, noun: string, input: string): AddressError => {
  const { code, index, reason } = within(fault, input, noun, 0);
  return new AddressError(code, reason, input, index);
};

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
