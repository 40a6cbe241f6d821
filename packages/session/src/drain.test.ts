import { type Connection, type Network, system } from '@stack/transport';
import { memoryNetwork } from '@stack/transport/memory';
import { type FakeClock, fakeClock } from '@stack/transport/virtual';
import { describe, expect, test } from 'vitest';
import type { Handler } from './contract/handler.ts';
import type { ServeOptions, Server } from './contract/server.ts';
import { serve } from './serve.ts';

interface Bench {
  readonly clock: FakeClock;
  readonly network: Network;
  readonly server: Server;
  dial(): Promise<Connection>;
}

const bench = async (handler: Handler, options: ServeOptions = {}): Promise<Bench> => {
  const clock = fakeClock();
  const network = memoryNetwork({ clock });
  const server = serve(await network.listen('memory:x'), handler, options);
  return { clock, network, server, dial: () => network.connect('memory:x') };
};

const untilClosedByPeer: Handler = async (connection) => {
  while ((await connection.recv()) !== null);
};

describe('drain()', () => {
  test('S38 refuses new dials, lets live sessions go on, and settles when the last has ended', async () => {
    const { clock, server, dial } = await bench(async (connection) => {
      for await (const chunk of connection) await connection.send(chunk);
    });
    const client = await dial();
    await client.send('before');
    expect((await client.recv())?.length).toBe(6);
    const drained = server.drain({ graceMs: 5_000 });
    await clock.advance(100);
    await expect(dial()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await client.send('during');
    expect((await client.recv())?.length).toBe(6);
    await client.close();
    expect(await clock.until(drained)).toMatchObject({ finished: 1, forced: 0, acceptedLate: 0 });
    expect(clock.now()).toBeLessThan(5_000);
  });

  test('S40 a stubborn handler is still up before the deadline, and gone at it', async () => {
    const { clock, server, dial } = await bench(() => new Promise(() => undefined));
    const client = await dial();
    await clock.advance(0);
    const drained = server.drain({ graceMs: 500 });
    await clock.advance(499);
    expect(server.sessions.size).toBe(1);
    await clock.advance(1);
    expect(server.sessions.size).toBe(0);
    expect(await drained).toEqual({ finished: 0, forced: 1, acceptedLate: 0, ms: 500 });
    await expect(client.recv()).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('S40 a grace of 0 ends at once, and a shorter one cuts a longer one short', async () => {
    const { clock, server, dial } = await bench(untilClosedByPeer);
    const client = await dial();
    await clock.advance(0);
    const patient = server.drain({ graceMs: Infinity });
    await clock.advance(3_600_000);
    expect(server.snapshot()).toMatchObject({ state: 'draining', open: 1 });
    const impatient = server.drain({ graceMs: 0 });
    expect(await clock.until(patient)).toMatchObject({ forced: 1 });
    expect(await impatient).toBe(await patient);
    client.abort();
  });

  test('tells sessions, once, and late ones at once', async () => {
    const told: string[] = [];
    const { clock, network, server, dial } = await bench(async (connection, session) => {
      session.onDrain(() => {
        told.push(`session ${session.id}`);
        void connection.closeWrite();
      });
      expect(session.draining).toBe(session.id === 2);
      await untilClosedByPeer(connection, session);
    });
    const early = await dial();
    await clock.advance(0);
    // Completed before the drain, taken up after it began.
    const late = await network.connect('memory:x');
    const drained = server.drain({ graceMs: 1_000 });
    for (const client of [early, late]) {
      expect(await client.recv()).toBeNull();
      await client.close();
    }
    expect(await clock.until(drained)).toMatchObject({ finished: 2, forced: 0, acceptedLate: 1 });
    expect(told).toEqual(['session 1', 'session 2']);
  });

  test("'between-reads' ends a handler that is parked in recv", async () => {
    const { clock, server, dial } = await bench(untilClosedByPeer, { drain: 'between-reads' });
    const client = await dial();
    await clock.advance(0);
    const drained = server.drain({ graceMs: 60_000 });
    expect(await client.recv()).toBeNull();
    await client.close();
    expect(await clock.until(drained)).toMatchObject({ finished: 1, forced: 0 });
    expect(clock.now()).toBeLessThan(60_000);
  });

  test('an onDrain that throws is reported and holds nobody up', async () => {
    const places: unknown[] = [];
    const handler: Handler = async (connection, session) => {
      session.onDrain(() => {
        throw new Error('cannot');
      });
      session.onDrain(() => void connection.closeRead());
      await untilClosedByPeer(connection, session);
    };
    const { clock, server, dial } = await bench(handler, {
      onError: (error, { during }) => places.push([during, String(error)]),
    });
    const client = await dial();
    await clock.advance(0);
    const drained = server.drain({ graceMs: 1_000 });
    expect(await client.recv()).toBeNull();
    await client.close();
    await clock.until(drained);
    expect(places).toEqual([['drain', 'Error: cannot']]);
  });

  test('S40 a connection that is handed over when the grace is over already is forced too', async () => {
    const clock = fakeClock();
    const network = memoryNetwork({ clock });
    const listener = await network.listen('memory:x');
    const accept = listener.accept.bind(listener);
    listener.accept = async (op) => {
      const connection = await accept(op);
      if (connection !== null) void server.drain({ graceMs: 0 });
      return connection;
    };
    let isHandled = false;
    const server: Server = serve(listener, () => {
      isHandled = true;
      return new Promise(() => undefined);
    });
    const client = await network.connect('memory:x');
    const { report } = await clock.until(server.done);
    expect(report).toMatchObject({ finished: 0, forced: 1, acceptedLate: 1 });
    expect(isHandled).toBe(false);
    expect(server.snapshot()).toMatchObject({ accepted: 1, finished: 0, failed: 1, open: 0 });
    await expect(client.recv()).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('S41 what waits behind maxSessions is served as sessions end, and turned away when the grace is over', async () => {
    const { clock, server, dial } = await bench(
      async (connection, session) => {
        session.onDrain(() => void (session.id === 1 && connection.closeRead()));
        await untilClosedByPeer(connection, session);
      },
      { maxSessions: 1 },
    );
    const clients = [await dial(), await dial(), await dial()];
    const lost = clients.slice(1).map((client) => client.recv().catch((error: unknown) => error));
    await clock.advance(0);
    const drained = server.drain({ graceMs: 10_000 });
    await clients[0]?.close();
    expect(await clock.until(drained)).toEqual({ finished: 1, forced: 1, acceptedLate: 1, ms: 10_000 });
    for (const each of lost) expect(await each).toMatchObject({ code: 'ECONNRESET' });
    expect(clock.pending).toBe(0);
  });

  test('a session that is told may ask for a drain itself, and joins the one under way', async () => {
    const reports: Promise<unknown>[] = [];
    const { clock, server, dial } = await bench(async (connection, session) => {
      session.onDrain(() => reports.push(server.drain({ graceMs: 100 })));
      await untilClosedByPeer(connection, session);
    });
    const client = await dial();
    await clock.advance(0);
    const drained = server.drain({ graceMs: 60_000 });
    expect(await clock.until(drained)).toMatchObject({ forced: 1, ms: 100 });
    expect(reports).toHaveLength(1);
    expect(await reports[0]).toBe(await drained);
    client.abort();
  });

  test('a drain of a server that is done settles at once, and leaves no timer', async () => {
    const { clock, server } = await bench(untilClosedByPeer);
    const first = await clock.until(server.drain({ graceMs: 5_000 }));
    expect(await server.drain({ graceMs: 1_000 })).toBe(first);
    expect(clock.pending).toBe(0);

    const other = fakeClock();
    const listener = await memoryNetwork({ clock: other }).listen('memory:x');
    const ended = serve(listener, untilClosedByPeer);
    await listener.close();
    await other.until(ended.done);
    expect(await ended.drain({ graceMs: 5_000 })).toEqual({ finished: 0, forced: 0, acceptedLate: 0, ms: 0 });
    expect(other.pending).toBe(0);
  });

  test('S43 64 clients in mid-conversation lose no byte, and see the end after their last reply', async () => {
    const { clock, server, dial } = await bench(
      async (connection) => {
        for await (const chunk of connection) await connection.send(chunk);
      },
      { drain: 'between-reads' },
    );
    const clients = await Promise.all(Array.from({ length: 64 }, dial));
    for (const client of clients) {
      await client.send('hello');
      expect((await client.recvExactly(5)).length).toBe(5);
    }
    const drained = server.drain({ graceMs: 5_000 });
    for (const client of clients) {
      expect(await client.recv()).toBeNull();
      await client.close();
    }
    expect(await clock.until(drained)).toMatchObject({ finished: 64, forced: 0 });
  });

  test('refuses a grace that is none', async () => {
    const { server } = await bench(untilClosedByPeer);
    expect(() => server.drain({ graceMs: Number.NaN })).toThrow('graceMs must be 0 or more milliseconds, not NaN');
    expect(() => server.drain({ graceMs: -1 })).toThrow('graceMs must be 0 or more milliseconds, not -1');
    await server.drain({ graceMs: 0 });
  });

  test('S41 connections that the kernel had completed are served, over TCP', async () => {
    const server = serve(await system.listen('tcp://127.0.0.1:0', { maxUnclaimed: 200 }), async (connection) => {
      await connection.send('served');
    });
    const [address] = server.addresses;
    if (address === undefined) throw new Error('no address');
    const dials = Promise.all(Array.from({ length: 100 }, () => system.connect({ scheme: 'tcp', address })));
    const clients = await dials;
    const drained = server.drain({ graceMs: 5_000 });
    for (const client of clients) {
      expect((await client.recvExactly(6)).length).toBe(6);
      await client.close();
    }
    expect(await drained).toMatchObject({ forced: 0 });
    expect(server.snapshot()).toMatchObject({ accepted: 100, finished: 100 });
  });
});
