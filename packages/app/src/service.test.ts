import { serve, type ServeOptions, type Source } from '@stack/session';
import { isTransportError, system } from '@stack/transport';
import { memoryNetwork } from '@stack/transport/memory';
import { describe, expect, it } from 'vitest';
import {
  type DatagramGuardOptions,
  echo,
  exchanges,
  handler,
  type Protocol,
  service,
  upper,
  upperUtf8,
} from './index.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** A server of one protocol on one place in memory. */
const served = async <State>(protocol: Protocol<State>, options: ServeOptions = {}) => {
  const network = memoryNetwork();
  const errors: unknown[] = [];
  const server = serve(await network.listen('memory:service'), service(protocol), {
    onError: (error) => void errors.push(error),
    ...options,
  });
  return { network, server, errors, connect: () => network.connect('memory:service') };
};

describe('service() over serve()', () => {
  it('serves many connections at once, byte for byte, and finishes each in order', async () => {
    const { server, connect, errors } = await served(echo);
    const exchange = async (index: number): Promise<void> => {
      const connection = await connect();
      const sent = Uint8Array.from({ length: 20_000 }, (_, at) => (at * 7 + index) & 0xff);
      const sending = connection.send(sent).then(() => connection.closeWrite());
      expect(await connection.recvExactly(sent.length)).toEqual(sent);
      expect(await connection.recv()).toBeNull();
      await sending;
      await connection.close();
    };
    await Promise.all(Array.from({ length: 50 }, (_, index) => exchange(index)));
    expect(await server.drain({ graceMs: 1_000 })).toMatchObject({ forced: 0 });
    expect(server.snapshot()).toMatchObject({ accepted: 50, finished: 50, failed: 0 });
    expect(errors).toEqual([]);
  });

  it('serves streams and datagrams from one value', async () => {
    const network = memoryNetwork();
    const sources: Source[] = [await network.listen('memory:stream'), await network.bind('memory:datagram')];
    const both = service(upperUtf8);
    await using server = serve(sources, both);
    await using connection = await network.connect('memory:stream');
    await connection.send('straße');
    expect(text(await connection.recvExactly(7))).toBe('STRASSE');
    await using peer = await network.connectDatagram('memory:datagram');
    for (const [question, answer] of [
      ['straße', 'STRASSE'],
      ['', ''],
    ] as const) {
      await peer.send(question);
      expect(text(await peer.recv())).toBe(answer);
    }
    expect(both.datagram?.withheld).toBe(0);
    expect(server.snapshot().datagrams).toBe(2);
  });

  it('closes after one exchange, and the peer reads the whole answer and the end', async () => {
    const { server, connect } = await served(exchanges(upper, 1));
    const connection = await connect();
    await connection.send('hello');
    await connection.send('ignored').catch(() => undefined);
    const answer: string[] = [];
    await connection.consume((chunk) => void answer.push(text(chunk)));
    expect(answer.join('')).toMatch(/^HELLO/);
    await connection.close();
    await server.drain({ graceMs: 1_000 });
    expect(server.snapshot()).toMatchObject({ finished: 1, failed: 0 });
  });

  it('reports a reset of the peer as a failed session', async () => {
    const { server, connect, errors } = await served(echo);
    const connection = await connect();
    await connection.send('x');
    await connection.recv();
    connection.abort();
    await turns(5);
    await server.drain({ graceMs: 1_000 });
    expect(errors).toHaveLength(1);
    expect(isTransportError(errors[0], 'ECONNRESET')).toBe(true);
    expect(server.snapshot()).toMatchObject({ finished: 0, failed: 1 });
  });

  it('reports what a hook threw, and what a protocol aborted for', async () => {
    const failure = new Error('the hook failed');
    const reason = new Error('not like that');
    const { server, connect, errors } = await served({
      name: 'fussy',
      open: () => undefined,
      receive(bytes, out) {
        if (text(bytes) === 'throw') throw failure;
        out.abort(reason);
      },
    });
    for (const what of ['throw', 'abort']) {
      const connection = await connect();
      await connection.send(what);
      expect((await connection.closed).how).toBe('broken');
    }
    await server.drain({ graceMs: 1_000 });
    expect(errors).toEqual([failure, reason]);
  });

  it('drains: every client reads its last whole answer, then the end', async () => {
    const { server, connect, errors } = await served(echo);
    const frame = 'x'.repeat(64);
    const replies: number[] = [];
    const client = async (): Promise<void> => {
      const connection = await connect();
      let bytes = 0;
      for (;;) {
        await connection.send(frame).catch(() => undefined);
        const chunk = await connection.recv();
        if (chunk === null) break;
        bytes += chunk.length;
      }
      replies.push(bytes);
      await connection.close();
    };
    const clients = Promise.all(Array.from({ length: 64 }, client));
    await turns(20);
    const report = await server.drain({ graceMs: 5_000 });
    await clients;
    expect(report).toMatchObject({ finished: 64, forced: 0 });
    expect(replies.every((bytes) => bytes > 0 && bytes % frame.length === 0)).toBe(true);
    expect(errors).toEqual([]);
  });

  it('is not held by a step that never ends: the grace of the drain cuts it, and close() is told', async () => {
    const closes: unknown[] = [];
    const { server, connect } = await served({
      name: 'stubborn',
      open: () => undefined,
      receive: () => new Promise(() => undefined),
      close: (_, how) => void closes.push(how),
    });
    const connection = await connect();
    await connection.send('x');
    await turns(5);
    expect(await server.drain({ graceMs: 0 })).toMatchObject({ forced: 1 });
    expect((await connection.closed).how).toBe('broken');
    expect(closes).toEqual(['aborted']);
  });

  it('ends an idle session in order when told to end between reads', async () => {
    const { server, connect } = await served({ ...echo, drain: () => undefined }, { drain: 'between-reads' });
    const connection = await connect();
    await connection.send('x');
    await connection.recv();
    const draining = server.drain({ graceMs: 5_000 });
    expect(await connection.recv()).toBeNull();
    await connection.close();
    expect(await draining).toMatchObject({ finished: 1, forced: 0 });
  });

  it('is a bare handler as well', async () => {
    const network = memoryNetwork();
    await using server = serve(await network.listen('memory:bare'), handler(upper));
    await using connection = await network.connect('memory:bare');
    await connection.send('bare');
    expect(text(await connection.recvExactly(4))).toBe('BARE');
    expect(server.sessions.size).toBe(1);
  });
});

describe('service() over the system', () => {
  it('echoes 10 MiB over TCP with a half-close, byte for byte', async () => {
    await using server = serve(await system.listen('tcp://127.0.0.1:0'), service(echo));
    const [address] = server.addresses;
    if (address === undefined) throw new Error('the server has no address');
    await using connection = await system.connect({ scheme: 'tcp', address });
    const size = 10 * 1_048_576;
    const chunk = Uint8Array.from({ length: 65_536 }, (_, at) => (at * 31 + (at >> 8)) & 0xff);
    const sending = (async () => {
      for (let sent = 0; sent < size; sent += chunk.length) await connection.send(chunk);
      await connection.closeWrite();
    })();
    let got = 0;
    let isSame = true;
    await connection.consume((part) => {
      for (let at = 0; at < part.length; at += 97) isSame &&= part[at] === chunk[(got + at) % chunk.length];
      got += part.length;
    });
    await sending;
    expect([got, isSame]).toEqual([size, true]);
  });
});

describe('service() and a forged datagram', () => {
  /** Two echo services on port 7, and one datagram to the first that claims to come from the second. */
  const forge = async (options: DatagramGuardOptions): Promise<{ datagrams: number; withheld: number }> => {
    const network = memoryNetwork();
    const sockets = [await network.bind('udp://127.0.0.2:7'), await network.bind('udp://127.0.0.3:7')] as const;
    const services = [service(echo, options), service(echo, options)] as const;
    await sockets[1].sendTo('forged', sockets[0].local);
    const servers = [serve(sockets[0], services[0]), serve(sockets[1], services[1])];
    await turns(100);
    const datagrams = servers.reduce((sum, server) => sum + server.snapshot().datagrams, 0);
    await Promise.all(servers.map((server) => server.drain({ graceMs: 0 })));
    return { datagrams, withheld: services.reduce((sum, { datagram }) => sum + (datagram?.withheld ?? 0), 0) };
  };

  it('ends the traffic between two echo services with the first datagram', async () => {
    expect(await forge({})).toEqual({ datagrams: 1, withheld: 1 });
  });

  it('would go on for ever without the guard', async () => {
    const { datagrams, withheld } = await forge({ isResponder: () => false });
    expect(datagrams).toBeGreaterThan(20);
    expect(withheld).toBe(0);
  });
});
