import { describe, expect, test } from 'vitest';
import type { TransportError } from '../contract/errors.ts';
import { bytes, failure, type Script, ScriptedDriver, settle, state } from '../scripted-driver.test-fixture.ts';
import { fakeClock } from '../virtual/fake-clock.ts';
import { toBytes, WriteSide } from './write-side.ts';

const bench = (script: Script = {}, maxQueuedBytes = 20, highWaterBytes = 10) => {
  const driver = new ScriptedDriver(script);
  const overflows: TransportError[] = [];
  const clock = fakeClock();
  const host = { clock, at: 'the wire', driver, overflow: (error: TransportError) => void overflows.push(error) };
  const side = new WriteSide(host, { maxQueuedBytes, highWaterBytes });
  driver.events = {
    onData: () => undefined,
    onEnd: () => undefined,
    onDrain: () => side.onDrain(),
    onClose: () => undefined,
  };
  return { side, driver, overflows, clock };
};

const stuck = { stuck: true };

describe('toBytes()', () => {
  test('takes bytes as they are and text as UTF-8', () => {
    const data = bytes('x').subarray(0, 1);
    expect(toBytes(data)).toBe(data);
    expect([...toBytes('é')]).toEqual([0xc3, 0xa9]);
  });

  test.each([null, undefined, 5, [1], new ArrayBuffer(1)])('refuses %o', (data) => {
    expect(() => toBytes(data as unknown as string)).toThrow(TypeError);
  });
});

describe('WriteSide.send()', () => {
  test('settles at once when the kernel took it, and counts it', async () => {
    const { side, driver, clock } = bench();
    await clock.advance(5);
    expect(await state(side.send('hello', undefined))).toBe('resolved');
    expect([driver.written, side.bytesOut, side.lastOutMs]).toEqual(['hello', 5, 5]);
  });

  test('several parts leave as one, none and empty ones do no harm', async () => {
    const { side, driver } = bench();
    await side.send(['a', bytes('bc'), ''], undefined);
    await side.send([], undefined);
    await side.send('', undefined);
    expect([driver.written, side.bytesOut]).toEqual(['abc', 3]);
    expect(driver.log).toEqual(['writev', 'writev', 'write']);
  });

  test('keeps the call order, and settles all when the queue is empty', async () => {
    const { side, driver } = bench(stuck);
    const sends = ['a', 'b', 'c'].map((data) => side.send(data, undefined));
    expect(await state(Promise.race(sends))).toBe('pending');
    driver.take(2);
    expect(await state(Promise.race(sends))).toBe('pending');
    driver.take();
    expect(await Promise.all(sends.map(state))).toEqual(['resolved', 'resolved', 'resolved']);
    expect(driver.written).toBe('abc');
  });

  test('one that is called off rejects, may still go out, and harms no other', async () => {
    const { side, driver, clock } = bench(stuck);
    const controller = new AbortController();
    const first = side.send('a', { signal: controller.signal });
    const second = failure(side.send('b', { timeoutMs: 10 }));
    const third = side.send('c', undefined);
    controller.abort('enough');
    await clock.advance(10);
    expect(await failure(first)).toBe('enough');
    expect(await second).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(await state(third)).toBe('pending');
    driver.take();
    expect(await state(third)).toBe('resolved');
    expect([driver.written, clock.pending]).toEqual(['abc', 0]);
  });

  test('one that must not start takes nothing', async () => {
    const { side, driver } = bench();
    expect(await failure(side.send('a', { timeoutMs: 0 }))).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(await failure(side.send('a', { signal: AbortSignal.abort('no') }))).toBe('no');
    expect(await failure(side.send('a', { timeoutMs: Number.NaN }))).toBeInstanceOf(RangeError);
    expect(await failure(side.send(5 as unknown as string, undefined))).toBeInstanceOf(TypeError);
    expect(await failure(side.send(['a', 5 as unknown as string], undefined))).toBeInstanceOf(TypeError);
    expect(driver.log).toEqual([]);
  });

  test('too much behind one that has not settled is an overflow', async () => {
    const { side, driver, overflows } = bench(stuck);
    void side.send('x'.repeat(1_000), undefined);
    void side.send('y'.repeat(20), undefined);
    expect(overflows).toEqual([]);
    const error = await failure(side.send('z', undefined));
    expect(error).toMatchObject({ code: 'ERR_SEND_BUFFER', kind: 'limit' });
    expect(overflows).toEqual([error]);
    expect(driver.written).toHaveLength(1_020);
  });

  test('sends that were called off count until they are out: they cannot pass the bound', async () => {
    const { side, clock, overflows } = bench(stuck);
    const outcomes: Promise<unknown>[] = [];
    for (let i = 0; i < 8; i += 1) {
      outcomes.push(failure(side.send('12345', { timeoutMs: 1 })));
      await clock.advance(1);
    }
    expect(overflows.length).toBeGreaterThan(0);
    expect((await Promise.all(outcomes)).map((error) => (error as TransportError).code)).toEqual([
      ...Array.from({ length: 5 }, () => 'ERR_TIMEOUT'),
      ...Array.from({ length: 3 }, () => 'ERR_SEND_BUFFER'),
    ]);
  });

  test('a queue that is never empty but never long is no overflow, however much goes through it', async () => {
    const { side, driver, overflows } = bench(stuck);
    for (let i = 0; i < 100; i += 1) {
      void side.send('12345', undefined);
      if (i > 0) driver.take(5);
    }
    expect(overflows).toEqual([]);
    driver.take();
    expect(await state(side.send('', undefined))).toBe('resolved');
  });

  test('what trySend put behind a send counts as well', async () => {
    const { side, overflows } = bench(stuck);
    void side.send('1', undefined);
    expect(side.trySend('x'.repeat(20))).toBe(true);
    void side.send('2', undefined);
    expect(overflows).toHaveLength(1);
  });

  test('a forgotten failure never ends the process', async () => {
    const { side } = bench(stuck);
    void side.send('1', undefined);
    void side.send('1', { timeoutMs: 0 });
    void side.writable({ timeoutMs: 0 });
    void side.finish({ timeoutMs: 0 });
    void side.finish(undefined);
    side.onGone(() => new Error('gone'));
    void side.send('1', undefined);
    void side.writable(undefined);
    void side.finish(undefined);
    // An unhandled rejection would fail the run.
    await settle();
  });
});

describe('WriteSide.trySend() and writable()', () => {
  test('trySend takes until the mark is reached, and then nothing', async () => {
    const { side, driver } = bench(stuck);
    expect(['123456789', '0', 'never'].map((data) => side.trySend(data))).toEqual([true, true, false]);
    expect([driver.written, side.bytesOut]).toEqual(['1234567890', 10]);
    const writable = side.writable(undefined);
    expect(await state(writable)).toBe('pending');
    driver.take(1);
    expect(await state(writable)).toBe('resolved');
    expect(side.trySend('x')).toBe(true);
  });

  test('writable settles at once where there is room', async () => {
    expect(await state(bench().side.writable(undefined))).toBe('resolved');
  });

  test('the mark is told before the empty queue', async () => {
    const { side, driver } = bench(stuck, 100);
    const order: string[] = [];
    void side.send('x'.repeat(15), undefined).then(() => order.push('sent'));
    void side.writable(undefined).then(() => order.push('writable'));
    driver.take(6);
    await settle();
    expect(order).toEqual(['writable']);
    driver.take();
    await settle();
    expect(order).toEqual(['writable', 'sent']);
    expect(driver.log.filter((entry) => entry.startsWith('want'))).toEqual([
      'wantDrain 1',
      'wantDrain 10',
      'wantDrain 1',
    ]);
  });

  test('one drain that empties the queue settles sends first, then writable', async () => {
    const { side, driver } = bench(stuck, 100);
    const order: string[] = [];
    void side.writable(undefined).then(() => order.push('early'));
    void side.send('x'.repeat(15), undefined).then(() => order.push('sent'));
    void side.writable(undefined).then(() => order.push('writable'));
    await settle();
    driver.take();
    await settle();
    expect(order).toEqual(['early', 'sent', 'writable']);
  });

  test('those who gave up waiting leave no timer behind', async () => {
    const { side, driver, clock } = bench(stuck);
    side.trySend('1234567890');
    for (let i = 0; i < 3; i += 1) {
      const waiting = failure(side.writable({ timeoutMs: 1 }));
      await clock.advance(1);
      expect(await waiting).toMatchObject({ code: 'ERR_TIMEOUT' });
    }
    const last = side.writable({ timeoutMs: 1_000 });
    driver.take();
    expect(await state(last)).toBe('resolved');
    expect(clock.pending).toBe(0);
  });

  test('throw and reject when refused', async () => {
    const { side } = bench();
    side.refuse(() => new Error('closed'));
    expect(() => side.trySend('')).toThrow('closed');
    expect(await failure(side.send('', undefined))).toMatchObject({ message: 'closed' });
    expect(await failure(side.writable(undefined))).toMatchObject({ message: 'closed' });
  });
});

describe('WriteSide.finish()', () => {
  test('goes behind what was sent, waits for it, and twice is fine', async () => {
    const { side, driver } = bench(stuck);
    const sent = side.send('last', undefined);
    const finished = side.finish(undefined);
    const again = side.finish(undefined);
    expect(driver.log.filter((entry) => entry === 'finish')).toHaveLength(1);
    expect(await state(Promise.race([sent, finished, again]))).toBe('pending');
    driver.take();
    expect(await Promise.all([sent, finished, again].map(state))).toEqual(['resolved', 'resolved', 'resolved']);
    expect(await state(side.finish(undefined))).toBe('resolved');
  });

  test('nothing is taken afterwards', async () => {
    const { side } = bench();
    await side.finish(undefined);
    expect(await failure(side.send('x', undefined))).toMatchObject({ code: 'ERR_CLOSED', kind: 'closed' });
    expect(() => side.trySend('x')).toThrow('this side has finished sending');
  });

  test('when it is called off it has finished all the same', async () => {
    const { side, driver, clock } = bench(stuck);
    void side.send('x', undefined);
    const finished = failure(side.finish({ timeoutMs: 10 }));
    await clock.advance(10);
    expect(await finished).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(driver.log).toContain('finish');
    expect(await failure(side.finish({ timeoutMs: 0 }))).toMatchObject({ code: 'ERR_TIMEOUT' });
  });

  test('does not wait for a driver that is gone with bytes unsent', async () => {
    const { side } = bench(stuck);
    void side.send('x', undefined);
    const before = failure(side.finish(undefined));
    side.onGone(() => new Error('gone'));
    expect(await before).toMatchObject({ message: 'gone' });
    expect(await failure(side.finish(undefined))).toMatchObject({ message: 'gone' });
  });
});

describe('WriteSide.refuse()', () => {
  test('rejects each of those who wait with an error of its own, and ends their watches', async () => {
    const { side, clock } = bench(stuck);
    const waiting = [
      side.send('x'.repeat(10), { timeoutMs: 5 }),
      side.send('y', undefined),
      side.writable({ timeoutMs: 5 }),
    ].map(failure);
    side.refuse(() => new Error('closed'));
    const errors = await Promise.all(waiting);
    expect(new Set(errors).size).toBe(3);
    expect(clock.pending).toBe(0);
  });

  test('costs an endless producer that awaits nothing one error, and names the latest refusal', async () => {
    const { side } = bench();
    let made = 0;
    const error = (): Error => new Error(`refused ${(made += 1)}`);
    side.refuse(error);
    const refused = side.send('x', undefined);
    for (let n = 0; n < 1_000; n += 1) expect(side.send('x', undefined)).toBe(refused);
    expect(await failure(refused)).toMatchObject({ message: 'refused 1' });
    // A call with wishes of its own is told of them first.
    expect(await failure(side.send('x', { timeoutMs: 0 }))).toMatchObject({ code: 'ERR_TIMEOUT' });
    side.refuse(error);
    expect(await failure(side.send('x', undefined))).toMatchObject({ message: 'refused 2' });
  });

  test('flushed() still waits for what was taken, until the driver is gone', async () => {
    const { side, driver } = bench(stuck);
    void side.send('xyz', undefined);
    side.refuse(() => new Error('closed'));
    const flushed = side.flushed();
    expect(await state(flushed)).toBe('pending');
    driver.take();
    expect(await state(flushed)).toBe('resolved');
  });
});
