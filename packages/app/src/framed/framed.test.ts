import { type Connection, isTransportError, type Op } from '@stack/transport';
import { fakeClock } from '@stack/transport/virtual';
import { describe, expect, it } from 'vitest';
import { type Codec, isFrameError, json, lengthPrefixed, lines, netstring } from '../codec/index.ts';
import { framed } from './framed.ts';
import { pair, turns } from './pair.test-fixture.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (data: Uint8Array | null): string => new TextDecoder().decode(data ?? bytes('(the end)'));

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => ['no error', value],
    (error: unknown) => (isFrameError(error) || isTransportError(error) ? error.code : error),
  );

describe('framed()', () => {
  it('receives frames however they are cut, then null, again and again', async () => {
    const { peer, connection } = await pair();
    const frames = framed(connection, lines());
    const first = frames.recv();
    for (const part of ['o', 'ne\ntwo\n', 'thr', 'ee']) {
      await peer.send(part);
      await turns();
    }
    expect(await first).toBe('one');
    expect(await frames.recv()).toBe('two');
    await peer.closeWrite();
    expect([await frames.recv(), await frames.recv(), await frames.recv()]).toEqual(['three', null, null]);
  });

  it('iterates, and a break loses nothing and leaves the connection open', async () => {
    const { peer, connection } = await pair();
    const frames = framed(connection, json());
    await framed(peer, json()).sendAll([1, [2], { three: 3 }]);
    for await (const frame of frames) if (Array.isArray(frame)) break;
    expect(await frames.recv()).toEqual({ three: 3 });
    await frames.send('still open');
    expect(text(await peer.recv())).toBe('"still open"\n');
  });

  it('sends header and content as one, and many frames as one', async () => {
    const { peer, connection } = await pair();
    const frames = framed(connection, lengthPrefixed({ bytes: 1 }));
    await frames.send(bytes('hi'));
    expect(await peer.recvExactly(3)).toEqual(Uint8Array.of(2, 104, 105));
    await frames.sendAll([bytes('a'), bytes('')]);
    expect(await peer.recvExactly(3)).toEqual(Uint8Array.of(1, 97, 0));
  });

  it('refuses what the codec cannot carry, sends nothing of it, and goes on', async () => {
    const { peer, connection } = await pair();
    const frames = framed(connection, lines({ maxBytes: 5 }));
    // Nobody awaits this one: it must not end the process.
    void frames.send('two\nlines');
    expect(await codeOf(frames.send('too long'))).toBe('ERR_FRAME_TOO_LONG');
    expect(await codeOf(frames.sendAll(['fine', 'a\nb']))).toBe('ERR_FRAME_CORRUPT');
    await frames.send('hello');
    expect(text(await peer.recv())).toBe('hello\n');
  });

  it('rejects with a frame error in its place, and goes on behind it when it can', async () => {
    const { peer, connection } = await pair();
    const frames = framed(connection, lines({ maxBytes: 5 }));
    await peer.send('one\nfar too long\nmuch, much too long\ntwo\n');
    expect(await frames.recv()).toBe('one');
    expect(await codeOf(frames.recv())).toBe('ERR_FRAME_TOO_LONG');
    expect(await codeOf(frames.recv())).toBe('ERR_FRAME_TOO_LONG');
    expect(await frames.recv()).toBe('two');

    const broken = await pair();
    const netless = framed(broken.connection, lengthPrefixed({ bytes: 1, includesHeader: true }));
    await broken.peer.send(Uint8Array.of(0, 1));
    expect(await codeOf(netless.recv())).toBe('ERR_FRAME_CORRUPT');
    expect(await codeOf(netless.recv())).toBe('ERR_FRAME_CORRUPT');
  });

  it('S48: tells an end within a frame from one on its border', async () => {
    const { peer, connection } = await pair();
    const frames = framed(connection, lengthPrefixed());
    await peer.send(Uint8Array.of(0, 0, 0, 1, 7, 0, 0));
    await peer.closeWrite();
    expect(await frames.recv()).toEqual(Uint8Array.of(7));
    expect(await codeOf(frames.recv())).toBe('ERR_FRAME_INCOMPLETE');
    expect(await frames.recv()).toBeNull();
  });

  it('gives what came before a reset, then the reset', async () => {
    const { peer, connection } = await pair();
    const frames = framed(connection, lines());
    await peer.send('one\ntwo\nhal');
    expect(await frames.recv()).toBe('one');
    peer.abort();
    await turns();
    expect(await frames.recv()).toBe('two');
    expect(await codeOf(frames.recv())).toBe('ECONNRESET');
  });

  it('loses nothing when a recv is cancelled in the middle of a frame', async () => {
    const { peer, connection } = await pair();
    const frames = framed(connection, lines());
    const controller = new AbortController();
    const cancelled = codeOf(frames.recv({ signal: controller.signal }));
    await peer.send('ha');
    await turns();
    controller.abort('enough');
    expect(await cancelled).toBe('enough');
    expect(await codeOf(frames.recv({ signal: controller.signal }))).toBe('enough');
    await peer.send('lf\n');
    expect(await frames.recv()).toBe('half');
  });

  it('has one deadline for a frame, however slowly it trickles in', async () => {
    const clock = fakeClock();
    const { peer, connection } = await pair({ clock });
    const frames = framed(connection, lines());
    const late = codeOf(frames.recv({ timeoutMs: 1_000 }));
    for (let part = 0; part < 4; part++) {
      await peer.send('x');
      await clock.advance(300);
    }
    expect(await late).toBe('ERR_TIMEOUT');
    await peer.send('\n');
    expect(await frames.recv({ timeoutMs: 1_000 })).toBe('xxxx');
    await peer.send('ready\n');
    await turns();
    expect(await codeOf(frames.recv({ timeoutMs: 0 }))).toBe('ERR_TIMEOUT');
    expect(await frames.recv()).toBe('ready');
  });

  it('is busy for a second reader, and the first is unharmed', async () => {
    const { peer, connection } = await pair();
    const frames = framed(connection, lines());
    const first = frames.recv();
    expect(await codeOf(frames.recv())).toBe('ERR_BUSY');
    expect(() => frames.detach()).toThrow('another recv is under way');
    await peer.send('mine\n');
    expect(await first).toBe('mine');
  });

  it('detaches with what was read too far, so that another protocol goes on', async () => {
    const { peer, connection } = await pair();
    const frames = framed(connection, lines());
    await peer.send('STARTBINARY\n\x01\n');
    expect(await frames.recv()).toBe('STARTBINARY');
    const { connection: same, rest } = frames.detach();
    expect([same, rest]).toEqual([connection, Uint8Array.of(1, 10)]);
    connection.unrecv(rest);
    expect(await connection.recv()).toEqual(Uint8Array.of(1, 10));
    expect(await codeOf(frames.recv())).toBe('ERR_CLOSED');
    expect(await codeOf(frames.send('x'))).toBe('ERR_CLOSED');
    expect(() => frames.detach()).toThrow('it was detached');
  });

  it('changes the cap for the next frame', async () => {
    const { peer, connection } = await pair();
    const frames = framed(connection, lengthPrefixed({ maxBytes: 2 }));
    expect(frames.maxBytes).toBe(2);
    await peer.send(Uint8Array.of(0, 0, 0, 2, 1, 2, 0, 0, 0, 3, 1, 2, 3));
    expect(await frames.recv()).toHaveLength(2);
    frames.maxBytes = 3;
    expect(await frames.recv()).toHaveLength(3);
  });
});

describe('framed() on messages', () => {
  it('takes each message as a stream of its own: no frame goes over its end, and a bad one costs itself', async () => {
    const { peer, connection } = await pair();
    const { remote, local, clock } = connection;
    const recv = (max?: number, op?: Op): Promise<Uint8Array | null> => connection.recv(max, op);
    const messages = { unit: 'message', remote, local, clock, recv } as Partial<Connection> as Connection;
    const receive = async (codec: Codec<{}>, ...data: Uint8Array[]): Promise<unknown[]> => {
      const frames = framed(messages, codec);
      const found: unknown[] = [];
      for (const message of data) {
        await peer.send(message);
        found.push(await frames.recv().catch((error: unknown) => (isFrameError(error) ? error.code : error)));
      }
      return found;
    };
    expect(await receive(lines(), bytes('cut'), bytes('whole\n'))).toEqual(['cut', 'whole']);
    const prefixed = lengthPrefixed({ bytes: 1 });
    const good = Uint8Array.of(1, 7);
    expect(await receive(prefixed, Uint8Array.of(9, 1), good, Uint8Array.of(2, 1), good)).toEqual([
      'ERR_FRAME_INCOMPLETE',
      Uint8Array.of(7),
      'ERR_FRAME_INCOMPLETE',
      Uint8Array.of(7),
    ]);
    expect(await receive(netstring(), bytes('1:a'), bytes('!'), bytes('1:b,'))).toEqual([
      'ERR_FRAME_INCOMPLETE',
      'ERR_FRAME_CORRUPT',
      bytes('b'),
    ]);
  });
});
