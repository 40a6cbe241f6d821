import { getEventListeners } from 'node:events';
import { inet } from '@stack/address';
import { describe, expect, test } from 'vitest';
import { TransportError } from '../contract/errors.ts';
import type { BindOptions } from '../contract/datagram-options.ts';
import { bytes, failure, settle, text } from '../scripted-driver.test-fixture.ts';
import { ScriptedBackend } from '../scripted-backend.test-fixture.ts';
import { bindSocket, connectPeer } from './bind.ts';
import { claim } from './endpoint.ts';

const bench = (endpoint: string, options: BindOptions = {}) => {
  const backend = new ScriptedBackend();
  backend.names.set('both.test', ['::1', '127.0.0.1']);
  return {
    backend,
    clock: backend.clock,
    bind: () => bindSocket(claim([backend], endpoint, 'bind'), options),
    connect: () => connectPeer(claim([backend], endpoint, 'connect'), options),
  };
};

const there = inet('127.0.0.1', 2);

describe('bindSocket()', () => {
  test('opens at the first address of a name, and reads at once', async () => {
    const { backend, bind } = bench('udp://both.test:7');
    const socket = await bind();
    expect(socket.local).toEqual(inet('::1', 7));
    expect(backend.sockets[0]?.log).toEqual(['resume']);
  });

  test('sends, receives, iterates, counts and closes', async () => {
    const { backend, bind } = bench('udp://127.0.0.1:7', { queue: { packets: 2 } });
    const socket = await bind();
    const [driver] = backend.sockets;
    for (const data of ['a', 'b', 'c']) driver?.events.onDatagram(bytes(data), there, true);
    expect([socket.dropped, socket.clock]).toEqual([1, backend.clock]);
    expect(await socket.recvFrom()).toMatchObject({ from: there, truncated: true });
    expect(await socket.recvMany(5)).toHaveLength(1);
    socket.trySendTo('x', there);
    const sent = socket.sendTo('y', there);
    const many = socket.sendMany([{ data: 'z', to: there }]);
    await settle();
    for (const receipt of driver?.receipts ?? []) receipt?.onSent(null);
    await sent;
    expect(await many).toBe(1);
    expect(driver?.log.filter((entry) => entry.startsWith('send'))).toEqual(
      ['x', 'y', 'z'].map((data) => `send ${data} to 127.0.0.1:2`),
    );
    const iterating = (async () => {
      for await (const datagram of socket) return text(datagram.data);
      return 'nothing';
    })();
    driver?.events.onDatagram(bytes('d'), there, false);
    expect(await iterating).toBe('d');
    const consumed = socket.consume(() => undefined);
    await socket[Symbol.asyncDispose]();
    await consumed;
  });

  test('a failure names the endpoint', async () => {
    const { backend, bind } = bench('udp://both.test:7');
    backend.onOpen = () => Promise.reject(new TransportError({ code: 'EADDRINUSE', op: 'bind', at: '[::1]:7' }));
    expect(await failure(bind())).toMatchObject({ message: 'Cannot bind udp://both.test:7: address already in use' });
  });

  test('one that is called off is closed when it opens after all', async () => {
    const controller = new AbortController();
    const { backend, bind } = bench('udp://127.0.0.1:7', { signal: controller.signal });
    const opened = Promise.withResolvers<void>();
    backend.onOpen = async (at) => {
      await opened.promise;
      return at;
    };
    const binding = failure(bind());
    await settle();
    controller.abort('enough');
    opened.resolve();
    expect(await binding).toBe('enough');
    expect(backend.sockets[0]?.log).toEqual(['close']);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  test('the deadline covers the look-up, and past ones open nothing', async () => {
    const { backend, clock, bind } = bench('udp://slow.test:7', { timeoutMs: 50 });
    backend.names.set('slow.test', new Promise(() => undefined));
    const binding = failure(bind());
    await clock.advance(50);
    expect(await binding).toMatchObject({ code: 'ERR_TIMEOUT' });
    const past = bench('udp://127.0.0.1:7', { timeoutMs: 0 });
    expect(await failure(past.bind())).toMatchObject({ code: 'ERR_TIMEOUT', op: 'bind' });
    expect(await failure(bench('udp://127.0.0.1:7', { queue: { packets: 0 } }).bind())).toBeInstanceOf(RangeError);
    expect([past.backend.sockets, clock.pending]).toEqual([[], 0]);
  });
});

describe('connectPeer()', () => {
  test('speaks with one peer', async () => {
    const { backend, connect } = bench('udp://127.0.0.1:2');
    const peer = await connect();
    const [driver] = backend.sockets;
    expect([peer.remote, peer.dropped, peer.clock]).toEqual([there, 0, backend.clock]);
    expect(peer.local).toBe(driver?.local);
    peer.trySend('x');
    void peer.send('y');
    expect(driver?.log.slice(1)).toEqual(['send x to the peer', 'send y to the peer']);
    driver?.events.onDatagram(bytes('a'), there, false);
    expect(text(await peer.recv())).toBe('a');
    const seen: string[] = [];
    const consumed = peer.consume((data) => void seen.push(text(data)));
    driver?.events.onDatagram(bytes('b'), there, false);
    await peer.close();
    await consumed;
    expect(seen).toEqual(['b']);
  });

  test('iterates until it is closed', async () => {
    const { backend, connect } = bench('udp://127.0.0.1:2');
    const peer = await connect();
    backend.sockets[0]?.events.onDatagram(bytes('a'), there, false);
    const seen: string[] = [];
    const iterated = (async () => {
      for await (const data of peer) seen.push(text(data));
    })();
    await settle();
    await peer[Symbol.asyncDispose]();
    await iterated;
    expect(seen).toEqual(['a']);
  });

  test('a driver that names no peer is refused, and closed', async () => {
    const { backend, connect } = bench('udp://127.0.0.1:2');
    backend.onOpen = () => undefined as never;
    expect(await failure(connect())).toMatchObject({ code: 'ERR_UNSUPPORTED', reason: 'it names no peer' });
    expect(backend.sockets[0]?.log.at(-1)).toBe('close');
  });
});
