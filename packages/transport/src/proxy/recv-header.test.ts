import { describe, expect, test } from 'vitest';
import type { Connection } from '../contract/connection.ts';
import { isTransportError } from '../contract/errors.ts';
import { memoryNetwork } from '../memory/network.ts';
import { fakeClock } from '../virtual/fake-clock.ts';
import { recvProxyHeader } from './recv-header.ts';
import { accepted } from './vectors.test-fixture.ts';

const clock = fakeClock();

const pair = async (): Promise<[Connection, Connection]> => {
  const network = memoryNetwork({ clock });
  const listener = await network.listen('memory:behind');
  const proxy = await network.connect('memory:behind');
  const connection = await listener.accept();
  await listener.close();
  if (connection === null) throw new Error('nobody came');
  return [proxy, connection];
};

const failureOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('recvProxyHeader()', () => {
  test('leaves what follows the header for the next read, however it came', async () => {
    for (const { name, bytes } of accepted) {
      for (const cut of [0, 1, bytes.length - 1, bytes.length]) {
        const [proxy, connection] = await pair();
        await proxy.send(bytes.subarray(0, cut));
        const header = recvProxyHeader(connection, { maxHeaderBytes: 65_551 });
        await clock.advance(1);
        await proxy.send([bytes.subarray(cut), 'hello']);
        await proxy.closeWrite();
        expect((await header).version, name).toBe(bytes[0] === 0x50 ? 1 : 2);
        expect(new TextDecoder().decode(await connection.recvExactly(5)), name).toBe('hello');
        expect(await connection.recv()).toBe(null);
        proxy.abort();
        connection.abort();
      }
    }
  });

  test('names the peer of what is no header', async () => {
    const [proxy, connection] = await pair();
    await proxy.send('GET / HTTP/1.1\r\n');
    const error = await failureOf(recvProxyHeader(connection));
    expect(isTransportError(error, 'ERR_PROXY_HEADER') && error.remote).toEqual(connection.remote);
    expect(String(error)).toMatch(/^TransportError: Cannot receive from memory:.*: no valid PROXY header: byte 0/);
    proxy.abort();
    connection.abort();
  });

  test('tells that the peer finished before the header did', async () => {
    const [proxy, connection] = await pair();
    await proxy.send('PROXY TCP4 ');
    await proxy.closeWrite();
    expect(String(await failureOf(recvProxyHeader(connection)))).toContain('the peer finished after 11 bytes');
    proxy.abort();
    connection.abort();
  });

  test('counts its time over the whole header, however it drips', async () => {
    const [proxy, connection] = await pair();
    const startMs = clock.now();
    const failure = failureOf(recvProxyHeader(connection, { timeoutMs: 3_000 }));
    for (const byte of 'PROXY') {
      await proxy.send(byte);
      await clock.advance(500);
    }
    expect(isTransportError(await clock.until(failure), 'ERR_TIMEOUT')).toBe(true);
    expect(clock.now() - startMs).toBe(3_000);
    proxy.abort();
    connection.abort();
  });

  test('is called off by its signal', async () => {
    const [proxy, connection] = await pair();
    const controller = new AbortController();
    const failure = failureOf(recvProxyHeader(connection, { signal: controller.signal }));
    controller.abort('enough');
    expect(await failure).toBe('enough');
    proxy.abort();
    connection.abort();
  });
});
