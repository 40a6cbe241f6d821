import type { AddressErrorCode } from './errors.ts';
import { Fault, strayFault } from './fault.ts';

/** Reads an integer from 0 to `max` in decimal digits: no sign, no space, no leading zero, which is octal to some readers. */
export const readDecimal = (code: AddressErrorCode, text: string, max: number): number | Fault => {
  const value = Number(text) >>> 0;
  // One text a number: whatever else `Number` reads is not how it writes it.
  if (value <= max && String(value) === text) return value;
  const expected = `an integer from 0 to ${max} without leading zeros`;
  return strayFault(code, text, /^$|\D/, expected) ?? new Fault(code, 0, `expected ${expected}`);
};
