import { Fault } from './fault.ts';
import { formatIpv4 } from './ipv4.ts';
import { quote, quoteAt } from './quote.ts';

const fault = (index: number, reason: string): Fault => new Fault('ERR_ADDRESS_HOST', index, reason);

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** One part as `inet_aton` would read it, or NaN. Octal is left out: there two readings compete. */
const legacyPart = (part: string): number => {
  if (/^0[xX][0-9a-fA-F]+$/.test(part)) return Number.parseInt(part, 16);
  return /^(?:0|[1-9][0-9]*)$/.test(part) ? Number(part) : Number.NaN;
};

/**
 * The address that `inet_aton` makes of short or hexadecimal forms: all parts but the last are octets, the last fills
 * what is left.
 */
const legacyReading = (parts: readonly string[]): string | undefined => {
  if (parts.length > 4) return undefined;
  const last = legacyPart(parts.at(-1) ?? '');
  let bits = 0;
  for (const part of parts.slice(0, -1)) {
    const octet = legacyPart(part);
    if (!(octet <= 255)) return undefined;
    bits = bits * 256 + octet;
  }
  const room = 256 ** (5 - parts.length);
  return last < room ? formatIpv4(bits * room + last) : undefined;
};

const suggest = (parts: readonly string[]): string => {
  const reading = legacyReading(parts);
  return reading === undefined ? '' : `. Did you mean ${reading}?`;
};

const octetFault = (octet: string, position: number, index: number): Fault | undefined => {
  if (octet === '') return fault(index, `octet ${position} is empty`);
  if (octet.length > 1 && octet.startsWith('0')) {
    return fault(index, `octet ${position} is ${quote(octet)}, and leading zeros are octal to some readers`);
  }
  return Number(octet) > 255 ? fault(index, `octet ${position} is ${quote(octet)}, the largest is 255`) : undefined;
};

/** Says why a text that `scanIpv4` refused is no IPv4 address. */
export const explainIpv4 = (text: string): Fault => {
  if (text === '') return fault(0, 'it is empty. Write 0.0.0.0 for every interface');
  // Past this nothing is worth explaining, and nobody pays for megabytes.
  if (text.length > 64) return fault(15, `expected at most 15 characters, found ${text.length}`);
  const parts = text.split('.');
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x25) return fault(index, 'only an IPv6 address has a zone');
    if (code === 0x2f) return fault(index, 'it has a prefix length. Read it with parsePrefix');
    if (code === 0x3a) return fault(index, 'found ":", which only IPv6 addresses and ports have');
    if (!isDigit(code) && code !== 0x2e) {
      return fault(index, `expected decimal digits and ".", found ${quoteAt(text, index)}${suggest(parts)}`);
    }
  }
  let start = 0;
  for (const [position, octet] of parts.entries()) {
    const found = parts.length === 4 || octet === '' ? octetFault(octet, position + 1, start) : undefined;
    if (found !== undefined) return found;
    start += octet.length + 1;
  }
  return fault(text.length, `expected 4 octets, found ${parts.length}${suggest(parts)}`);
};
