/**
 * How many bytes the UTF-8 sequence at `at` has; 0: none is there, whatever follows; -1: the bytes end in the middle of
 * what may become one.
 *
 * RFC 3629 section 4 leaves no room: no overlong form, no surrogate (D800-DFFF), nothing past 10FFFF.
 */
export const utf8Sequence = (bytes: Uint8Array, at: number): number => {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const length = lengthOf(lead);
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return -1;
    const low = index === 1 ? lowestSecond(lead) : 0x80;
    const high = index === 1 ? highestSecond(lead) : 0xbf;
    if (byte < low || byte > high) return 0;
  }
  return length;
};

// RFC 3629 section 4, UTF8-2, UTF8-3 and UTF8-4: C2-DF, E0-EF and F0-F4 lead two, three and four bytes.
const lengthOf = (lead: number): number => {
  if (lead < 0xc2 || lead > 0xf4) return 0;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
};

// RFC 3629 section 4: E0 A0-BF and F0 90-BF keep overlong forms out.
const lowestSecond = (lead: number): number => {
  if (lead === 0xe0) return 0xa0;
  return lead === 0xf0 ? 0x90 : 0x80;
};

// RFC 3629 section 4: ED 80-9F keeps surrogates out, F4 80-8F what is past 10FFFF.
const highestSecond = (lead: number): number => {
  if (lead === 0xed) return 0x9f;
  return lead === 0xf4 ? 0x8f : 0xbf;
};

/** Where the sequence begins that the bytes end in the middle of; the length of `bytes` where there is none. */
export const utf8Cut = (bytes: Uint8Array): number => {
  const { length } = bytes;
  // RFC 3629 section 3: a sequence has four bytes at most, so that an incomplete one has three.
  for (let at = length - 1; at >= 0 && at >= length - 3; at--) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) return utf8Sequence(bytes, at) === -1 ? at : length;
  }
  return length;
};
