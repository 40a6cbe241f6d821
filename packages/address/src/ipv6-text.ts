import { formatIpv4 } from './ipv4.ts';
import { isMappedBits, lastBits, zeroRun, type Ipv6Bits } from './ipv6-bits.ts';

// Two hexadecimal digits of a byte, once they were needed: `toString(16)` takes its time with more than one digit.
const pairs: string[] = [];

const pair = (byte: number): string => (pairs[byte] ??= (byte + 0x100).toString(16).slice(1));

/** RFC 5952, sections 4.1 and 4.3: no leading zeros, lower case. */
const hex = (group: number): string => (group > 0xfff ? pair(group >> 8) + pair(group & 255) : group.toString(16));

/** The canonical text of RFC 5952. */
export const formatIpv6 = (bits: Ipv6Bits): string => {
  // RFC 5952, section 5: an address known to embed IPv4 shows it.
  if (isMappedBits(bits)) return `::ffff:${formatIpv4(lastBits(bits))}`;
  const run = zeroRun(bits);
  // Without a run both lie outside.
  const start = run >> 4;
  const end = start + (run & 15);
  let text = '';
  for (let index = 0; index < 8; index++) {
    if (index === start) {
      text += '::';
      index = end - 1;
    } else {
      text += (index > 0 && index !== end ? ':' : '') + hex(bits.charCodeAt(index));
    }
  }
  return text;
};
