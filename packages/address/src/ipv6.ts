import { Fault, unexpected, within } from './fault.ts';
import { explainIpv4 } from './ipv4-fault.ts';
import { scanIpv4 } from './ipv4.ts';
import { isMappedBits, zeroRun, type Ipv6Bits } from './ipv6-bits.ts';
import { formatIpv6 } from './ipv6-text.ts';

/** An IPv6 address as it was read. */
export interface Ipv6 {
  readonly bits: Ipv6Bits;
  /** The canonical text (RFC 5952). */
  readonly host: string;
}

const COLON = 58;
const DOT = 46;
const LOWER_A = 97;

// Behind all groups.
const NO_GAP = 9;

/** One more than the value of a hexadecimal digit, by its ASCII code; 0 for what is none. */
const HEX: Uint8Array = /* @__PURE__ */ Uint8Array.from(
  { length: 128 },
  (_, code) => Number.parseInt(String.fromCharCode(code), 16) + 1,
);

const SINGLE_COLON = 'a single ":" stands only between two groups';

const fault = (index: number, reason: string): Fault => new Fault('ERR_ADDRESS_HOST', index, reason);

/** Reads an IPv6 address (RFC 4291, section 2.2) from the beginning of `text` to `end`, without a zone. */
export const readIpv6 = (text: string, end: number): Ipv6 | Fault => {
  let groups = '';
  // How many groups stand before "::".
  let gap = NO_GAP;
  let hasIpv4 = false;
  // Lower case, no leading zeros.
  let isPlain = true;
  let first = text.startsWith('::') ? 1 : 0;
  let value = 0;
  let index = first;
  // The ninth group is one too many: nobody reads what follows it.
  for (; index < end && groups.length < 9; index++) {
    const code = text.charCodeAt(index);
    const digit = (HEX[code] ?? 0) - 1;
    if (digit >= 0) {
      if (index === first + 4) return fault(first, 'a group has at most 4 digits');
      if ((index > first && value === 0) || (digit > 9 && code < LOWER_A)) isPlain = false;
      value = value * 16 + digit;
    } else if (code === COLON) {
      if (index > first) {
        groups += String.fromCharCode(value);
        value = 0;
      } else if (gap === NO_GAP && index > 0) {
        gap = groups.length;
      } else {
        return fault(index, gap === NO_GAP ? SINGLE_COLON : '"::" may stand only once');
      }
      first = index + 1;
    } else if (code === DOT) {
      const part = text.slice(first, end);
      const ipv4 = scanIpv4(part);
      if (ipv4 < 0) return within(explainIpv4(part), part, 'an IPv4 address', first);
      groups += String.fromCharCode(ipv4 >>> 16, ipv4 & 0xffff);
      hasIpv4 = true;
      first = index;
      break;
    } else {
      return unexpected('ERR_ADDRESS_HOST', text, index, 'hexadecimal digits and ":"');
    }
  }
  if (index > first) groups += String.fromCharCode(value);
  else if (text.charCodeAt(end - 1) === COLON && gap !== groups.length) return fault(end - 1, SINGLE_COLON);
  const zeros = 8 - groups.length;
  // "::" stands for one group at least.
  if (gap === NO_GAP ? zeros !== 0 : zeros < 1) {
    return fault(
      end,
      `expected ${gap === NO_GAP ? '8 groups' : 'at most 7 groups beside "::"'}, found ${groups.length}`,
    );
  }
  const bits = groups.slice(0, gap) + '\0'.repeat(zeros) + groups.slice(gap);
  // RFC 5952: "::" where it must be, and an IPv4 part where, and only where, the address is IPv4-mapped.
  const isCanonical = isPlain && hasIpv4 === isMappedBits(bits) && zeroRun(bits) === gap * 16 + zeros;
  return { bits, host: isCanonical ? text.slice(0, end) : formatIpv6(bits) };
};
