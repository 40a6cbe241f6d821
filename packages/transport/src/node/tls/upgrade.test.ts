import { afterEach, describe, expect, test } from 'vitest';
import type { Connection } from '../../contract/connection.ts';
import { isTransportError } from '../../contract/errors.ts';
import { memoryNetwork } from '../../memory/network.ts';
import { system } from '../../system.ts';
import {
  accept,
  addressOf,
  authority,
  cleanUp,
  dial,
  failureOf,
  identity,
  listen,
  owned,
  pair,
  plainListen,
  text,
} from './tls.test-fixture.ts';

afterEach(cleanUp);

const plainPair = async (): Promise<[Connection, Connection]> => {
  const listener = await plainListen();
  const client = owned(await system.connect({ scheme: 'tcp', address: addressOf(listener) }));
  return [client, await accept(listener)];
};

const asServer = { side: 'server', identity } as const;
const asClient = { side: 'client', ca: authority.certificate, serverName: 'localhost' } as const;

describe('upgradeTls()', () => {
  test('starts TLS in place, after what was sent in the clear', async () => {
    const [client, server] = await plainPair();
    const serving = (async () => {
      expect(text(await server.recvExactly(8))).toBe('STARTTLS');
      await server.send('go ahead');
      const info = await server.upgradeTls(asServer);
      for await (const chunk of server) await server.send(chunk);
      await server.closeWrite();
      return info;
    })();
    await client.send('STARTTLS');
    expect(text(await client.recvExactly(8))).toBe('go ahead');
    const { local, remote } = client;
    expect(await client.upgradeTls(asClient)).toMatchObject({ protocol: 'TLSv1.3', authorized: true });
    expect([client.local, client.remote]).toEqual([local, remote]);
    expect(client.caps.has('secure')).toBe(false);
    await client.send('hello');
    expect(text(await client.recvExactly(5))).toBe('hello');
    expect(client.stats.bytesIn).toBe(13);
    await client.closeWrite();
    expect(await client.recv()).toBe(null);
    expect((await serving).serverName).toBe('localhost');
    await Promise.all([client.close(), server.close()]);
    expect(await client.closed).toMatchObject({ how: 'finished', clean: true });
  });

  test('takes what was read too far as the beginning of the handshake', async () => {
    const [client, server] = await plainPair();
    // The client does not wait for the answer: its first message of TLS is read along with the word.
    await client.send('STARTTLS');
    const upgraded = client.upgradeTls(asClient);
    const chunks: number[] = [];
    for (let bytes = 0; bytes < 100;) {
      const chunk = await server.recvExactly(1);
      chunks.push(...chunk);
      bytes = chunks.length;
    }
    server.unrecv(Uint8Array.from(chunks.slice(8)));
    const [, info] = await Promise.all([server.upgradeTls(asServer), upgraded]);
    expect(info.authorized).toBe(true);
    await server.send('safe');
    expect(text(await client.recvExactly(4))).toBe('safe');
  });

  test('fails where somebody smuggled text in before the handshake', async () => {
    const [client, server] = await plainPair();
    await client.send('STARTTLS\r\nRSET\r\n');
    expect(text(await server.recvExactly(10))).toBe('STARTTLS\r\n');
    const failed = failureOf(server.upgradeTls(asServer));
    client.upgradeTls(asClient).catch(() => undefined);
    expect(isTransportError(await failed, 'ERR_TLS')).toBe(true);
    expect(isTransportError(await failureOf(server.recv()), 'ERR_TLS')).toBe(true);
    expect((await server.closed).how).toBe('broken');
  });

  test('is refused while somebody reads, twice, after the end, after a close, and where there is no TLS', async () => {
    const [client, server] = await plainPair();
    const reading = client.recv();
    expect(isTransportError(await failureOf(client.upgradeTls(asClient)), 'ERR_BUSY')).toBe(true);
    await server.send('x');
    await reading;
    await Promise.all([client.upgradeTls(asClient), server.upgradeTls(asServer)]);
    const twice = await failureOf(client.upgradeTls(asClient));
    expect(String(twice)).toContain('it speaks TLS already');
    await client.close();
    expect(isTransportError(await failureOf(client.upgradeTls(asClient)), 'ERR_CLOSED')).toBe(true);

    const [ended, peer] = await plainPair();
    await peer.closeWrite();
    expect(await ended.recv()).toBe(null);
    expect(isTransportError(await failureOf(ended.upgradeTls(asClient)), 'ERR_EOF')).toBe(true);

    const network = memoryNetwork();
    const listener = await network.listen('memory:lab');
    const inMemory = await network.connect('memory:lab');
    expect(isTransportError(await failureOf(inMemory.upgradeTls(asClient)), 'ERR_UNSUPPORTED')).toBe(true);
    inMemory.abort();
    await listener.close();
  });

  test('tells what is wrong with its options, and leaves the connection as it was', async () => {
    const [client, server] = await plainPair();
    const nameless = client.upgradeTls({ side: 'client' });
    expect(await failureOf(nameless)).toBeInstanceOf(TypeError);
    const bad = { certificate: 'no certificate', key: identity.key };
    expect(String(await failureOf(server.upgradeTls({ side: 'server', identity: bad })))).toContain('tls.identity');
    await client.send('still here');
    expect(text(await server.recvExactly(10))).toBe('still here');
  });
});

describe('a connection with TLS', () => {
  test('resets its peer when it is aborted', async () => {
    const [client, server] = await pair();
    expect(client.caps.has('reset')).toBe(true);
    const reading = failureOf(client.recv());
    server.abort();
    expect(isTransportError(await reading, 'ECONNRESET')).toBe(true);
  });

  test('is handed out before its handshake, which its first operation starts', async () => {
    const listener = await listen();
    const dialled = dial(listener);
    const server = await accept(listener);
    expect(server.stats.bytesIn).toBe(0);
    const sending = server.send('welcome');
    expect(server.stats.queuedBytes).toBe(7);
    expect(text(await (await dialled).recvExactly(7))).toBe('welcome');
    await sending;
  });
});
