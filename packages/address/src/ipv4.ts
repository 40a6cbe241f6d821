const DOT = 46;
const ZERO = 48;

/**
 * Reads the four octets of an IPv4 address as one number of 32 bits, or -1.
 *
 * Strict dotted quads only: what `inet_aton` reads beside them (fewer parts, octal, hexadecimal) is another address to
 * someone else.
 */
export const scanIpv4 = (text: string): number => {
  let bits = 0;
  let octet = -1;
  let dots = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === DOT) {
      if (octet < 0 || dots === 3) return -1;
      bits = bits * 256 + octet;
      octet = -1;
      dots++;
    } else {
      const digit = code - ZERO;
      // A zero octet that goes on is a leading zero: octal to some readers.
      if (!(digit >= 0 && digit <= 9) || octet === 0) return -1;
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return -1;
    }
  }
  return octet < 0 || dots !== 3 ? -1 : bits * 256 + octet;
};

/** The dotted text of 32 bits. */
export const formatIpv4 = (bits: number): string =>
  `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
