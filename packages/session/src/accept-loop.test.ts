import { type Listener, TransportError } from '@stack/transport';
import { memoryNetwork } from '@stack/transport/memory';
import { fakeClock } from '@stack/transport/virtual';
import { describe, expect, test } from 'vitest';
import { serve } from './serve.ts';

/** Makes `accept` give these failures first. */
const failFirst = (listener: Listener, failures: unknown[]): void => {
  const accept = listener.accept.bind(listener);
  listener.accept = (op) => (failures.length === 0 ? accept(op) : Promise.reject(failures.shift()));
};

const shortage = (): TransportError => new TransportError({ code: 'EMFILE', op: 'accept' });
const broken = (): TransportError => new TransportError({ code: 'EIO', op: 'accept' });

describe('accept loop', () => {
  test('S8 several listeners share one bound: what one has accepted beyond it waits, and is served', async () => {
    const network = memoryNetwork();
    const names = ['memory:a', 'memory:b', 'memory:c'];
    const listeners = await Promise.all(names.map((name) => network.listen(name)));
    let most = 0;
    await using server = serve(
      listeners,
      async (connection) => {
        most = Math.max(most, server.sessions.size);
        await connection.recv();
        await connection.send('done');
      },
      { maxSessions: 1 },
    );
    const clients = await Promise.all(names.map((name) => network.connect(name)));
    await Promise.all(
      clients.map(async (client) => {
        await client.send('go');
        expect((await client.recvExactly(4)).length).toBe(4);
        await client.close();
      }),
    );
    expect(most).toBe(1);
    expect(server.snapshot().accepted).toBe(3);
  });

  test('S2 a listener that breaks ends the server, with what broke it', async () => {
    const clock = fakeClock();
    const listener = await memoryNetwork({ clock }).listen('memory:x');
    const error = broken();
    failFirst(listener, [error]);
    const server = serve(listener, async () => undefined);
    await clock.advance(0);
    await listener.close();
    expect(await clock.until(server.done)).toEqual({ reason: 'failed', error });
  });

  test('S2 a broken listener leaves the others to serve', async () => {
    const clock = fakeClock();
    const network = memoryNetwork({ clock });
    const dead = await network.listen('memory:dead');
    failFirst(dead, [broken()]);
    const server = serve([dead, await network.listen('memory:alive')], async (connection) => connection.send('hi'));
    await dead.close();
    await clock.advance(1_000);
    const client = await network.connect('memory:alive');
    expect((await client.recvExactly(2)).length).toBe(2);
    await client.close();
    await clock.until(server.drain({ graceMs: 1_000 }));
    expect(await server.done).toMatchObject({ reason: 'drained' });
  });

  test('S1 a shortage that passed is not what a listener ended of', async () => {
    const clock = fakeClock();
    const listener = await memoryNetwork({ clock }).listen('memory:x');
    failFirst(listener, [shortage()]);
    const server = serve(listener, async () => undefined);
    await clock.advance(1_000);
    expect(server.snapshot().acceptErrors).toBe(1);
    await listener.close();
    expect(await clock.until(server.done)).toEqual({ reason: 'drained' });
  });

  test('S40 a loop that rests does not hold up a drain past its grace', async () => {
    const clock = fakeClock();
    const listener = await memoryNetwork({ clock }).listen('memory:x');
    failFirst(listener, [shortage()]);
    const server = serve(listener, async () => undefined, { acceptRetryMs: 60_000 });
    await clock.advance(0);
    expect(await clock.until(server.drain({ graceMs: 500 }))).toMatchObject({ ms: 500 });
    expect(clock.pending).toBe(0);
  });
});
