import type { NamedAddress } from './address.ts';
import { Fault, orThrow, requireText, strayFault } from './fault.ts';
import { checkScheme, schemeKind } from './scheme.ts';
import { seal } from './sealed.ts';

// Nothing, and what does not print as itself.
const REFUSED = /^$|(?! )[\p{C}\p{Z}]/u;

/** Reads the part after a scheme that this package does not know, as it is. */
export const readNamed = (scheme: string, name: string): NamedAddress | Fault =>
  strayFault('ERR_ADDRESS_PATH', name, REFUSED, 'a name of printable characters') ??
  seal({ family: 'name', scheme, name }, null);

/**
 * Makes the address of a place that a backend of that scheme understands: `named('memory', 'lab')` is `memory:lab`.
 * The name is kept as it is and holds printable characters only: no controls, no bidi overrides.
 *
 * @throws {AddressError} code `ERR_ADDRESS_SCHEME` when the scheme is no scheme or belongs to another family (`tcp`,
 * `udp`, `tls`, `unix`, `unixgram`), `ERR_ADDRESS_PATH` when the name is empty or holds what does not print
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { named } from '@stack/address';
 *
 * assert.deepEqual(named('memory', 'lab'), { family: 'name', scheme: 'memory', name: 'lab' });
 * assert.throws(() => named('tcp', 'lab'), { code: 'ERR_ADDRESS_SCHEME' });
 * ```
 */
export const named = (scheme: string, name: string): NamedAddress => {
  requireText(name, 'a name');
  const known = checkScheme(scheme);
  if (schemeKind(known) !== 'name') {
    const reason = 'its addresses have a family of their own. Read them with parseEndpoint';
    orThrow(new Fault('ERR_ADDRESS_SCHEME', 0, reason), 'the scheme of a named address', scheme);
  }
  return orThrow(readNamed(known, name), 'a name', name);
};
