import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAuthority } from '@stack/certificates';
import { afterEach, describe, expect, test } from 'vitest';
import { isTransportError } from '../../contract/errors.ts';
import type { TlsIdentity } from '../../contract/tls.ts';
import { tlsSessions } from '../../core/tls-sessions.ts';
import { memoryNetwork } from '../../memory/network.ts';
import { system } from '../../system.ts';
import {
  accept,
  addressOf,
  authority,
  cleanUp,
  connected,
  dial,
  failureOf,
  identity,
  listen,
  owned,
  pair,
  text,
} from './tls.test-fixture.ts';

afterEach(cleanUp);

describe('TLS', () => {
  test('tells both sides what was negotiated', async () => {
    const [client, server] = await pair({ alpn: ['one', 'two'] }, { alpn: ['two', 'three'] });
    const [ours, theirs] = [await client.secured, await server.secured];
    expect(ours).toMatchObject({
      protocol: 'TLSv1.3',
      alpn: 'two',
      serverName: 'localhost',
      authorized: true,
      resumed: false,
    });
    expect(ours?.cipher).toMatch(/^TLS_/);
    expect(ours?.peerCertificate).toMatchObject({ subject: 'CN=localhost', issuer: 'CN=Test authority' });
    expect(ours?.peerCertificate?.validTo.getTime()).toBeGreaterThan(Date.now());
    expect(theirs).toMatchObject({ protocol: 'TLSv1.3', alpn: 'two', serverName: 'localhost', authorized: false });
    expect(theirs?.peerCertificate).toBeUndefined();
    expect(theirs?.authorizationError).toBeUndefined();
  });

  test('is not spoken where nobody asked for it', async () => {
    const listener = await system.listen('tcp://127.0.0.1:0');
    const client = owned(await system.connect({ scheme: 'tcp', address: addressOf(listener) }));
    expect(client.secured).toBeUndefined();
    expect(client.caps.has('secure')).toBe(true);
    await listener.close();
  });

  test('runs over a Unix socket, where the name must be told', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stack-tls-'));
    try {
      const [client, server] = await pair({}, {}, `unix:${folder}/s`);
      await client.send('hello');
      expect(text(await server.recvExactly(5))).toBe('hello');
      const nameless = system.connect({ scheme: 'unix', address: server.local }, { tls: {} });
      expect(String(await failureOf(nameless))).toContain('tls.serverName is missing');
    } finally {
      await cleanUp();
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    ['nobody vouches for', { ca: makeAuthority('Somebody else').certificate }, identity, 'unable to verify'],
    ['is for another host', { serverName: 'example.com' }, identity, 'example.com'],
    ['has ended', {}, authority.issue({ days: -1 }), 'certificate has expired'],
  ])(
    'turns away a certificate that %s, and names the host, the reason and the certificate',
    async (_, client, server, reason) => {
      const listener = await listen({ identity: server });
      const accepted = accept(listener);
      accepted.then((connection) => connection.secured).catch(() => undefined);
      const error = await failureOf(dial(listener, client));
      expect(isTransportError(error, 'ERR_TLS_CERTIFICATE') && error.kind).toBe('denied');
      expect(String(error)).toContain(`Cannot connect to tls://127.0.0.1:`);
      expect(String(error)).toContain('its certificate is not accepted: ');
      expect(String(error)).toContain(reason);
      expect(String(error)).toMatch(
        /CN=localhost for DNS:localhost.* issued by CN=Test authority, valid from .* SHA-256 /,
      );
      // The server is told by the client, or at least by its leaving.
      expect(isTransportError(await failureOf((await accepted).recv()))).toBe(true);
    },
  );

  test('lets anybody answer where the peer is not verified, and tells', async () => {
    const [client] = await pair({}, { ca: makeAuthority().certificate, verifyPeer: false });
    expect(await client.secured).toMatchObject({
      authorized: false,
      authorizationError: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
  });

  test('fails where the two have no protocol, or no version, in common', async () => {
    const listener = await listen({ alpn: ['one'], minVersion: 'TLSv1.3' });
    const serve = async (): Promise<void> => {
      for await (const connection of listener) owned(connection).secured?.catch(() => undefined);
    };
    const serving = serve();
    for (const options of [{ alpn: ['two'] }, { maxVersion: 'TLSv1.2' as const }]) {
      const error = await failureOf(dial(listener, options));
      expect(isTransportError(error, 'ERR_TLS') && error.kind, String(error)).toBe('broken');
    }
    await listener.close();
    await serving;
  });

  test('asks for the identity of a server at each handshake, by name', async () => {
    const asked: (string | undefined)[] = [];
    const b = authority.issue({ names: ['DNS:b.test'] });
    let a: TlsIdentity = authority.issue({ names: ['DNS:a.test'] });
    const listener = await listen({
      identity: async (name) => {
        asked.push(name);
        if (name === 'broken.test') throw new Error('no such customer');
        return name === 'a.test' ? a : name === 'b.test' ? b : identity;
      },
    });
    const subjectOf = async (serverName?: string): Promise<string | undefined> => {
      const [client] = await connected(listener, { serverName: serverName ?? '127.0.0.1' });
      return (await client.secured)?.peerCertificate?.subject;
    };
    expect(await subjectOf('a.test')).toBe('CN=a.test');
    expect(await subjectOf('b.test')).toBe('CN=b.test');
    expect(await subjectOf()).toBe('CN=localhost');
    expect(asked).toEqual([undefined, 'a.test', undefined, 'b.test', undefined]);
    a = authority.issue({ names: ['DNS:a.test'], commonName: 'renewed' });
    expect(await subjectOf('a.test')).toBe('CN=renewed');
    expect(isTransportError(await failureOf(subjectOf('broken.test')))).toBe(true);
    expect(await subjectOf('a.test')).toBe('CN=renewed');
  });

  test('refuses clients that name nobody where nobody is the default', async () => {
    const listener = await listen({ identity: (name) => (name === 'localhost' ? identity : undefined) });
    const [client] = await connected(listener);
    expect((await client.secured)?.authorized).toBe(true);
    const nameless = accept(listener).then((connection) => failureOf(connection.recv()));
    expect(isTransportError(await failureOf(dial(listener, { serverName: '127.0.0.1' })))).toBe(true);
    expect(isTransportError(await nameless, 'ERR_TLS')).toBe(true);
  });

  test('asks clients for certificates where it is told to', async () => {
    const mine = authority.issue({ names: [], commonName: 'somebody' });
    const stranger = makeAuthority('Strangers').issue({ names: [], commonName: 'stranger' });
    const asked = { clientCertificates: 'request', clientCa: authority.certificate } as const;
    const [, known] = await pair(asked, { identity: mine });
    expect(await known.secured).toMatchObject({ authorized: true, peerCertificate: { subject: 'CN=somebody' } });
    const [, unknown] = await pair(asked, { identity: stranger });
    expect(await unknown.secured).toMatchObject({ authorized: false, peerCertificate: { subject: 'CN=stranger' } });
    const [, nobody] = await pair(asked);
    expect(await nobody.secured).toMatchObject({ authorized: false, peerCertificate: undefined });
  });

  test('turns away clients without a certificate it accepts where it requires one', async () => {
    const required = { clientCertificates: 'require', clientCa: authority.certificate } as const;
    const [, known] = await pair(required, { identity: authority.issue({ commonName: 'somebody' }) });
    expect((await known.secured)?.authorized).toBe(true);
    for (const who of [undefined, makeAuthority().issue()]) {
      const listener = await listen(required);
      const refused = accept(listener).then((connection) => failureOf(connection.recv()));
      // TLS 1.3 lets the client finish first: it learns with its first read.
      const told = dial(listener, { identity: who }).then((client) => client.recv());
      expect(isTransportError(await failureOf(told))).toBe(true);
      const error = await refused;
      expect(isTransportError(error) && ['ERR_TLS', 'ERR_TLS_CERTIFICATE'].includes(error.code), String(error)).toBe(
        true,
      );
    }
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'resumes a session of %s, with any server that shares its ticket keys',
    async (version) => {
      const sessions = tlsSessions();
      const both = { minVersion: version, maxVersion: version } as const;
      const ticketKeys = new Uint8Array(48).fill(7);
      const resumed: (boolean | undefined)[] = [];
      for (let count = 0; count < 3; count += 1) {
        const [client, server] = await pair({ ...both, ticketKeys }, { ...both, sessions });
        // Tickets of TLS 1.3 come after the handshake, before what is sent.
        await server.send('x');
        await client.recvExactly(1);
        resumed.push((await client.secured)?.resumed);
      }
      expect(resumed).toEqual([false, true, true]);
    },
  );

  test('is ERR_UNSUPPORTED where the backend has none, and misses its options where it needs them', async () => {
    const network = memoryNetwork();
    expect(
      isTransportError(await failureOf(network.listen('memory:lab', { tls: { identity } })), 'ERR_UNSUPPORTED'),
    ).toBe(true);
    expect(isTransportError(await failureOf(network.connect('memory:lab', { tls: {} })), 'ERR_UNSUPPORTED')).toBe(true);
    expect(String(await failureOf(system.listen('tls://127.0.0.1:0')))).toContain('tls is missing');
  });
});
