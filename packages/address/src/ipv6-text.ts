import { formatIpv4 } from './ipv4.ts';
import { isMappedBits, lastBits, zeroRun, type Ipv6Bits } from './ipv6-bits.ts';

const hexRange = (bits: Ipv6Bits, start: number, end: number): string => {
  let text = '';
  for (let index = start; index < end; index++) {
    if (index > start) text += ':';
    // RFC 5952, sections 4.1 and 4.3: no leading zeros, lower case.
    text += bits.charCodeAt(index).toString(16);
  }
  return text;
};

/** The canonical text of RFC 5952. */
export const formatIpv6 = (bits: Ipv6Bits): string => {
  // RFC 5952, section 5: an address known to embed IPv4 shows it.
  if (isMappedBits(bits)) return `::ffff:${formatIpv4(lastBits(bits))}`;
  const run = zeroRun(bits);
  if (run < 0) return hexRange(bits, 0, 8);
  const start = run >> 4;
  return `${hexRange(bits, 0, start)}::${hexRange(bits, start + (run & 15), 8)}`;
};
