import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Listener } from '../../contract/listener.ts';
import { isTransportError } from '../../contract/errors.ts';
import { system } from '../../system.ts';
import {
  accept,
  addressOf,
  cleanUp,
  connected,
  dial,
  failureOf,
  listen,
  owned,
  plainListen,
} from './tls.test-fixture.ts';

const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await cleanUp();
});

/** A client that speaks TCP only. */
const plainSocket = async (listener: Listener): Promise<Socket> => {
  const address = addressOf(listener);
  if (address.family !== 'AF_INET') throw new Error('not an IPv4 address');
  const socket = connectSocket(address.port, address.host);
  socket.on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
};

/** Accepts for ever and starts every handshake; tells how each ended. */
const serveAll = (listener: Listener): unknown[] => {
  const outcomes: unknown[] = [];
  void (async () => {
    for await (const connection of listener) {
      owned(connection).secured?.then(
        (info) => outcomes.push(info),
        (error: unknown) => outcomes.push(error),
      );
    }
  })();
  return outcomes;
};

const untilLength = async (list: readonly unknown[], length: number): Promise<void> => {
  while (list.length < length) await new Promise((resolve) => setImmediate(resolve));
};

describe('a hostile handshake', () => {
  test('of a thousand silent clients holds nobody else, and each is cut', { timeout: 60_000 }, async () => {
    const listener = await listen({ handshakeTimeoutMs: 3_000 });
    const outcomes = serveAll(listener);
    for (let batch = 0; batch < 20; batch += 1)
      await Promise.all(Array.from({ length: 50 }, () => plainSocket(listener)));
    const client = await dial(listener);
    expect((await client.secured)?.authorized).toBe(true);
    await untilLength(outcomes, 1_001);
    const cut = outcomes.filter((outcome) => isTransportError(outcome, 'ERR_TIMEOUT'));
    expect(cut.length).toBe(1_000);
    expect(String(cut[0])).toContain('TLS handshake: not done within 3000 ms');
  });

  test('of a byte at a time is cut when its time is over', async () => {
    const listener = await listen({ handshakeTimeoutMs: 300 });
    const outcomes = serveAll(listener);
    const socket = await plainSocket(listener);
    const closed = once(socket, 'close');
    // The head of a record that promises more than will come.
    const drip = Uint8Array.of(22, 3, 1, 2, 0, 1, 0, 1, 252);
    const timer = setInterval(() => socket.write(drip.subarray(0, 1)), 20);
    await closed;
    clearInterval(timer);
    expect(outcomes.length).toBe(1);
    expect(isTransportError(outcomes[0])).toBe(true);
  });

  test.each([
    ['garbage', 'GET / HTTP/1.1\r\n\r\n'],
    ['the beginning of a record, then the end', Uint8Array.of(22, 3, 1)],
    ['nothing, then the end', ''],
  ])('of %s fails that connection only', async (_, bytes) => {
    const listener = await listen();
    const outcomes = serveAll(listener);
    const socket = await plainSocket(listener);
    socket.end(bytes);
    await untilLength(outcomes, 1);
    expect(isTransportError(outcomes[0]) && outcomes[0].kind, String(outcomes[0])).toBe('broken');
    expect((await (await dial(listener)).secured)?.authorized).toBe(true);
  });

  test('that is reset fails with the code of the kernel', async () => {
    const listener = await listen();
    const outcomes = serveAll(listener);
    (await plainSocket(listener)).resetAndDestroy();
    await untilLength(outcomes, 1);
    expect(isTransportError(outcomes[0], 'ECONNRESET')).toBe(true);
  });
});

describe('a client', () => {
  test('waits for a server that says nothing no longer than its time, or its signal', async () => {
    const listener = await plainListen();
    const late = await failureOf(dial(listener, {}, 200));
    expect(isTransportError(late, 'ERR_TIMEOUT')).toBe(true);
    const cut = await failureOf(dial(listener, { handshakeTimeoutMs: 100 }));
    expect(isTransportError(cut, 'ERR_TIMEOUT')).toBe(true);
    const controller = new AbortController();
    const address = addressOf(listener);
    const options = { tls: { verifyPeer: false }, signal: controller.signal };
    const dialled = failureOf(system.connect({ scheme: 'tls', address }, options));
    const server = await accept(listener);
    await server.recv();
    controller.abort('enough');
    expect(await dialled).toBe('enough');
    expect(isTransportError(await failureOf(server.recv()), 'ECONNRESET')).toBe(true);
  });

  test('that was aborted before its handshake leaves nothing waiting', async () => {
    const listener = await listen();
    const dialled = failureOf(dial(listener));
    const server = await accept(listener);
    server.abort('no');
    expect(isTransportError(await failureOf(server.secured ?? Promise.resolve()), 'ERR_CLOSED')).toBe(true);
    expect((await server.closed).how).toBe('aborted');
    expect(isTransportError(await dialled)).toBe(true);
  });

  test('that closes at once closes in order', async () => {
    const listener = await listen();
    const [client, server] = await connected(listener);
    await Promise.all([client.close(), server.close()]);
    expect(await client.closed).toMatchObject({ how: 'finished', clean: true });
    expect(await server.closed).toMatchObject({ how: 'finished', clean: true });
  });
});
