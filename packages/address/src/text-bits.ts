import { Fault } from './fault.ts';
import { unmappedBits, withoutMapping } from './inet-bits.ts';
import { inet } from './inet.ts';
import { scanIpv4 } from './ipv4.ts';
import type { Ipv6Bits } from './ipv6-bits.ts';
import { readIpv6 } from './ipv6.ts';

/** Like `unmappedBits`, from the text of an address, without making one. */
export const unmappedTextBits = (text: string): number | Ipv6Bits => {
  const bits = scanIpv4(text);
  if (bits >= 0) return bits;
  const scan = readIpv6(text, text.length);
  // It has a zone, or is no address: the long way knows.
  return scan instanceof Fault ? unmappedBits(inet(text, 0)) : withoutMapping(scan.bits);
};
