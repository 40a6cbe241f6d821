import { afterEach, describe, expect, test } from 'vitest';
import type { TlsClientOptions, TlsServerOptions } from '../../contract/tls.ts';
import { system } from '../../system.ts';
import { cleanUp, failureOf, identity } from './tls.test-fixture.ts';

afterEach(cleanUp);

const listening = (options: Partial<TlsServerOptions>): Promise<unknown> =>
  failureOf(system.listen('tls://127.0.0.1:0', { tls: { identity, ...options } }));
const connecting = (options: TlsClientOptions): Promise<unknown> =>
  failureOf(system.connect('tls://127.0.0.1:1', { tls: options }));

describe('the options of TLS', () => {
  test.each<[string, Partial<TlsServerOptions>, string]>([
    ['a certificate that is none', { identity: { ...identity, certificate: 'x' } }, 'tls.identity cannot be read: '],
    ['a key that is not the certificate’s', { identity: { ...identity, key: 'x' } }, 'tls.identity cannot be read: '],
    ['no key', { identity: { certificate: identity.certificate } as never }, 'tls.identity.key must be PEM'],
    ['no identity', { identity: undefined as never }, 'tls.identity is missing'],
    [
      'a version of old',
      { minVersion: 'TLSv1.1' as never },
      'tls.minVersion must be "TLSv1.2" or "TLSv1.3", not "TLSv1.1"',
    ],
    ['no version', { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.2' }, 'must not be newer'],
    ['a protocol without name', { alpn: [''] }, 'tls.alpn: "" has 0 bytes, not 1 to 255'],
    ['a wish that is none', { clientCertificates: 'yes' as never }, '"none", "request" or "require", not "yes"'],
    ['short ticket keys', { ticketKeys: new Uint8Array(16) }, 'tls.ticketKeys must have 48 bytes, not 16'],
    ['negative time', { handshakeTimeoutMs: -1 }, 'tls.handshakeTimeoutMs must be 0 or more'],
  ])('refuse %s', async (_, options, message) => {
    expect(String(await listening(options))).toContain(message);
  });

  test('refuse authorities that are none, before anybody is dialled', async () => {
    expect(String(await connecting({ ca: 'nobody' }))).toContain('tls.ca');
    expect(await connecting({ maxVersion: 'SSLv3' as never })).toBeInstanceOf(TypeError);
    expect(await connecting({ handshakeTimeoutMs: Number.NaN })).toBeInstanceOf(RangeError);
  });
});
