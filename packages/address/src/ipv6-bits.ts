/**
 * The 128 bits of an IPv6 address as a string of eight UTF-16 code units, one a group.
 *
 * A string is immutable, compares in address order with `<`, is its own map key, and costs less than a typed array.
 */
export type Ipv6Bits = string;

/** The bits of eight groups. One call makes a flat string, which is read faster than one that grew by parts. */
export const toBits = (groups: readonly number[]): Ipv6Bits => String.fromCharCode(...groups);

// RFC 4291, section 2.5.5.2: ::ffff:0:0/96.
const MAPPED_PREFIX = '\0\0\0\0\0\uffff';

/** Whether the bits are those of an IPv4 address in IPv6 clothes. */
export const isMappedBits = (bits: Ipv6Bits): boolean =>
  bits.charCodeAt(5) === 0xffff && bits.startsWith(MAPPED_PREFIX);

/** The bits of `::ffff:a.b.c.d`. */
export const mapBits = (ipv4: number): Ipv6Bits => MAPPED_PREFIX + String.fromCharCode(ipv4 >>> 16, ipv4 & 0xffff);

/** The last 32 bits as a number: the IPv4 address in mapped bits. */
export const lastBits = (bits: Ipv6Bits): number => bits.charCodeAt(6) * 0x1_0000 + bits.charCodeAt(7);

/**
 * The run of zero groups that `::` stands for in canonical text: 16 times where it starts plus its length. Without any it
 * is empty and starts at 9, behind all groups.
 */
export const zeroRun = (bits: Ipv6Bits): number => {
  let best = 9 * 16;
  // RFC 5952, section 4.2.2: a single group is no run.
  let longest = 1;
  let length = 0;
  for (let index = 0; index < 8; index++) {
    length = bits.charCodeAt(index) === 0 ? length + 1 : 0;
    // RFC 5952, section 4.2.3: the longest run, of equals the first.
    if (length > longest) {
      longest = length;
      best = (index - length + 1) * 16 + length;
    }
  }
  return best;
};
