import type { NamedAddress } from './address.ts';
import { Fault, orThrow, requireText } from './fault.ts';
import { quote, quoteAt, unprintableAt } from './quote.ts';
import { readScheme, schemeKind } from './scheme.ts';
import { seal } from './sealed.ts';

/** Reads the part after a scheme that this package does not know, as it is. */
export const readNamed = (scheme: string, name: string): NamedAddress | Fault => {
  if (name === '') return new Fault('ERR_ADDRESS_PATH', 0, `the name after ${quote(`${scheme}:`)} is empty`);
  const bad = unprintableAt(name);
  return bad < 0
    ? seal({ family: 'name', scheme, name }, undefined)
    : new Fault('ERR_ADDRESS_PATH', bad, `a name holds printable characters only, found ${quoteAt(name, bad)}`);
};

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
  requireText(scheme, 'a scheme');
  requireText(name, 'a name');
  const known = orThrow(readScheme(scheme), 'a scheme', scheme);
  if (schemeKind(known) !== 'name') {
    const reason = 'its addresses have a family of their own. Read them with parseEndpoint';
    orThrow(new Fault('ERR_ADDRESS_SCHEME', 0, reason), 'the scheme of a named address', scheme);
  }
  return orThrow(readNamed(known, name), 'a name', name);
};
