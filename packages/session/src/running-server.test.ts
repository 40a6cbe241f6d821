import { memoryNetwork } from '@stack/transport/memory';
import { fakeClock } from '@stack/transport/virtual';
import { describe, expect, test } from 'vitest';
import type { Handler } from './contract/handler.ts';
import { serve } from './serve.ts';

const failing = (): never => {
  throw new Error('onError failed');
};

const stubborn: Handler = () => new Promise(() => undefined);

describe('running server', () => {
  // An unhandled rejection fails the run: the runner listens for them.
  test.each([
    ['throws', failing],
    ['rejects', async () => failing()],
  ])('an onError that %s costs nothing, wherever it is called from', async (_how, onError) => {
    const clock = fakeClock();
    const network = memoryNetwork({ clock });
    const listener = await network.listen('memory:x');
    const accept = listener.accept.bind(listener);
    let isFirst = true;
    listener.accept = (op) => {
      if (!isFirst) return accept(op);
      isFirst = false;
      return Promise.reject(new Error('accept failed'));
    };
    const service = {
      stream: async (connection, session) => {
        if ((await connection.recv())?.length === 3) throw new Error('session failed');
        session.onDrain(failing);
        await connection.recv();
      },
      datagram: failing,
    } satisfies Parameters<typeof serve>[1] & { stream: Handler };
    const server = serve([listener, await network.bind('memory:x')], service, { onError });
    await clock.advance(1_000);
    const peer = await network.connectDatagram('memory:x');
    for (const question of ['1', '2']) await peer.send(question);
    const bad = await network.connect('memory:x');
    await bad.send('bad');
    await expect(bad.recv()).rejects.toMatchObject({ code: 'ECONNRESET' });
    const good = await network.connect('memory:x');
    await good.send('good');
    await clock.advance(0);
    const drained = server.drain({ graceMs: 1_000 });
    await good.close();
    expect(await clock.until(drained)).toMatchObject({ finished: 1, forced: 0 });
    expect(server.snapshot()).toMatchObject({ state: 'done', failed: 1, finished: 1, datagrams: 2, acceptErrors: 1 });
    await peer.close();
  });

  test('a source that cannot be closed is told, and `done` settles all the same', async () => {
    const clock = fakeClock();
    const network = memoryNetwork({ clock });
    const sources = [await network.listen('memory:x'), await network.bind('memory:x')];
    for (const source of sources) {
      const close = source.close.bind(source);
      source.close = async () => {
        await close();
        throw new Error('cannot close');
      };
    }
    const places: string[] = [];
    const server = serve(
      sources,
      { stream: stubborn, datagram: () => undefined },
      { onError: (_error, { during }) => places.push(during) },
    );
    await clock.until(server.drain({ graceMs: 0 }));
    expect(await server.done).toMatchObject({ reason: 'drained' });
    expect(new Set(places)).toEqual(new Set(['drain']));
  });

  test('S11 a handler that throws at once, or fails after it was killed, is counted once and told once', async () => {
    const network = memoryNetwork();
    const told: unknown[] = [];
    const hung = Promise.withResolvers<void>();
    const handler = ((_connection, session) => {
      if (session.id === 1) throw new Error('at once');
      return hung.promise;
    }) satisfies Handler;
    const server = serve(await network.listen('memory:x'), handler, {
      onError: (error) => told.push((error as Error).message),
    });
    const clients = [await network.connect('memory:x'), await network.connect('memory:x')];
    await expect.poll(() => server.snapshot()).toMatchObject({ accepted: 2, failed: 1, open: 1 });
    expect(server.sessions.kill(2)).toBe(true);
    hung.reject(new Error('afterwards'));
    await server.drain({ graceMs: 0 });
    expect(server.snapshot()).toMatchObject({ accepted: 2, finished: 0, failed: 2, open: 0 });
    expect(told).toEqual(['at once']);
    for (const client of clients) client.abort();
  });

  test('sessions may come and go while they are walked', async () => {
    const network = memoryNetwork();
    await using server = serve(await network.listen('memory:x'), stubborn);
    const clients = await Promise.all(Array.from({ length: 3 }, () => network.connect('memory:x')));
    await expect.poll(() => server.sessions.size).toBe(3);
    const seen: number[] = [];
    for (const { id } of server.sessions) {
      seen.push(id);
      for (const each of [1, 2, 3]) server.sessions.kill(each);
    }
    expect(seen).toEqual([1, 2, 3]);
    expect(server.sessions.size).toBe(0);
    for (const client of clients) client.abort();
  });
});
