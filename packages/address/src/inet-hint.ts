import { Fault } from './fault.ts';

/** What people write where an IP address belongs, by its first character that is wrong there. */
const hint = (text: string, index: number): string | undefined => {
  if (text === '') return 'it is empty. Write 0.0.0.0 or :: for every interface';
  switch (text[index]) {
    case '/':
      return 'it has a prefix length. Read it with parsePrefix';
    case '[':
    case ']':
      return 'brackets belong to an address with a port';
    case '%':
      return text.includes(':') ? undefined : 'only an IPv6 address has a zone';
    default:
      return index === 0 && /^[a-z][^:]*$/i.test(text)
        ? 'it looks like a host name. Read it with hostAddress'
        : undefined;
  }
};

/** An IP address, or why the text is none, in other words where it is something that has a place of its own. */
export const withHint = <T>(value: T | Fault, text: string): T | Fault => {
  if (!(value instanceof Fault)) return value;
  const reason = hint(text, value.index);
  return reason === undefined ? value : new Fault(value.code, value.index, reason);
};
