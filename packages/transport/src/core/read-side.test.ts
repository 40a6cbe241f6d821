import { describe, expect, test } from 'vitest';
import type { TransportError } from '../contract/errors.ts';
import { bytes, failure, type Script, ScriptedDriver, settle, state, text } from '../scripted-driver.test-fixture.ts';
import { fakeClock } from '../virtual/fake-clock.ts';
import { ReadSide } from './read-side.ts';

const bench = (limit = 8, script: Script = {}) => {
  const driver = new ScriptedDriver(script);
  const overflows: TransportError[] = [];
  const clock = fakeClock();
  const side = new ReadSide({ clock, at: 'the wire', driver, overflow: (error) => void overflows.push(error) }, limit);
  const data = (...chunks: readonly string[]): void => {
    for (const chunk of chunks) side.onData(bytes(chunk));
  };
  return { side, driver, overflows, clock, data, log: driver.log };
};

describe('ReadSide', () => {
  test('begins to read with the first read of any sort, and only once', async () => {
    for (const begin of [
      (side: ReadSide): unknown => side.tryRecv(undefined),
      (side: ReadSide): unknown => side.recv(undefined, undefined),
      (side: ReadSide): unknown => side.consume(() => undefined, undefined),
    ]) {
      const { side, log } = bench();
      expect(log).toEqual([]);
      begin(side);
      side.onWanted();
      expect(log).toEqual(['resume']);
    }
  });

  test('reads ahead up to the bound, then pushes back, and goes on when there is room again', async () => {
    const { side, log, data } = bench(8);
    side.tryRecv(undefined);
    data('1234');
    expect(log).toEqual(['resume']);
    data('5678', 'late');
    expect(log).toEqual(['resume', 'pause']);
    await side.recv(4, undefined);
    expect(log).toEqual(['resume', 'pause']);
    await side.recv(4, undefined);
    expect(log).toEqual(['resume', 'pause', 'resume']);
  });

  test('a step that is pending pushes the peer back', async () => {
    const { side, log, data } = bench(8);
    const step = Promise.withResolvers<void>();
    void side.consume(() => step.promise, undefined);
    data('one', '12345678');
    expect(log).toEqual(['resume', 'pause']);
    step.resolve();
    await settle();
    expect(log).toEqual(['resume', 'pause', 'resume']);
  });

  test('without `pause` too much is an overflow', () => {
    const { side, log, overflows, data } = bench(8, { caps: [] });
    side.tryRecv(undefined);
    data('12345678');
    expect(overflows).toMatchObject([{ code: 'ERR_RECV_BUFFER', kind: 'limit' }]);
    expect(log).toEqual(['resume']);
  });

  test('counts what came, read or not, and when', async () => {
    const { side, clock, data } = bench();
    await clock.advance(50);
    data('12345');
    expect([side.bytesIn, side.lastInMs]).toEqual([5, clock.now()]);
  });

  describe('recv()', () => {
    test('takes a chunk as it came, or up to `max` of it', async () => {
      const { side, data } = bench();
      data('hello', 'you');
      expect(text(await side.recv(2, undefined))).toBe('he');
      expect(text(await side.recv(undefined, undefined))).toBe('llo');
      expect(text(await side.recv(99, undefined))).toBe('you');
    });

    test.each([
      [0, RangeError],
      [-1, RangeError],
      [Number.NaN, RangeError],
      [1.5, TypeError],
    ])('a `max` of %d is a mistake', async (max, type) => {
      const { side } = bench();
      expect(await failure(side.recv(max, undefined))).toBeInstanceOf(type);
      expect(() => side.tryRecv(max)).toThrow(type);
    });
  });

  describe('recvInto()', () => {
    test('fills the buffer across chunks; 0 is the end', async () => {
      const { side, data } = bench();
      data('ab', 'cd');
      const buffer = new Uint8Array(3);
      expect(await side.recvInto(buffer, undefined)).toBe(3);
      expect(text(buffer)).toBe('abc');
      expect(await side.recvInto(buffer, undefined)).toBe(1);
      side.onEnd();
      expect(await side.recvInto(buffer, undefined)).toBe(0);
    });

    test('refuses what it could not fill', async () => {
      const { side } = bench();
      expect(await failure(side.recvInto(new Uint8Array(0), undefined))).toBeInstanceOf(RangeError);
      expect(await failure(side.recvInto(new ArrayBuffer(8) as unknown as Uint8Array, undefined))).toBeInstanceOf(
        TypeError,
      );
    });
  });

  describe('recvExactly()', () => {
    test('waits across chunks and leaves the rest', async () => {
      const { side, data } = bench();
      const read = side.recvExactly(4, undefined);
      data('abc');
      expect(await state(read)).toBe('pending');
      data('def');
      expect(text(await read)).toBe('abcd');
      expect(text(await side.recv(undefined, undefined))).toBe('ef');
    });

    test('when the peer finishes before, the error has what there was', async () => {
      const { side, data } = bench();
      data('abc');
      const read = failure(side.recvExactly(4, undefined));
      side.onEnd();
      const error = (await read) as TransportError;
      expect(error).toMatchObject({ code: 'ERR_EOF', reason: 'the peer finished after 3 of 4 bytes' });
      expect(text(error.partial)).toBe('abc');
      expect(await side.recv(undefined, undefined)).toBeNull();
    });

    test('when it is cancelled or the connection breaks, what there was stays', async () => {
      const { side, data, clock } = bench();
      data('abc');
      const timedOut = failure(side.recvExactly(4, { timeoutMs: 10 }));
      await clock.advance(10);
      expect(await timedOut).toMatchObject({ code: 'ERR_TIMEOUT' });
      const read = failure(side.recvExactly(4, undefined));
      side.onGone(() => 'broken');
      expect(await read).toBe('broken');
      expect(text(await side.recv(undefined, undefined))).toBe('abc');
      expect(await failure(side.recv(undefined, undefined))).toBe('broken');
    });

    test('reads past the bound for a longer read, and no further once it is answered', async () => {
      const { side, log, data } = bench(8);
      side.tryRecv(undefined);
      data('1234567', '89');
      expect(log).toEqual(['resume', 'pause']);
      const read = side.recvExactly(20, undefined);
      expect(log).toEqual(['resume', 'pause', 'resume']);
      data('abcde', 'fghijklmnopqrstuvw');
      expect(text(await read)).toBe('123456789abcdefghijk');
      data('x');
      expect(log).toEqual(['resume', 'pause', 'resume', 'pause']);
    });

    test('a longer read that is cancelled does not leave the bound raised', async () => {
      const { side, log, data, clock } = bench(8);
      const read = failure(side.recvExactly(1_000, { timeoutMs: 10 }));
      data('12345678');
      await clock.advance(10);
      await read;
      data('9');
      expect(log).toEqual(['resume', 'pause']);
    });

    test('0 bytes are there at once, but not of a reader that is refused or busy', async () => {
      const { side } = bench();
      expect(await side.recvExactly(0, undefined)).toHaveLength(0);
      expect(await failure(side.recvExactly(0, { timeoutMs: 0 }))).toMatchObject({ code: 'ERR_TIMEOUT' });
      const first = side.recv(undefined, undefined);
      expect(await failure(side.recvExactly(0, undefined))).toMatchObject({ code: 'ERR_BUSY' });
      side.onEnd();
      await first;
      side.refuse(() => 'closed');
      expect(await failure(side.recvExactly(0, undefined))).toBe('closed');
    });

    test.each([
      [-1, RangeError],
      [Infinity, RangeError],
      [1.5, TypeError],
    ])('%d bytes are a mistake', async (count, type) => {
      expect(await failure(bench().side.recvExactly(count, undefined))).toBeInstanceOf(type);
    });
  });

  describe('unrecv()', () => {
    test('gives the bytes back first, and does not count them again', async () => {
      const { side, data } = bench();
      data('b');
      side.unrecv(bytes('a'));
      side.unrecv(new Uint8Array(0));
      expect(text(await side.recvExactly(2, undefined))).toBe('ab');
      expect(side.bytesIn).toBe(1);
    });

    test('wants bytes, and a reader that may read', () => {
      const { side } = bench();
      expect(() => side.unrecv('text' as unknown as Uint8Array)).toThrow(TypeError);
      side.refuse(() => new Error('closed'));
      expect(() => side.unrecv(new Uint8Array(0))).toThrow('closed');
    });
  });

  describe('finish()', () => {
    test('what came is there, then the end; what comes is dropped and counted', async () => {
      const { side, data } = bench();
      data('kept');
      side.finish();
      data('dropped');
      expect(text(await side.recv(undefined, undefined))).toBe('kept');
      expect(await side.recv(undefined, undefined)).toBeNull();
      expect(side.bytesIn).toBe(11);
    });

    test('a read that waits gets the end', async () => {
      const { side } = bench();
      const read = side.recv(undefined, undefined);
      side.finish();
      expect(await read).toBeNull();
    });

    test('the peer is not held up, however much is still unread', () => {
      const { side, log, data } = bench(4);
      side.tryRecv(undefined);
      data('12345');
      expect(log).toEqual(['resume', 'pause']);
      side.finish();
      expect(log).toEqual(['resume', 'pause', 'resume']);
      data('more');
      expect(log).toEqual(['resume', 'pause', 'resume']);
    });

    test('the end stays the end when the connection breaks later', async () => {
      const { side } = bench();
      side.finish();
      side.onGone(() => 'broken');
      expect(await side.recv(undefined, undefined)).toBeNull();
    });
  });

  describe('untilEnded()', () => {
    test('settles with the end of the peer, or when the driver is gone; at once when that was before', async () => {
      const first = bench().side;
      const waiting = first.untilEnded();
      expect(await state(waiting)).toBe('pending');
      first.onEnd();
      expect(await state(waiting)).toBe('resolved');
      expect(await state(first.untilEnded())).toBe('resolved');

      const second = bench().side;
      const other = second.untilEnded();
      second.onGone(() => 'broken');
      expect(await state(other)).toBe('resolved');
      expect(await state(second.untilEnded())).toBe('resolved');
    });
  });

  test('asks nothing of a driver that is gone', async () => {
    const { side, log } = bench();
    side.onGone();
    expect(await side.recv(undefined, undefined)).toBeNull();
    side.finish();
    side.readOn();
    expect(log).toEqual([]);
  });
});
