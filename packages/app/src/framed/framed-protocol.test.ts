import { inet } from '@stack/address';
import type { Connection } from '@stack/transport';
import { describe, expect, it } from 'vitest';
import { byteLines, type FrameError, lengthPrefixed, lines, netstring } from '../codec/index.ts';
import {
  attach,
  datagramHandler,
  type End,
  framedProtocol,
  type FramedSink,
  type Protocol,
  transcript,
} from '../index.ts';
import { pair, turns } from './pair.test-fixture.ts';

const text = (data: Uint8Array): string => new TextDecoder().decode(data);

/** Answers every line with itself. */
const echoLines = framedProtocol(lines(), {
  name: 'echo-lines',
  open: () => undefined,
  frame: (line, out) => void out.send(line),
});

/** What leaves in one write is one chunk in memory. */
const chunksUntilEnd = async (connection: Connection): Promise<string[]> => {
  const chunks: string[] = [];
  await connection.consume((chunk) => void chunks.push(text(chunk)));
  return chunks;
};

const answers = async (protocol: Protocol<unknown>, ...sent: (string | Uint8Array)[]): Promise<[string[], End]> => {
  const { peer, connection } = await pair();
  const ended = attach(protocol, connection);
  ended.catch(() => undefined);
  const chunks = chunksUntilEnd(peer).catch(() => []);
  for (const data of sent) {
    await peer.send(data);
    await turns();
  }
  // The protocol may have aborted already.
  void peer.closeWrite();
  const end = await ended;
  await connection.close();
  return [await chunks, end];
};

describe('framedProtocol()', () => {
  it('answers 16 pipelined lines in one write, made anew or sent back', async () => {
    const asked = Array.from({ length: 16 }, (_, at) => `line ${at} ${'x'.repeat(50)}`);
    const stream = asked.map((line) => `${line}\n`).join('');
    expect(await answers(echoLines, stream)).toEqual([[stream], { how: 'finished' }]);

    const loud = framedProtocol(lines({ newline: '\r\n' }), {
      name: 'loud',
      open: (out) => void out.send('hello'),
      frame: (line, out) => void out.send(line.toUpperCase()),
    });
    const loudly = asked.map((line) => `${line.toUpperCase()}\r\n`).join('');
    expect(await answers(loud, stream)).toEqual([['hello\r\n', loudly], { how: 'finished' }]);
  });

  it('sends the very chunk back where every frame goes back as it came', () => {
    const echo = framedProtocol(byteLines(), {
      name: 'echo',
      open: () => undefined,
      frame: (line, out) => void out.send(line),
    });
    const chunk = new TextEncoder().encode('one\ntwo\nthree\n');
    expect(transcript(echo, [chunk]).replies[0]).toBe(chunk);
    // The end of line is not the one that is written, and the last one is cut.
    expect(text(transcript(echo, ['one\r\ntw', 'o\nthree']).output)).toBe('one\ntwo\nthree\n');
  });

  it('sends what a frame has become, whether it was changed in place or is another one of the same text', () => {
    const change = framedProtocol(byteLines(), {
      name: 'change',
      open: (): { before: Uint8Array } => ({ before: new Uint8Array(0) }),
      frame(line, out, state) {
        if (line[0] === 0x2b) line[0] = 0x2d;
        out.send(line);
        out.send(state.before);
        state.before = line;
      },
    });
    for (const padding of [0, 50_000]) {
      const chunk = new TextEncoder().encode(`+1\n+2\n${'x'.repeat(padding)}`);
      expect(text(transcript(change, [chunk]).output.subarray(0, 13))).toBe(
        '-1\n\n-2\n-1\n'.concat(padding ? 'xxx' : ''),
      );
    }
  });

  it.each<[string, (out: FramedSink<string>) => void, string]>([
    ['ends', (out) => out.end(), 'one\nbye\n'],
    ['aborts', (out) => out.abort('enough'), ''],
  ])('hands out no frame once it %s, and takes none', async (_, stop, expected) => {
    const seen: string[] = [];
    const protocol = framedProtocol(lines(), {
      name: 'stops',
      open: () => undefined,
      frame(line, out) {
        seen.push(line);
        out.send(line);
        if (line !== 'one') return;
        out.send('bye');
        stop(out);
        expect([out.send('late'), out.full]).toEqual([false, true]);
      },
    });
    const { replies, end } = transcript(protocol, ['one\ntwo\n', 'three\n']);
    expect([seen, replies.map(text).join('')]).toEqual([['one'], expected]);
    expect(end.how).toBe(expected === '' ? 'aborted' : 'finished');
  });

  it('hands out the next frame when the promise of one has settled, and still sends in order', async () => {
    const log: string[] = [];
    const slow = framedProtocol(lines(), {
      name: 'slow',
      open: () => undefined,
      async frame(line, out) {
        log.push(`< ${line}`);
        await turns(1);
        out.send(line);
        log.push(`> ${line}`);
      },
      end(out) {
        out.send('bye');
        out.end();
      },
    });
    const [chunks, end] = await answers(slow, 'a\nb\n', 'c');
    expect([chunks.join(''), end]).toEqual(['a\nb\nc\nbye\n', { how: 'finished' }]);
    expect(log).toEqual(['< a', '> a', '< b', '> b', '< c', '> c']);
  });

  it('aborts by default on a frame that is wrong, cut by the end included', async () => {
    const protocol = framedProtocol(netstring(), { name: 'strict', open: () => undefined, frame: () => undefined });
    await expect(answers(protocol, '3:abc,x')).rejects.toThrow('expected a digit or a colon');
    await expect(answers(protocol, '3:ab')).rejects.toMatchObject({ code: 'ERR_FRAME_INCOMPLETE' });
  });

  it('tells invalid() of a wrong frame, and goes on behind it or ends', async () => {
    const invalid = (error: FrameError, out: FramedSink<Uint8Array>): void =>
      void out.send(new TextEncoder().encode(`-${error.code}`));
    const hooks = { name: 'lenient', open: () => undefined, invalid };
    const short = framedProtocol(byteLines({ maxBytes: 30 }), { ...hooks, frame: (line, out) => void out.send(line) });
    const wrong = 'x'.repeat(40);
    const [chunks] = await answers(short, `one\n${wrong}\n${wrong}\ntwo\n`);
    expect(chunks).toEqual(['one\n-ERR_FRAME_TOO_LONG\n-ERR_FRAME_TOO_LONG\ntwo\n']);

    const strict = framedProtocol(netstring(), { ...hooks, frame: (frame, out) => void out.send(frame) });
    expect(await answers(strict, '1:a,!1:b,', '1:c,')).toEqual([['1:a,18:-ERR_FRAME_CORRUPT,'], { how: 'finished' }]);
  });

  it('does not take the frame before a wrong one for that one', () => {
    const protocol = framedProtocol(lines({ maxBytes: 5 }), {
      name: 'again',
      open: () => ({ last: '' }),
      frame: (line, _, state) => void (state.last = line),
      invalid: (_, out, state) => void out.send(state.last),
    });
    expect(text(transcript(protocol, ['abc\nmuch too long\n']).output)).toBe('abc\n');
  });

  it('makes later sends of one turn one write, and passes on the other hooks', async () => {
    const log: string[] = [];
    const sinks: FramedSink<string>[] = [];
    const protocol = framedProtocol(lines(), {
      name: 'pushes',
      rfc: 4_242,
      open(out, peer) {
        sinks.push(out);
        out.wakeAfter(0);
        return { peer };
      },
      frame: () => undefined,
      ready: (_, { peer }) => void log.push(`ready ${peer.family}`),
      wake: (out) => void out.send('awake'),
      drain: (out) => out.end(),
      close: (_, how) => void log.push(`close ${how}`),
    });
    expect([protocol.name, protocol.rfc]).toEqual(['pushes', 4_242]);
    const { peer, connection } = await pair();
    const drains: (() => void)[] = [];
    const ended = attach(protocol, connection, { peer: inet('192.0.2.1', 5), onDrain: (f) => void drains.push(f) });
    expect(text((await peer.recv()) ?? new Uint8Array(0))).toBe('awake\n');
    sinks[0]?.send('one');
    sinks[0]?.send('two');
    expect(text((await peer.recv()) ?? new Uint8Array(0))).toBe('one\ntwo\n');
    drains[0]?.();
    expect(await ended).toEqual({ how: 'drained' });
    expect(log).toEqual(['ready AF_INET', 'close drained']);
    expect(sinks[0]?.send('late')).toBe(false);
  });
});

describe('framedProtocol() under back-pressure', () => {
  /** A kilobyte for every byte. */
  const loud = (log: { frames: number }): Protocol<unknown> =>
    framedProtocol(lengthPrefixed({ bytes: 1 }), {
      name: 'loud',
      open: () => undefined,
      frame(_, out) {
        log.frames += 1;
        for (let part = 0; part < 8; part++) out.send(new Uint8Array(128));
      },
    });

  it('lets frames wait while the peer is slow, and reads nothing meanwhile', async () => {
    const log = { frames: 0 };
    const { peer, connection } = await pair({ windowBytes: 65_536, maxReadAheadBytes: 4_096 });
    const ended = attach(loud(log), connection);
    for (let round = 0; round < 10; round++) peer.trySend(new Uint8Array(2_000));
    await turns(20);
    expect(log.frames).toBeLessThan(1_000);
    expect(connection.stats.queuedBytes).toBeLessThan(400_000);
    let received = 0;
    const reading = peer.consume((chunk) => void (received += chunk.length));
    await peer.closeWrite();
    expect(await ended).toEqual({ how: 'finished' });
    expect(log.frames).toBe(peer.stats.bytesOut);
    await connection.close();
    await reading;
    expect(received).toBe(log.frames * 8 * 129);
  });

  it.each(['reset', 'abort', 'drain'] as const)('does not hang on a %s while frames wait', async (what) => {
    const log = { frames: 0 };
    const { peer, connection } = await pair({ windowBytes: 65_536 });
    const drains: (() => void)[] = [];
    const ended = attach(loud(log), connection, { peer: connection.remote, onDrain: (f) => void drains.push(f) });
    await peer.send(new Uint8Array(2_000));
    await turns();
    expect(log.frames).toBeLessThan(1_000);
    if (what === 'reset') peer.abort();
    if (what === 'abort') connection.abort('enough');
    if (what === 'drain') {
      drains[0]?.();
      void peer.consume(() => undefined);
    }
    const { how } = await ended;
    expect(how).toBe({ reset: 'reset', abort: 'aborted', drain: 'drained' }[what]);
    // What had been read before a reset is received; what goes out in order goes out in whole.
    expect(log.frames === 2_000).toBe(what !== 'abort');
    await connection.close();
  });

  it('does not hold an end back for frames that wait', async () => {
    const log = { frames: 0 };
    const { peer, connection } = await pair({ windowBytes: 65_536 });
    const protocol = framedProtocol(lengthPrefixed({ bytes: 1 }), {
      name: 'impatient',
      open: (out) => out.wakeAfter(5),
      frame(_, out) {
        log.frames += 1;
        out.send(new Uint8Array(200));
      },
      wake: (out) => out.end(),
    });
    const ended = attach(protocol, connection);
    await peer.send(new Uint8Array(10_000));
    await new Promise((resolve) => connection.clock.after(20, () => resolve(undefined)));
    void peer.consume(() => undefined);
    expect(await ended).toEqual({ how: 'finished' });
    expect(log.frames).toBeLessThan(2_000);
    await connection.close();
  });

  it('plays a transcript of more than a connection would take at once', () => {
    const log = { frames: 0 };
    expect(transcript(loud(log), [new Uint8Array(1_000)]).output).toHaveLength(1_000 * 8 * 129);
  });

  it('stops where the answer to a datagram is too long already', () => {
    const log = { frames: 0 };
    const handle = datagramHandler(loud(log));
    const from = inet('192.0.2.1', 50_000);
    const sent: unknown[] = [];
    handle(
      { data: new Uint8Array(1_000), from, truncated: false },
      { local: inet('192.0.2.2', 7), reply: (_, data) => sent.push(data) > 0 },
    );
    expect([log.frames < 10, sent, handle.withheld]).toEqual([true, [], 1]);
  });
});

describe('framedProtocol() on datagrams', () => {
  it('answers all the frames of a datagram with one', () => {
    const handle = datagramHandler(echoLines);
    const sent: string[] = [];
    const socket = {
      local: inet('192.0.2.2', 7),
      reply: (_: unknown, data: Uint8Array | string) => sent.push(text(data as Uint8Array)) > 0,
    };
    handle({ data: new TextEncoder().encode('one\ntwo\n'), from: inet('192.0.2.1', 50_000), truncated: false }, socket);
    expect(sent).toEqual(['one\ntwo\n']);
  });
});
