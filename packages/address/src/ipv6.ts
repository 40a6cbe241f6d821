import { Fault, unexpected, within } from './fault.ts';
import { explainIpv4 } from './ipv4-fault.ts';
import { scanIpv4 } from './ipv4.ts';
import { isMappedBits, toBits, type Ipv6Bits } from './ipv6-bits.ts';

/** An IPv6 address as it was read. */
export interface Ipv6Scan {
  readonly bits: Ipv6Bits;
  /**
   * Which groups "::" stood for, in the form of `zeroRun`; -1 of what RFC 5952 writes in other ways: with upper case,
   * leading zeros, or an IPv4 part where the address is not IPv4-mapped, or the other way round.
   */
  readonly run: number;
}

const COLON = 58;
const DOT = 46;

// The bit that tells "a" from "A". Digits, ":" and "." have it too.
const LOWER_CASE = 32;

// Behind all groups.
const NO_GAP = 9;

/** One more than the value of a hexadecimal digit, by its ASCII code; 0 for what is none. */
const HEX: Uint8Array = /* @__PURE__ */ Uint8Array.from(
  { length: 128 },
  (_, code) => Number.parseInt(String.fromCharCode(code), 16) + 1,
);

const SINGLE_COLON = 'a single ":" stands between two groups';

const fault = (index: number, reason: string): Fault => new Fault('ERR_ADDRESS_HOST', index, reason);

/** Reads an IPv6 address (RFC 4291, section 2.2) from the beginning of `text` to `end`, without a zone. */
export const readIpv6 = (text: string, end: number): Ipv6Scan | Fault => {
  const groups = [0, 0, 0, 0, 0, 0, 0, 0];
  let count = 0;
  // How many groups stand before "::".
  let gap = NO_GAP;
  let hasIpv4 = false;
  // Stays as it is in lower case without leading zeros.
  let plain = LOWER_CASE;
  let first = text.startsWith('::') ? 1 : 0;
  let value = 0;
  let index = first;
  // The ninth group is one too many: nobody reads what follows it.
  for (; index < end && count < 9; index++) {
    const code = text.charCodeAt(index);
    const digit = (HEX[code] ?? 0) - 1;
    plain &= code;
    if (digit >= 0) {
      if (index === first + 4) return fault(first, 'a group has at most 4 digits');
      if (value === 0 && index > first) plain = 0;
      value = value * 16 + digit;
    } else if (code === COLON) {
      if (index > first) {
        groups[count++] = value;
        value = 0;
      } else if (gap === NO_GAP && index > 0) {
        gap = count;
      } else {
        return fault(index, gap === NO_GAP ? SINGLE_COLON : '"::" may stand only once');
      }
      first = index + 1;
    } else if (code === DOT) {
      const part = text.slice(first, end);
      const ipv4 = scanIpv4(part);
      if (ipv4 < 0) return within(explainIpv4(part), part, 'an IPv4 address', first);
      groups[count++] = ipv4 >>> 16;
      groups[count++] = ipv4 & 0xffff;
      hasIpv4 = true;
      first = index;
      break;
    } else {
      return unexpected('ERR_ADDRESS_HOST', text, index, 'hexadecimal digits and ":"');
    }
  }
  if (index > first) groups[count++] = value;
  else if (text[end - 1] === ':' && gap !== count) return fault(end - 1, SINGLE_COLON);
  const zeros = 8 - count;
  // "::" stands for one group at least.
  if (gap === NO_GAP ? zeros !== 0 : zeros < 1) {
    return fault(end, `expected ${gap === NO_GAP ? '8 groups' : 'at most 7 groups beside "::"'}, found ${count}`);
  }
  for (let to = 7; to >= gap; to--) groups[to] = to < gap + zeros ? 0 : (groups[to - zeros] ?? 0);
  const bits = toBits(groups);
  return { bits, run: plain > 0 && hasIpv4 === isMappedBits(bits) ? gap * 16 + zeros : -1 };
};
