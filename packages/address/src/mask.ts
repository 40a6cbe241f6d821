import type { Ipv6Bits } from './ipv6-bits.ts';

const ZEROS: Ipv6Bits = '\0\0\0\0\0\0\0\0';

/** The first `length` of 32 bits, zeros after them. */
export const maskIpv4 = (bits: number, length: number): number =>
  // JavaScript shifts by the count modulo 32, so a shift by 32 would be none.
  length === 0 ? 0 : (bits & (-1 << (32 - length))) >>> 0;

/** The first `length` of 128 bits, zeros after them. */
export const maskIpv6 = (bits: Ipv6Bits, length: number): Ipv6Bits => {
  if (length === 128) return bits;
  const whole = length >> 4;
  const kept = bits.slice(0, whole);
  const partial = bits.charCodeAt(whole) & (0xffff << (16 - (length & 15)));
  return `${kept}${String.fromCharCode(partial)}${ZEROS.slice(whole + 1)}`;
};

/** The first `length` bits, zeros after them. */
export const maskBits = (bits: number | Ipv6Bits, length: number): number | Ipv6Bits =>
  typeof bits === 'number' ? maskIpv4(bits, length) : maskIpv6(bits, length);

/** The next 128 bits in address order, or `undefined` after the last. */
export const nextIpv6 = (bits: Ipv6Bits): Ipv6Bits | undefined => {
  for (let index = 7; index >= 0; index--) {
    const group = bits.charCodeAt(index);
    if (group < 0xffff) return `${bits.slice(0, index)}${String.fromCharCode(group + 1)}${ZEROS.slice(index + 1)}`;
  }
  return undefined;
};
