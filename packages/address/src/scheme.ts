import type { Address, HostAddress } from './address.ts';
import { Fault, orThrow, requireText } from './fault.ts';

/** What stands after a scheme: a host and a port, a Unix path, or a name that its backend understands. */
export type SchemeKind = 'inet' | 'unix' | 'name';

/** What addresses a scheme has. `scheme` is in lower case. */
export const schemeKind = (scheme: string): SchemeKind => {
  if (['tcp', 'udp', 'tls'].includes(scheme)) return 'inet';
  return ['unix', 'unixgram'].includes(scheme) ? 'unix' : 'name';
};

/** Whether endpoints of a scheme have addresses like this one. */
export const isSchemeOf = (scheme: string, address: Address | HostAddress): boolean => {
  switch (address.family) {
    case 'AF_UNIX':
      return schemeKind(scheme) === 'unix';
    case 'name':
      return address.scheme === scheme;
    default:
      return schemeKind(scheme) === 'inet';
  }
};

// RFC 3986, section 3.1.
const SCHEME = /^[a-z][a-z0-9+.-]*(?=:)/i;

/** Reads the word before the first `:`. Case does not matter (RFC 3986, section 3.1): the result is in lower case. */
export const readScheme = (text: string): string | undefined => SCHEME.exec(text)?.[0].toLowerCase();

/** The scheme in lower case, or an error. */
export const checkScheme = (scheme: string): string => {
  requireText(scheme, 'a scheme');
  const known = readScheme(`${scheme}:`);
  const expected = 'expected a letter, then letters, digits, "+", "-" and ".", as in "tcp"';
  return orThrow(
    known?.length === scheme.length ? known : new Fault('ERR_ADDRESS_SCHEME', 0, expected),
    'a scheme',
    scheme,
  );
};
