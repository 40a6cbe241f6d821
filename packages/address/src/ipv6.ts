import { scanIpv4 } from './ipv4.ts';
import { isMappedBits, zeroRun, type Ipv6Bits } from './ipv6-bits.ts';

/** An IPv6 address as it was read. */
export interface Ipv6Scan {
  readonly bits: Ipv6Bits;
  /** The text was already the canonical one (RFC 5952). */
  readonly isCanonical: boolean;
}

const COLON = 58;
const DOT = 46;
const ZERO = 48;

/** The value of a hexadecimal digit, or -1. */
const hexDigit = (code: number): number => {
  const digit = code - ZERO;
  if (digit >= 0 && digit <= 9) return digit;
  const letter = (code | 0x20) - 87;
  return letter >= 10 && letter <= 15 ? letter : -1;
};

// One address is read at a time, so the groups of the last one are nobody's.
const groups: Uint16Array = /* @__PURE__ */ new Uint16Array(8);

const group = (index: number): number => groups[index] ?? 0;

const packed = (): Ipv6Bits =>
  String.fromCharCode(group(0), group(1), group(2), group(3), group(4), group(5), group(6), group(7));

/** Moves what was read after `::` to the end and puts zeros in its place: `gap` groups stood before it, `count` in all. */
const expand = (gap: number, count: number): void => {
  const zeros = 8 - count;
  for (let index = 7; index >= gap + zeros; index--) groups[index] = group(index - zeros);
  for (let index = gap; index < gap + zeros; index++) groups[index] = 0;
};

/** RFC 5952: `::` where it must be, and an IPv4 part where, and only where, the address is IPv4-mapped. */
const isCanonicalForm = (bits: Ipv6Bits, gap: number, zeros: number, hasIpv4: boolean): boolean => {
  const run = gap < 0 ? -1 : gap * 16 + zeros;
  return isMappedBits(bits) ? hasIpv4 && run === 5 : !hasIpv4 && run === zeroRun(bits);
};

/** Reads an IPv6 address (RFC 4291, section 2.2) without a zone in `text` from `start` to `end`. */
export const scanIpv6 = (text: string, start: number, end: number): Ipv6Scan | undefined => {
  let index = start;
  let count = 0;
  let gap = -1;
  let hasIpv4 = false;
  let isPlain = true;
  if (text.charCodeAt(index) === COLON) {
    if (end - start < 2 || text.charCodeAt(index + 1) !== COLON) return undefined;
    gap = 0;
    index += 2;
  }
  while (index < end) {
    if (count === 8) return undefined;
    const first = index;
    let value = 0;
    let code = 0;
    for (; index < end; index++) {
      code = text.charCodeAt(index);
      const digit = hexDigit(code);
      if (digit < 0) break;
      if (index - first === 4) return undefined;
      if (code < 97 && digit > 9) isPlain = false;
      value = value * 16 + digit;
    }
    if (index < end && code === DOT) {
      const tail = count > 6 ? -1 : scanIpv4(text, first, end);
      if (tail < 0) return undefined;
      groups[count++] = tail >>> 16;
      groups[count++] = tail & 0xffff;
      hasIpv4 = true;
      break;
    }
    if (index === first) return undefined;
    if (index > first + 1 && text.charCodeAt(first) === ZERO) isPlain = false;
    groups[count++] = value;
    if (index === end) break;
    if (code !== COLON || ++index === end) return undefined;
    if (text.charCodeAt(index) === COLON) {
      if (gap >= 0) return undefined;
      gap = count;
      index++;
    }
  }
  // "::" stands for one group at least.
  if (gap < 0 ? count !== 8 : count === 8) return undefined;
  if (gap >= 0) expand(gap, count);
  const bits = packed();
  return { bits, isCanonical: isPlain && isCanonicalForm(bits, gap, 8 - count, hasIpv4) };
};
