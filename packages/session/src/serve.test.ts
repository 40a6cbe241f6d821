import { isTransportError, system } from '@stack/transport';
import { memoryNetwork } from '@stack/transport/memory';
import { fakeClock } from '@stack/transport/virtual';
import { describe, expect, test } from 'vitest';
import type { Handler } from './contract/handler.ts';
import { serve } from './serve.ts';

const echo: Handler = async (connection) => {
  for await (const chunk of connection) await connection.send(chunk);
};

const text = (bytes: Uint8Array | null): string => new TextDecoder().decode(bytes ?? new Uint8Array());

describe('serve()', () => {
  test('serves several listeners and datagram sockets with one service', async () => {
    const network = memoryNetwork();
    const sources = [
      await network.listen('tcp://127.0.0.1:0'),
      await network.listen('unix:/run/echo.sock'),
      await network.bind('udp://127.0.0.1:7777'),
    ];
    const server = serve(sources, {
      stream: echo,
      datagram: (datagram, socket) => void socket.reply(datagram, datagram.data),
    });
    expect(server.addresses).toHaveLength(3);
    const [tcp] = server.addresses;
    if (tcp === undefined) throw new Error('no address');

    const clients = [
      await network.connect({ scheme: 'tcp', address: tcp }),
      await network.connect('unix:/run/echo.sock'),
    ];
    for (const client of clients) {
      await client.send('hello');
      expect(text(await client.recvExactly(5))).toBe('hello');
      await client.close();
    }
    const peer = await network.connectDatagram('udp://127.0.0.1:7777');
    await peer.send('datagram');
    expect(text(await peer.recv())).toBe('datagram');
    await peer.close();

    const report = await server.drain({ graceMs: 1_000 });
    expect(report).toMatchObject({ forced: 0 });
    expect(await server.done).toMatchObject({ reason: 'drained' });
    expect(server.snapshot()).toMatchObject({
      state: 'done',
      open: 0,
      accepted: 2,
      finished: 2,
      failed: 0,
      datagrams: 1,
    });
  });

  test('refuses no source, and a source without its half', async () => {
    const network = memoryNetwork();
    await using listener = await network.listen('memory:a');
    await using socket = await network.bind('memory:a');
    expect(() => serve([], echo)).toThrow('serve needs at least one source');
    expect(() => serve(socket, echo)).toThrow('no datagram half');
    expect(() => serve(listener, { datagram: () => undefined })).toThrow('no stream half');
    expect(() => serve(listener, echo, { maxSessions: 0 })).toThrow(
      'maxSessions must be a whole number of at least 1, not 0',
    );
    expect(() => serve(listener, echo, { acceptRetryMs: 0 })).toThrow(
      'acceptRetryMs must be more than 0 and finite, not 0',
    );
    expect(() => serve(listener, echo, { acceptRetryMs: Infinity })).toThrow(
      'acceptRetryMs must be more than 0 and finite, not Infinity',
    );
  });

  test('S11 a handler that throws aborts its own connection and costs nobody else', async () => {
    const network = memoryNetwork();
    const errors: unknown[] = [];
    const handler: Handler = async (connection) => {
      const question = text(await connection.recv());
      if (question === 'bad') throw new Error('handler failed');
      await connection.send(question);
    };
    await using server = serve(await network.listen('memory:x'), handler, { onError: (error) => errors.push(error) });
    const bad = await network.connect('memory:x');
    const good = await network.connect('memory:x');
    await bad.send('bad');
    await expect(bad.recv()).rejects.toSatisfy((error: unknown) => isTransportError(error, 'ECONNRESET'));
    await good.send('good');
    expect(text(await good.recv())).toBe('good');
    expect(await good.recv()).toBeNull();
    await good.close();
    expect(errors).toEqual([new Error('handler failed')]);
    expect(server.snapshot()).toMatchObject({ failed: 1 });
  });

  test('S12 a handler that returns without closing has its connection closed in order', async () => {
    const network = memoryNetwork();
    await using _server = serve(await network.listen('memory:x'), async (connection) => connection.send('bye'));
    const client = await network.connect('memory:x');
    expect(text(await client.recvExactly(3))).toBe('bye');
    expect(await client.recv()).toBeNull();
    await client.close();
    expect(await client.closed).toMatchObject({ how: 'finished', clean: true });
  });

  test('S8 never runs more than maxSessions at once, and runs the rest as sessions end', async () => {
    const network = memoryNetwork();
    let open = 0;
    let most = 0;
    const handler: Handler = async (connection) => {
      open += 1;
      most = Math.max(most, open);
      await connection.recv();
      await connection.send('done');
      open -= 1;
    };
    await using _server = serve(await network.listen('memory:x'), handler, { maxSessions: 10 });
    const clients = await Promise.all(Array.from({ length: 20 }, () => network.connect('memory:x')));
    await Promise.all(
      clients.map(async (client) => {
        await client.send('go');
        expect(text(await client.recvExactly(4))).toBe('done');
        await client.close();
      }),
    );
    expect(most).toBe(10);
  });

  test('S1 a failing accept is told, rested on and tried again', async () => {
    const clock = fakeClock();
    const network = memoryNetwork({ clock });
    const listener = await network.listen('memory:x');
    let failures = 3;
    const accept = listener.accept.bind(listener);
    listener.accept = (op) => {
      if (failures === 0) return accept(op);
      failures -= 1;
      return Promise.reject(new Error('no descriptor'));
    };
    const errors: string[] = [];
    const server = serve(listener, echo, { acceptRetryMs: 100, onError: (_error, { during }) => errors.push(during) });
    await clock.advance(250);
    expect(errors).toEqual(['accept', 'accept', 'accept']);
    await clock.advance(50);
    const client = await network.connect('memory:x');
    await client.send('still here');
    expect(text(await client.recv())).toBe('still here');
    client.abort();
    await clock.until(server.drain({ graceMs: 0 }));
    expect(server.snapshot().acceptErrors).toBe(3);
  });

  test('a listener that its owner closes ends the server', async () => {
    const network = memoryNetwork();
    const listener = await network.listen('memory:x');
    const server = serve(listener, echo);
    await listener.close();
    expect(await server.done).toEqual({ reason: 'drained' });
    expect(await server.drain({ graceMs: 0 })).toMatchObject({ finished: 0, forced: 0 });
  });

  test('a datagram handler that fails costs its datagram only, and a pending one holds back the next', async () => {
    const network = memoryNetwork();
    const failures: unknown[] = [];
    const order: string[] = [];
    const release = Promise.withResolvers<void>();
    await using server = serve(
      await network.bind('memory:d'),
      {
        datagram: (datagram, socket) => {
          const question = text(datagram.data);
          order.push(question);
          if (question === 'sync') throw new Error('sync');
          if (question === 'async') return release.promise.then(() => Promise.reject(new Error('async')));
          socket.reply(datagram, 'answer');
          return undefined;
        },
      },
      { onError: (error) => failures.push((error as Error).message) },
    );
    const peer = await network.connectDatagram('memory:d');
    for (const question of ['sync', 'async', 'good']) await peer.send(question);
    expect(order).toEqual(['sync', 'async']);
    release.resolve();
    expect(text(await peer.recv())).toBe('answer');
    expect(failures).toEqual(['sync', 'async']);
    expect(server.snapshot().datagrams).toBe(3);
    await peer.close();
  });
});

describe('registry', () => {
  test('lists sessions and kills one by its id, whatever its handler does', async () => {
    const network = memoryNetwork();
    const aborted: unknown[] = [];
    const stubborn: Handler = async (_connection, session) => {
      session.signal.addEventListener('abort', () => aborted.push(session.signal.reason));
      await new Promise(() => undefined);
    };
    await using server = serve(await network.listen('memory:x'), stubborn);
    const client = await network.connect('memory:x');
    const recv = client.recv().catch((error: unknown) => error);
    await expect.poll(() => server.sessions.size).toBe(1);
    const [session] = server.sessions;
    expect(session?.id).toBe(1);
    expect(server.sessions.kill(1, 'bored')).toBe(true);
    expect(server.sessions.kill(1)).toBe(false);
    expect(server.sessions.size).toBe(0);
    expect(aborted).toEqual(['bored']);
    expect(isTransportError(await recv, 'ECONNRESET')).toBe(true);
  });
});

describe('serve() over the system', () => {
  test('serves 100 connections at once over TCP', async () => {
    await using server = serve(await system.listen('tcp://127.0.0.1:0'), echo);
    const [address] = server.addresses;
    if (address === undefined) throw new Error('no address');
    await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        await using client = await system.connect({ scheme: 'tcp', address });
        await client.send(`message ${i}`);
        await client.closeWrite();
        let answer = '';
        for await (const chunk of client) answer += text(chunk);
        expect(answer).toBe(`message ${i}`);
      }),
    );
  });
});
