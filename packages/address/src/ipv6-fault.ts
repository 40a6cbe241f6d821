import { Fault, within } from './fault.ts';
import { explainIpv4 } from './ipv4-fault.ts';
import { scanIpv4 } from './ipv4.ts';
import { quote, quoteAt } from './quote.ts';

// "0000:0000:0000:0000:0000:ffff:255.255.255.255"
const MAX_LENGTH = 45;

const fault = (index: number, reason: string): Fault => new Fault('ERR_ADDRESS_HOST', index, reason);

const strayCharacter = (text: string): Fault | undefined => {
  const index = text.search(/[^0-9a-fA-F:.]/);
  if (index < 0) return undefined;
  if (text[index] === '/') return fault(index, 'it has a prefix length. Read it with parsePrefix');
  if (text[index] === '[' || text[index] === ']') return fault(index, 'brackets belong to an address with a port');
  return fault(index, `expected hexadecimal digits and ":", found ${quoteAt(text, index)}`);
};

const colons = (text: string): Fault | undefined => {
  const gap = text.indexOf('::');
  const second = gap < 0 ? -1 : text.indexOf('::', gap + 1);
  if (second === gap + 1 && gap >= 0) return fault(second, 'found ":::", expected ":" or "::"');
  if (second >= 0) return fault(second, '"::" may stand only once');
  if (text.startsWith(':') && gap !== 0) return fault(0, 'it begins with a single ":"');
  if (text.endsWith(':') && gap !== text.length - 2) return fault(text.length, 'it ends with a single ":"');
  return undefined;
};

const embedded = (part: string, start: number, isLast: boolean): Fault | undefined => {
  if (!isLast) return fault(start, `the IPv4 part ${quote(part)} must come last`);
  return scanIpv4(part, 0, part.length) < 0 ? within(explainIpv4(part), part, 'an IPv4 address', start) : undefined;
};

/** Says why a text that `scanIpv6` refused, without its zone, is no IPv6 address. */
export const explainIpv6 = (text: string): Fault => {
  if (text === '') return fault(0, 'it is empty. Write :: for every interface');
  const first = text.length > MAX_LENGTH ? undefined : (strayCharacter(text) ?? colons(text));
  if (first !== undefined) return first;
  if (text.length > MAX_LENGTH)
    return fault(MAX_LENGTH, `expected at most ${MAX_LENGTH} characters, found ${text.length}`);
  const parts = text.split(':');
  let count = 0;
  let start = 0;
  for (const [position, part] of parts.entries()) {
    if (part.includes('.')) {
      const found = embedded(part, start, position === parts.length - 1);
      if (found !== undefined) return found;
      count += 2;
    } else if (part.length > 4) {
      return fault(start, `group ${quote(part)} has more than 4 digits`);
    } else if (part !== '') {
      count++;
    }
    start += part.length + 1;
  }
  const expected = text.includes('::') ? 'expected at most 7 groups beside "::"' : 'expected 8 groups';
  return fault(text.length, `${expected}, found ${count}`);
};
