import { readDecimal } from './decimal.ts';
import { Fault, within } from './fault.ts';
import { formatIpv4 } from './ipv4.ts';

// One more than there may be: nobody pays for megabytes of dots.
const MAX_PARTS = 5;

// A part as `inet_aton` reads it. Octal is left out: there two readings compete.
const LEGACY_PART = /^(?:0x[0-9a-f]+|0|[1-9]\d*)$/i;

/** What `inet_aton` makes of the parts: all but the last are octets, the last fills what is left. */
const suggest = (parts: readonly string[]): string => {
  let bits = 0;
  for (const [index, part] of parts.entries()) {
    const room = index === parts.length - 1 ? 256 ** (4 - index) : 256;
    const value = LEGACY_PART.test(part) ? Number(part) : room;
    if (value >= room) return '';
    bits = bits * room + value;
  }
  return `. Did you mean ${formatIpv4(bits)}?`;
};

const findFault = (parts: readonly string[]): Fault => {
  let index = 0;
  for (const part of parts) {
    const octet = within(readDecimal('ERR_ADDRESS_HOST', part, 255), part, 'an octet', index);
    if (octet instanceof Fault) return octet;
    index += part.length + 1;
  }
  const found = parts.length < MAX_PARTS ? parts.length : 'more';
  return new Fault('ERR_ADDRESS_HOST', index - 1, `expected 4 octets, found ${found}`);
};

/** Says why a text that `scanIpv4` refused is no IPv4 address. */
export const explainIpv4 = (text: string): Fault => {
  const parts = text.split('.', MAX_PARTS);
  const { code, index, reason } = findFault(parts);
  return new Fault(code, index, reason + suggest(parts));
};
