import { type Datagram, TransportError } from '@stack/transport';
import { memoryNetwork } from '@stack/transport/memory';
import { fakeClock } from '@stack/transport/virtual';
import { describe, expect, test } from 'vitest';
import type { DatagramHandler } from './contract/handler.ts';
import type { ServeOptions } from './contract/server.ts';
import { serve } from './serve.ts';

describe('datagram loop', () => {
  test('what a handler returns besides promises means nothing', async () => {
    const network = memoryNetwork();
    const errors: unknown[] = [];
    const sizes: number[] = [];
    const datagram = ((taken: Datagram) => sizes.push(taken.data.length)) as unknown as DatagramHandler;
    const server = serve(await network.bind('memory:d'), { datagram }, { onError: (error) => errors.push(error) });
    const peer = await network.connectDatagram('memory:d');
    for (const question of ['1', '22', '333']) await peer.send(question);
    await expect.poll(() => sizes).toEqual([1, 2, 3]);
    expect(errors).toEqual([]);
    await peer.close();
    await server.drain({ graceMs: 0 });
  });

  test('a socket that breaks is told once, and ends the server with what broke it', async () => {
    const clock = fakeClock();
    const socket = await memoryNetwork({ clock }).bind('memory:d');
    const error = new TransportError({ code: 'EIO', op: 'recv' });
    const failures: unknown[] = [error, new TransportError({ code: 'ERR_CLOSED', op: 'recv' })];
    socket.consume = () => Promise.reject(failures.shift());
    const told: unknown[] = [];
    const onError: ServeOptions['onError'] = (each, place) => void told.push([each, place]);
    const server = serve(socket, { datagram: () => undefined }, { onError });
    expect(await clock.until(server.done)).toEqual({ reason: 'failed', error });
    expect(told).toEqual([[error, { during: 'socket' }]]);
    expect(server.snapshot()).toMatchObject({ socketErrors: 1, acceptErrors: 0 });
  });

  test('a drain waits for a handler that is under way, without a timer that ticks, and ends with the grace', async () => {
    const clock = fakeClock();
    const network = memoryNetwork({ clock });
    const server = serve(await network.bind('memory:d'), { datagram: () => new Promise(() => undefined) });
    const peer = await network.connectDatagram('memory:d');
    await peer.send('question');
    await clock.advance(0);
    const drained = server.drain({ graceMs: 1_000 });
    await clock.advance(500);
    expect(server.snapshot()).toMatchObject({ state: 'draining', datagrams: 1 });
    // The grace's own.
    expect(clock.pending).toBe(1);
    expect(await clock.until(drained)).toMatchObject({ ms: 1_000 });
    await peer.close();
  });

  test('a server is done when its sockets are closed, and not before', async () => {
    const clock = fakeClock();
    const network = memoryNetwork({ clock });
    const socket = await network.bind('memory:d');
    const released = Promise.withResolvers<void>();
    const close = socket.close.bind(socket);
    socket.close = async () => {
      await close();
      await released.promise;
    };
    const server = serve(socket, { datagram: () => undefined });
    const drained = server.drain({ graceMs: 1_000 });
    let isDone = false;
    void server.done.then(() => (isDone = true));
    await clock.advance(2_000);
    expect(isDone).toBe(false);
    released.resolve();
    await clock.until(drained);
    expect(await server.done).toMatchObject({ reason: 'drained' });
  });
});
