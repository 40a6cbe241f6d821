/**
 * Reads the four octets of an IPv4 address in `text` from `start` to `end`, as one number of 32 bits, or -1.
 *
 * Strict dotted quads only: what `inet_aton` reads beside them (fewer parts, octal, hexadecimal) is another address to
 * someone else.
 */
export const scanIpv4 = (text: string, start: number, end: number): number => {
  // "0.0.0.0" to "255.255.255.255": anything else is refused before it costs anything.
  if (end - start < 7 || end - start > 15) return -1;
  let bits = 0;
  let octet = -1;
  let dots = 0;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === 46) {
      if (octet < 0 || dots === 3) return -1;
      bits = bits * 256 + octet;
      octet = -1;
      dots++;
    } else {
      const digit = code - 48;
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
