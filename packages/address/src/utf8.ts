import type { AddressErrorCode } from './errors.ts';
import { Fault } from './fault.ts';

// PATH_MAX of Linux, longer than any limit here: past it no count is worth making.
const MAX_COUNTED = 4096;

/** The bytes of a code point (RFC 3629, section 3), three for a lone surrogate. */
const width = (code: number): number => {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x1_0000 ? 3 : 4;
};

/** Refuses more than `limit` bytes of UTF-8, at the first character that is too many, and without reading megabytes. */
export const lengthFault = (code: AddressErrorCode, text: string, limit: number): Fault | undefined => {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += width(character.codePointAt(0) ?? 0);
    if (bytes <= limit) end += character.length;
    if (bytes > MAX_COUNTED) break;
  }
  const found = bytes > MAX_COUNTED ? `more than ${MAX_COUNTED}` : bytes;
  return end < text.length ? new Fault(code, end, `it is too long: ${found} bytes, the limit is ${limit}`) : undefined;
};
