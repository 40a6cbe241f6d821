import { type Address, named } from '@stack/address';
import { type Clock, type Connection, isTransportError, type StreamOptions, TransportError } from '@stack/transport';
import { memoryNetwork } from '@stack/transport/memory';
import { describe, expect, it, vi } from 'vitest';
import { attach, echo, type End, type EndHow, type Protocol, type Sink } from './index.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytesOf = (length: number, first = 0): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (first + at * 31) & 0xff);

/** A clock that only moves when it is told to. */
class ManualClock implements Clock {
  #now = 0;
  readonly timers = new Map<number, { readonly atMs: number; readonly f: () => void }>();
  #made = 0;

  now(): number {
    return this.#now;
  }

  after(ms: number, f: () => void): () => void {
    const id = (this.#made += 1);
    this.timers.set(id, { atMs: this.#now + Math.max(0, ms), f });
    return () => void this.timers.delete(id);
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const [id, { atMs, f }] of this.timers) {
      if (atMs <= this.#now && this.timers.delete(id)) f();
    }
  }
}

/** Two ends of one connection in memory. */
const pair = async (
  options: StreamOptions & { readonly windowBytes?: number; readonly clock?: Clock } = {},
): Promise<{ peer: Connection; connection: Connection }> => {
  const { windowBytes, clock, ...streamOptions } = options;
  const network = memoryNetwork({ ...(windowBytes && { windowBytes }), ...(clock && { clock }) });
  const listener = await network.listen('memory:attach', streamOptions);
  const peer = await network.connect('memory:attach');
  const connection = await listener.accept();
  await listener.close();
  if (connection === null) throw new Error('no connection was accepted');
  return { peer, connection };
};

/** Everything that comes, chunk by chunk: a chunk in memory is what left in one write. */
const chunksUntilEnd = async (connection: Connection): Promise<string[]> => {
  const chunks: string[] = [];
  await connection.consume((chunk) => void chunks.push(text(chunk)));
  return chunks;
};

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** A session that drains when it is told to. */
const fakeSession = (peer: Address = named('memory', 'claimed')) => {
  const told: (() => void)[] = [];
  let isDraining = false;
  return {
    peer,
    onDrain(f: () => void): void {
      if (isDraining) f();
      else told.push(f);
    },
    drain(): void {
      isDraining = true;
      for (const f of told.splice(0)) f();
    },
  };
};

/** A protocol made of some hooks, which remembers how it was closed. */
const protocolOf = (hooks: Partial<Protocol<Sink>>): Protocol<Sink> & { readonly closes: unknown[][] } => {
  const closes: unknown[][] = [];
  return {
    name: 'probe',
    open: (out) => out,
    receive: () => undefined,
    ...hooks,
    closes,
    close(state, how, error) {
      closes.push(error === undefined ? [how] : [how, error]);
      hooks.close?.(state, how, error);
    },
  };
};

describe('attach()', () => {
  it('runs open, ready, receive, end and close, in this order and on one state', async () => {
    const { peer, connection } = await pair();
    const state = { log: [] as string[] };
    const protocol: Protocol<typeof state> = {
      name: 'log',
      open: () => state,
      ready: (_, { log }) => void log.push('ready'),
      receive: (bytes, _, { log }) => void log.push(`receive ${text(bytes)}`),
      end(out, { log }) {
        log.push('end');
        out.end();
      },
      close: ({ log }, how, error) => void log.push(`close ${how} ${String(error)}`),
    };
    const ended = attach(protocol, connection);
    await peer.send('a');
    await turns(2);
    await peer.send('b');
    await peer.closeWrite();
    expect(await ended).toEqual({ how: 'finished' });
    expect(state.log).toEqual(['ready', 'receive a', 'receive b', 'end', 'close finished undefined']);
    await connection.close();
  });

  it('echoes every byte until the peer has finished, then finishes', async () => {
    const { peer, connection } = await pair();
    const ended = attach(echo, connection);
    const sent = bytesOf(70_000);
    await Promise.all([
      peer.send(sent).then(() => peer.closeWrite()),
      peer.recvExactly(sent.length).then((got) => expect(got).toEqual(sent)),
    ]);
    expect(await peer.recv()).toBeNull();
    expect(await ended).toEqual({ how: 'finished' });
  });

  it('tells open the peer of the session, else of the connection', async () => {
    const peers: Address[] = [];
    const protocol: Protocol = {
      name: 'who',
      open: (out, peer) => (peers.push(peer), out.end()),
      receive: () => undefined,
    };
    const first = await pair();
    await attach(protocol, first.connection);
    const second = await pair();
    const session = fakeSession();
    await attach(protocol, second.connection, session);
    expect(peers).toEqual([first.connection.remote, session.peer]);
  });

  it('leaves the connection unread for others when it is busy, and closes its own protocol', async () => {
    const { peer, connection } = await pair();
    const reading = connection.recv();
    const protocol = protocolOf({});
    const end = await attach(protocol, connection);
    expect(end.how).toBe('aborted');
    expect(isTransportError(end.error, 'ERR_BUSY')).toBe(true);
    await peer.send('for the other');
    expect(text((await reading) ?? new Uint8Array(0))).toBe('for the other');
  });
});

describe('attach() writes', () => {
  it('sends what one receive wrote as one chunk', async () => {
    const { peer, connection } = await pair();
    const protocol: Protocol = {
      name: 'parts',
      open: () => undefined,
      receive(bytes, out) {
        out.write('<');
        out.write(bytes);
        out.write('>');
        out.write('\u{1F600}');
      },
    };
    void attach(protocol, connection);
    await peer.send('x');
    expect(text((await peer.recv()) ?? new Uint8Array(0))).toBe('<x>\u{1F600}');
    await peer.closeWrite();
    expect(await peer.recv()).toBeNull();
  });

  it('sends what open and the first ready wrote as one chunk', async () => {
    const { peer, connection } = await pair();
    const protocol = protocolOf({
      open(out) {
        out.write('open ');
        return out;
      },
      ready(out) {
        out.write('ready');
        out.end();
      },
    });
    await attach(protocol, connection);
    expect(await chunksUntilEnd(peer)).toEqual(['open ready']);
  });

  it('passes a single part on untouched, and joins several into one buffer', async () => {
    const { peer, connection } = await pair();
    const trySend = vi.spyOn(connection, 'trySend');
    const [single, head, tail] = [bytesOf(10), bytesOf(3), bytesOf(4)];
    const parts = [[single], [head, tail]];
    const protocol = protocolOf({
      receive(_, out) {
        for (const part of parts.shift() ?? []) out.write(part);
      },
    });
    void attach(protocol, connection);
    await peer.send('1');
    await turns(3);
    await peer.send('2');
    await turns(3);
    expect(trySend.mock.calls.map(([data]) => data)).toEqual([single, Uint8Array.of(...head, ...tail)]);
    expect(trySend.mock.calls[0]?.[0]).toBe(single);
  });

  it('gathers what a kept sink writes until the end of the turn', async () => {
    const { peer, connection } = await pair();
    const sinks: Sink[] = [];
    const protocol = protocolOf({ open: (out) => (sinks.push(out), out) });
    const ended = attach(protocol, connection);
    const [out] = sinks;
    out?.write('one ');
    out?.write('turn');
    await turns(1);
    out?.write('another ');
    out?.write('turn');
    out?.end();
    expect(await chunksUntilEnd(peer)).toEqual(['one turn', 'another turn']);
    expect(await ended).toEqual({ how: 'finished' });
  });

  it('sends nothing for an empty write, and nothing after end()', async () => {
    const { peer, connection } = await pair();
    const trySend = vi.spyOn(connection, 'trySend');
    const results: boolean[] = [];
    const protocol = protocolOf({
      open(out) {
        results.push(out.write(''), out.write(new Uint8Array(0)));
        out.end();
        results.push(out.write('late'), out.full);
        out.end();
        return out;
      },
    });
    await attach(protocol, connection);
    expect(results).toEqual([true, true, false, true]);
    expect(trySend).not.toHaveBeenCalled();
    expect(await peer.recv()).toBeNull();
  });

  it('refuses what is neither bytes nor text, naming it', async () => {
    const { connection } = await pair();
    const protocol = protocolOf({ open: (out) => (out.write([1] as unknown as string), out) });
    await expect(attach(protocol, connection)).rejects.toThrow(
      new TypeError('Cannot write: expected a Uint8Array or a string, not Array'),
    );
  });
});

describe('attach() steps', () => {
  it('reads nothing further while a step is pending, and keeps the order', async () => {
    const { peer, connection } = await pair();
    const gates: PromiseWithResolvers<void>[] = [];
    const received: string[] = [];
    const protocol = protocolOf({
      async receive(bytes, out) {
        received.push(text(bytes));
        out.write(`early ${text(bytes)};`);
        const gate = Promise.withResolvers<void>();
        gates.push(gate);
        await gate.promise;
        out.write('late ');
        out.write(`${text(bytes)};`);
      },
    });
    const ended = attach(protocol, connection);
    await peer.send('a');
    await turns(2);
    await peer.send('b');
    await peer.closeWrite();
    await turns(3);
    expect(received).toEqual(['a']);
    gates[0]?.resolve();
    await turns(3);
    expect(received).toEqual(['a', 'b']);
    gates[1]?.resolve();
    expect(await chunksUntilEnd(peer)).toEqual(['early a;', 'late a;', 'early b;', 'late b;']);
    expect(await ended).toEqual({ how: 'finished' });
  });

  it('waits for a pending end, and goes on until out.end() where end() did not call it', async () => {
    const { peer, connection } = await pair();
    const gate = Promise.withResolvers<void>();
    const sinks: Sink[] = [];
    const protocol = protocolOf({
      async end(out) {
        out.write('bye ');
        await gate.promise;
        out.write('bye');
        sinks.push(out);
      },
    });
    const settled = vi.fn<(end: End) => void>();
    const ended = attach(protocol, connection).then(settled);
    await peer.closeWrite();
    await turns(3);
    gate.resolve();
    await turns(3);
    expect(settled).not.toHaveBeenCalled();
    sinks[0]?.write('!');
    sinks[0]?.end();
    await ended;
    expect(settled).toHaveBeenCalledWith({ how: 'finished' });
    expect((await chunksUntilEnd(peer)).join('')).toBe('bye bye!');
  });
});

describe('attach() back-pressure', () => {
  it('stops reading from a peer that floods and never reads, then loses no byte', async () => {
    const { peer, connection } = await pair({ windowBytes: 16_384, highWaterBytes: 16_384, maxQueuedBytes: 65_536 });
    const protocol = protocolOf({ receive: (bytes, out) => void out.write(bytes) });
    const ended = attach(protocol, connection);
    const sent = bytesOf(1_048_576);
    let given = 0;
    const flood = async (): Promise<void> => {
      for (; given < sent.length; given += 4_096) await peer.send(sent.subarray(given, given + 4_096));
      await peer.closeWrite();
    };
    const flooding = flood();
    await turns(1_000);
    const stuckAt = connection.stats.bytesIn;
    expect(connection.stats.queuedBytes).toBeLessThanOrEqual(2 * 16_384);
    await turns(1_000);
    expect(connection.stats.bytesIn).toBe(stuckAt);
    expect(stuckAt).toBeLessThan(300_000);
    const got = await peer.recvExactly(sent.length);
    expect(got).toEqual(sent);
    await flooding;
    expect(await peer.recv()).toBeNull();
    expect(await ended).toEqual({ how: 'finished' });
  });

  it('says false while the peer is slow, reads nothing, and calls ready when room comes back', async () => {
    const { peer, connection } = await pair({ windowBytes: 1_000, highWaterBytes: 1_000 });
    const log: string[] = [];
    const protocol = protocolOf({
      ready: () => void log.push('ready'),
      receive(bytes, out) {
        log.push(`${text(bytes)} ${String(out.write('x'.repeat(2_500)))} ${String(out.full)}`);
      },
    });
    void attach(protocol, connection);
    for (const name of ['a', 'b', 'c', 'd']) {
      await peer.send(name);
      await turns(3);
    }
    // The connection says no to the second write; from then on nothing is read.
    expect(log).toEqual(['ready', 'a true false', 'b true false']);
    await peer.recvExactly(5_000);
    await turns(5);
    expect(log.slice(2)).toEqual(['b true false', 'ready', 'c true false', 'd true false', 'ready']);
  });

  it('feeds an endless writer at the pace of its peer', async () => {
    const clock = new ManualClock();
    const { peer, connection } = await pair({ clock });
    const run = async (rounds: number): Promise<void> => {
      for (let round = 0; round < rounds; round++) {
        clock.advance(0);
        await turns(1);
      }
    };
    let line = 0;
    const protocol = protocolOf({
      ready(out) {
        while (out.write(`${line}\n`)) line += 1;
        line += 1;
      },
    });
    const ended = attach(protocol, connection);
    await run(50);
    const ahead = line;
    await run(50);
    expect(line).toBe(ahead);

    let got = '';
    const reading = peer.consume((chunk) => void (got += text(chunk)));
    await run(30);
    expect(got.length).toBeGreaterThan(500_000);
    const lines = got.split('\n').slice(0, -1);
    expect(lines.every((value, index) => value === String(index))).toBe(true);
    peer.abort();
    await expect(reading).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    expect((await ended).how).toBe('reset');
  });

  it('gives room to an endless writer on a later turn only, even where the transport takes everything', async () => {
    const clock = new ManualClock();
    const { peer, connection } = await pair({ windowBytes: 1e9, clock });
    let writes = 0;
    const protocol = protocolOf({
      ready(out) {
        do writes += 1;
        while (out.write('x'.repeat(1_024)));
      },
    });
    const ended = attach(protocol, connection);
    await turns(5);
    expect(writes).toBe(65);
    clock.advance(0);
    await turns(5);
    expect(writes).toBe(130);
    peer.abort();
    await ended;
    expect(clock.timers.size).toBe(0);
  });

  it('aborts past maxQueuedBytes a protocol that does not care', async () => {
    const { peer, connection } = await pair({ windowBytes: 1_000, highWaterBytes: 1_000, maxQueuedBytes: 4_000 });
    const sinks: Sink[] = [];
    const protocol = protocolOf({ open: (out) => (sinks.push(out), out) });
    const ended = attach(protocol, connection);
    for (let count = 0; count < 10; count++) {
      sinks[0]?.write(new Uint8Array(1_000));
      await turns(1);
    }
    const end = await ended;
    expect(end.how).toBe('aborted');
    expect(isTransportError(end.error, 'ERR_SEND_BUFFER')).toBe(true);
    expect(protocol.closes).toEqual([['aborted', end.error]]);
    await expect(peer.recvExactly(10_000)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('attach() ends', () => {
  it('returns once the output is flushed, however long the peer holds the connection open', async () => {
    const { peer, connection } = await pair();
    const receive = vi.fn<Protocol['receive']>();
    const daytime: Protocol = {
      name: 'daytime',
      open(out) {
        out.write('noon\r\n');
        out.end();
      },
      receive,
    };
    expect(await attach(daytime, connection)).toEqual({ how: 'finished' });
    await peer.send('ignored');
    expect(await chunksUntilEnd(peer)).toEqual(['noon\r\n']);
    await turns(3);
    expect(receive).not.toHaveBeenCalled();
  });

  it('discards what comes after an end() inside receive', async () => {
    const { peer, connection } = await pair();
    const received: string[] = [];
    const protocol = protocolOf({
      receive(bytes, out) {
        received.push(text(bytes));
        out.write('done');
        out.end();
      },
    });
    const ended = attach(protocol, connection);
    await peer.send('a');
    await turns(2);
    await peer.send('b');
    expect(await ended).toEqual({ how: 'finished' });
    expect(received).toEqual(['a']);
    expect(await chunksUntilEnd(peer)).toEqual(['done']);
    const closing = connection.close();
    await peer.closeWrite();
    await closing;
    expect(await connection.closed).toMatchObject({ how: 'finished', clean: true });
  });

  it('waits until a slow peer has taken everything, and can be woken meanwhile', async () => {
    const clock = new ManualClock();
    const { peer, connection } = await pair({ windowBytes: 100, clock });
    const wakes: number[] = [];
    const protocol = protocolOf({
      open(out) {
        out.write('x'.repeat(5_000));
        out.wakeAfter(50);
        out.end();
        return out;
      },
      wake: () => void wakes.push(clock.now()),
    });
    const settled = vi.fn<(end: End) => void>();
    const ended = attach(protocol, connection).then(settled);
    clock.advance(50);
    await turns(5);
    expect(settled).not.toHaveBeenCalled();
    expect(wakes).toEqual([50]);
    await peer.recvExactly(5_000);
    await ended;
    expect(settled).toHaveBeenCalledWith({ how: 'finished' });
  });

  it('waits for the step under way when a kept sink ends', async () => {
    const { peer, connection } = await pair();
    const gate = Promise.withResolvers<void>();
    const protocol = protocolOf({
      async receive(_, out) {
        out.end();
        await gate.promise;
      },
    });
    const ended = attach(protocol, connection);
    await peer.send('go');
    expect(await peer.recv()).toBeNull();
    await turns(3);
    expect(protocol.closes).toEqual([]);
    gate.resolve();
    expect(await ended).toEqual({ how: 'finished' });
  });

  it('receives what was read before a reset, then closes with it', async () => {
    const { peer, connection } = await pair();
    const gate = Promise.withResolvers<void>();
    const received: string[] = [];
    const protocol = protocolOf({
      async receive(bytes, out) {
        received.push(text(bytes));
        await gate.promise;
        out.write('nobody there');
      },
    });
    const ended = attach(protocol, connection);
    for (const name of ['a', 'b']) {
      await peer.send(name);
      await turns(2);
    }
    peer.abort();
    await turns(3);
    expect(protocol.closes).toEqual([]);
    gate.resolve();
    const end = await ended;
    expect(end.how).toBe('reset');
    expect(isTransportError(end.error, 'ECONNRESET')).toBe(true);
    expect(received).toEqual(['a', 'b']);
    expect(protocol.closes).toEqual([['reset', end.error]]);
  });

  it('tells of a reset that meets it after out.end(), while bytes are queued', async () => {
    const { peer, connection } = await pair({ windowBytes: 10 });
    const protocol = protocolOf({
      open(out) {
        out.write('x'.repeat(1_000));
        out.end();
        return out;
      },
    });
    const ended = attach(protocol, connection);
    await turns(2);
    peer.abort();
    const end = await ended;
    expect(end.how).toBe('reset');
    expect(isTransportError(end.error, 'ECONNRESET')).toBe(true);
    expect(protocol.closes).toEqual([['reset', end.error]]);
    expect((await connection.closed).unsentBytes).toBeGreaterThan(0);
  });

  it('closes at once when this side aborts the connection, and drops what a pending step does later', async () => {
    const { peer, connection } = await pair();
    const gate = Promise.withResolvers<void>();
    const protocol = protocolOf({
      async receive(_, out) {
        await gate.promise;
        out.write('too late');
        throw new Error('too late as well');
      },
    });
    const ended = attach(protocol, connection);
    await peer.send('go');
    await turns(2);
    const reason = new Error('killed');
    connection.abort(reason);
    expect(await ended).toEqual({ how: 'aborted', error: reason });
    gate.resolve();
    await turns(3);
    expect(protocol.closes).toEqual([['aborted', reason]]);
  });

  it('counts a close by somebody else as an abort', async () => {
    const { peer, connection } = await pair();
    const protocol = protocolOf({});
    const ended = attach(protocol, connection);
    const closing = connection.close();
    const end = await ended;
    expect(end.how).toBe('aborted');
    expect(isTransportError(end.error, 'ERR_CLOSED')).toBe(true);
    await peer.close();
    await closing;
  });

  it('leaves a close in order by somebody else alone: what was written still arrives', async () => {
    const { peer, connection } = await pair({ windowBytes: 10 });
    const protocol = protocolOf({
      open(out) {
        out.write('x'.repeat(1_000));
        out.end();
        return out;
      },
    });
    const ended = attach(protocol, connection);
    const closing = connection.close();
    expect(await peer.recvExactly(1_000)).toHaveLength(1_000);
    expect(await peer.recv()).toBeNull();
    await peer.close();
    await closing;
    expect((await ended).how).not.toBe('reset');
    expect(await connection.closed).toMatchObject({ how: 'finished', unsentBytes: 0 });
  });

  it('aborts where one write fails by itself, since what follows would be corruption', async () => {
    const { peer, connection } = await pair();
    const failure = new TransportError({ code: 'ERR_MESSAGE_SIZE', op: 'send' });
    vi.spyOn(connection, 'trySend').mockImplementationOnce(() => {
      throw failure;
    });
    const ended = attach(echo, connection);
    await peer.send('x');
    expect(await ended).toEqual({ how: 'aborted', error: failure });
    expect((await peer.closed).how).toBe('broken');
  });

  it.each<[string, (out: Sink) => Partial<Protocol<Sink>>]>([
    ['open', () => ({ open: (out) => (out.abort(), out) })],
    ['receive', () => ({ receive: (_, out) => out.abort() })],
    ['a pending step', () => ({ receive: async (_, out) => (out.abort(), new Promise(() => undefined)) })],
    ['end', () => ({ end: (out) => out.abort() })],
  ])('ends by out.abort() in %s, after the hook has returned, and resets the peer', async (_, hooks) => {
    const { peer, connection } = await pair();
    const protocol = protocolOf(hooks(undefined as never));
    const ended = attach(protocol, connection);
    await peer.send('x').catch(() => undefined);
    await peer.closeWrite().catch(() => undefined);
    const end = await ended;
    expect(end.how).toBe('aborted');
    expect(end.error).toEqual(new Error('Cannot go on: the protocol "probe" aborted the exchange'));
    expect(protocol.closes).toEqual([['aborted', end.error]]);
    expect((await peer.closed).how).toBe('broken');
  });

  it('makes every call of a dead sink a no-op', async () => {
    const clock = new ManualClock();
    const { connection } = await pair({ clock });
    const wake = vi.fn<() => void>();
    const protocol = protocolOf({ wake });
    const sinks: Sink[] = [];
    const ended = attach({ ...protocol, open: (out) => (sinks.push(out), out.wakeAfter(10), out) }, connection);
    const [out] = sinks;
    out?.abort('enough');
    expect(await ended).toEqual({ how: 'aborted', error: 'enough' });
    expect([out?.write('x'), out?.full]).toEqual([false, true]);
    out?.end();
    out?.abort('again');
    out?.wakeAfter(5);
    clock.advance(100);
    await turns(2);
    expect(wake).not.toHaveBeenCalled();
    expect(protocol.closes).toEqual([['aborted', 'enough']]);
  });
});

describe('attach() on other kinds of connections', () => {
  it('leaves the end to the close where one direction cannot be finished alone', async () => {
    const { peer, connection } = await pair({ windowBytes: 100 });
    vi.spyOn(connection, 'caps', 'get').mockReturnValue(new Set(['pause', 'reset'] as const));
    const protocol = protocolOf({
      receive(bytes, out) {
        out.write(bytes);
        out.end();
      },
    });
    const settled = vi.fn<(end: End) => void>();
    const ended = attach(protocol, connection).then(settled);
    void peer.send('x'.repeat(1_000));
    await turns(5);
    expect(settled).not.toHaveBeenCalled();
    expect(await peer.recvExactly(1_000)).toHaveLength(1_000);
    await ended;
    expect(settled).toHaveBeenCalledWith({ how: 'finished' });
    const closing = connection.close();
    expect(await peer.recv()).toBeNull();
    await peer.close();
    await closing;
  });

  it('finishes with a peer that has gone for good, and drops what is written at the end', async () => {
    const { peer, connection } = await pair();
    vi.spyOn(connection, 'caps', 'get').mockReturnValue(new Set(['pause', 'reset'] as const));
    const results: boolean[] = [];
    const protocol = protocolOf({
      end(out) {
        results.push(out.write('to nobody'));
        out.end();
      },
    });
    const ended = attach(protocol, connection);
    await peer.closeWrite();
    expect(await ended).toEqual({ how: 'finished' });
    expect(results).toEqual([false]);
  });

  it('sends an empty message where a message is a unit', async () => {
    const { connection } = await pair();
    Object.defineProperty(connection, 'unit', { value: 'message' });
    const trySend = vi.spyOn(connection, 'trySend');
    void attach(protocolOf({ open: (out) => (out.write(''), out) }), connection);
    expect(trySend.mock.calls).toEqual([[new Uint8Array(0)]]);
    connection.abort();
  });
});

describe('attach() failing hooks', () => {
  const failure = new Error('the hook failed');
  const fail = (): never => {
    throw failure;
  };
  const failLater = async (): Promise<never> => {
    await turns(1);
    throw failure;
  };

  it.each<[string, Partial<Protocol<Sink>>]>([
    ['ready', { ready: fail }],
    ['receive', { receive: fail }],
    ['receive, later', { receive: failLater }],
    ['end', { end: fail }],
    ['end, later', { end: failLater }],
    ['wake', { open: (out) => (out.wakeAfter(0), out), wake: fail }],
    ['drain', { drain: fail }],
    ['ready, later', { ready: failLater }],
    ['wake, later', { open: (out) => (out.wakeAfter(0), out), wake: failLater }],
    ['drain, later', { drain: failLater }],
    ['receive, after an abort', { receive: (_, out) => (out.abort('reason'), fail()) }],
    ['receive, after an end', { receive: (_, out) => (out.write('cut'), out.end(), fail()) }],
  ])('rejects with what %s threw, resets the peer, and closes once', async (_, hooks) => {
    const clock = new ManualClock();
    const { peer, connection } = await pair({ clock });
    const session = fakeSession();
    const protocol = protocolOf(hooks);
    const ended = attach(protocol, connection, session);
    const caught = ended.catch((error: unknown) => error);
    await peer.send('x').catch(() => undefined);
    await turns(2);
    if (hooks.drain) session.drain();
    if (hooks.wake) clock.advance(0);
    await turns(2);
    await peer.closeWrite().catch(() => undefined);
    expect(await caught).toBe(failure);
    expect(protocol.closes).toEqual([['aborted', failure]]);
    expect(await connection.closed).toMatchObject({ how: 'aborted' });
    expect(await peer.closed).toMatchObject({ how: 'broken' });
  });

  it('rejects with what open threw, cancels its timer, and calls no close', async () => {
    const clock = new ManualClock();
    const { connection } = await pair({ clock });
    const sinks: Sink[] = [];
    const protocol = protocolOf({
      open(out) {
        sinks.push(out);
        out.wakeAfter(10);
        return fail();
      },
    });
    await expect(attach(protocol, connection)).rejects.toBe(failure);
    expect(clock.timers.size).toBe(0);
    expect(sinks[0]?.write('x')).toBe(false);
    expect(protocol.closes).toEqual([]);
    expect(await connection.closed).toMatchObject({ how: 'aborted', error: failure });
  });

  it('rejects with what close threw, and with the first failure where there was one', async () => {
    const first = await pair();
    await expect(attach(protocolOf({ open: (out) => (out.end(), out), close: fail }), first.connection)).rejects.toBe(
      failure,
    );
    expect(await first.connection.closed).toMatchObject({ how: 'aborted' });

    const second = await pair();
    const earlier = new Error('earlier');
    const ready = (): never => {
      throw earlier;
    };
    await expect(attach(protocolOf({ ready, close: fail }), second.connection)).rejects.toBe(earlier);
  });
});

describe('attach() and time', () => {
  it('wakes once, replaces the timer, and cancels it by null and at the close', async () => {
    const clock = new ManualClock();
    const { peer, connection } = await pair({ clock });
    const sinks: Sink[] = [];
    const wakes: number[] = [];
    const protocol = protocolOf({
      open: (out) => (sinks.push(out), out),
      wake(out) {
        wakes.push(clock.now());
        out.write('awake');
      },
    });
    const ended = attach(protocol, connection);
    const [out] = sinks;
    out?.wakeAfter(10);
    out?.wakeAfter(20);
    expect(clock.timers.size).toBe(1);
    clock.advance(15);
    clock.advance(5);
    clock.advance(100);
    expect(wakes).toEqual([20]);
    expect(text((await peer.recv()) ?? new Uint8Array(0))).toBe('awake');

    out?.wakeAfter(10);
    out?.wakeAfter(null);
    clock.advance(100);
    expect(wakes).toEqual([20]);

    expect(() => out?.wakeAfter(Number.NaN)).toThrow(RangeError);
    out?.wakeAfter(10);
    out?.end();
    await ended;
    expect(clock.timers.size).toBe(0);
  });
});

describe('attach() and a drain', () => {
  it.each([
    ['once it is told', false],
    ['at once when the server drains already', true],
  ])('ends in order %s', async (_, isLate) => {
    const { peer, connection } = await pair();
    const session = fakeSession();
    if (isLate) session.drain();
    const protocol = protocolOf({ open: (out) => (out.write('hello'), out) });
    const ended = attach(protocol, connection, session);
    if (!isLate) session.drain();
    expect(await ended).toEqual({ how: 'drained' });
    expect(await chunksUntilEnd(peer)).toEqual(['hello']);
    expect(protocol.closes).toEqual([['drained']]);
  });

  it('lets the pending step finish, reads nothing further, and ends after its output', async () => {
    const { peer, connection } = await pair();
    const session = fakeSession();
    const gate = Promise.withResolvers<void>();
    const received: string[] = [];
    const protocol = protocolOf({
      async receive(bytes, out) {
        received.push(text(bytes));
        await gate.promise;
        out.write(`answer to ${text(bytes)}`);
      },
    });
    const ended = attach(protocol, connection, session);
    await peer.send('a');
    await turns(2);
    await peer.send('b');
    await turns(2);
    session.drain();
    await turns(2);
    expect(protocol.closes).toEqual([]);
    gate.resolve();
    expect(await ended).toEqual({ how: 'drained' });
    expect(received).toEqual(['a']);
    expect(await chunksUntilEnd(peer)).toEqual(['answer to a']);
  });

  it('sends the whole output of a receive in which the drain begins', async () => {
    const { peer, connection } = await pair();
    const session = fakeSession();
    const protocol = protocolOf({
      receive(_, out) {
        out.write('before ');
        session.drain();
        out.write('after');
      },
    });
    const ended = attach(protocol, connection, session);
    await peer.send('x');
    expect(await ended).toEqual({ how: 'drained' });
    expect(await chunksUntilEnd(peer)).toEqual(['before after']);
  });

  it('sends the output of a receive and of the drain that begins in it as one chunk', async () => {
    const { peer, connection } = await pair();
    const session = fakeSession();
    const protocol = protocolOf({
      receive(_, out) {
        out.write('before ');
        session.drain();
        out.write('after');
      },
      drain: (out) => void out.write('drain '),
    });
    const ended = attach(protocol, connection, session);
    await peer.send('x');
    await turns(3);
    await peer.closeWrite();
    expect(await chunksUntilEnd(peer)).toEqual(['before drain after']);
    expect(await ended).toEqual({ how: 'finished' });
  });

  it('does not wait for room to end: what was written is flushed, what was not read is not answered', async () => {
    const { peer, connection } = await pair({ windowBytes: 10, highWaterBytes: 10 });
    const session = fakeSession();
    const protocol = protocolOf({ receive: (bytes, out) => void out.write(text(bytes).repeat(100)) });
    const ended = attach(protocol, connection, session);
    for (const name of ['a', 'b', 'c']) {
      await peer.send(name);
      await turns(3);
    }
    session.drain();
    expect((await chunksUntilEnd(peer)).join('')).toBe('a'.repeat(100) + 'b'.repeat(100));
    expect(await ended).toEqual({ how: 'drained' });
  });

  it.each([
    ['answers', 'drain', 'x'.repeat(300) + 'c'],
    ['drops', 'end', 'x'.repeat(300)],
  ] as const)('%s a chunk that waits for room when the %s comes', async (_, what, output) => {
    const { peer, connection } = await pair({ windowBytes: 10, highWaterBytes: 10 });
    const session = fakeSession();
    const sinks: Sink[] = [];
    const protocol = protocolOf({
      open: (out) => (sinks.push(out), out),
      receive: (bytes, out) => void out.write(bytes),
    });
    const ended = attach(protocol, connection, session);
    // A kept sink fills the queue while nothing is read.
    for (const length of [100, 200]) {
      sinks[0]?.write('x'.repeat(length));
      await turns(1);
    }
    expect(sinks[0]?.full).toBe(true);
    await peer.send('c');
    await turns(3);
    expect(connection.stats.bytesOut).toBe(300);
    if (what === 'drain') session.drain();
    else sinks[0]?.end();
    expect((await chunksUntilEnd(peer)).join('')).toBe(output);
    expect(await ended).toEqual({ how: what === 'drain' ? 'drained' : 'finished' });
  });

  it('leaves it to the protocol that has a drain of its own', async () => {
    const { peer, connection } = await pair();
    const session = fakeSession();
    const protocol = protocolOf({
      drain: (out) => void out.write('closing soon;'),
      receive(bytes, out) {
        out.write(bytes);
        out.end();
      },
    });
    const ended = attach(protocol, connection, session);
    await turns(1);
    session.drain();
    await turns(2);
    await peer.send('last words');
    expect(await ended).toEqual({ how: 'drained' });
    expect((await chunksUntilEnd(peer)).join('')).toBe('closing soon;last words');
  });

  it('is finished, not drained, where the peer had finished before', async () => {
    const { peer, connection } = await pair();
    const session = fakeSession();
    const gate = Promise.withResolvers<void>();
    const protocol = protocolOf({
      async end(out) {
        await gate.promise;
        out.write('all of it');
      },
    });
    const ended = attach(protocol, connection, session);
    await peer.closeWrite();
    await turns(3);
    session.drain();
    await turns(2);
    gate.resolve();
    expect(await ended).toEqual({ how: 'finished' });
    expect(await chunksUntilEnd(peer)).toEqual(['all of it']);
  });
});

it('closes exactly once, whatever comes together', async () => {
  const hows: EndHow[] = [];
  for (let round = 0; round < 40; round++) {
    const { peer, connection } = await pair({ windowBytes: 64, highWaterBytes: 64 });
    const session = fakeSession();
    const sinks: Sink[] = [];
    const protocol = protocolOf({
      open: (out) => (sinks.push(out), out),
      receive: (bytes, out) => void out.write(bytes),
    });
    const ended = attach(protocol, connection, session);
    void peer.send(new Uint8Array(500));
    const blows = [
      () => peer.abort(),
      () => connection.abort('local'),
      () => session.drain(),
      () => sinks[0]?.end(),
      () => sinks[0]?.abort('by the protocol'),
      () => void peer.closeWrite(),
      () => void connection.close({ flushMs: 5, lingerMs: 5 }),
    ];
    for (let blow = 0; blow < 3; blow++) {
      blows[(round * 5 + blow * 3) % blows.length]?.();
      await turns((round + blow) % 3);
    }
    connection.abort('at the end');
    const end = await ended;
    await turns(3);
    expect(protocol.closes).toHaveLength(1);
    expect(protocol.closes[0]?.[0]).toBe(end.how);
    hows.push(end.how);
    peer.abort();
  }
  expect(new Set(hows).size).toBeGreaterThan(1);
});
