import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { TransportError } from '../contract/errors.ts';
import { failure, state } from '../scripted-driver.test-fixture.ts';
import { type FakeClock, fakeClock } from '../virtual/fake-clock.ts';
import { stoppedBefore, unlessStopped, watch, watchSilence } from './deadline.ts';

/** A signal, and how many listen to it. */
const counted = () => {
  const controller = new AbortController();
  return { controller, listeners: (): number => getEventListeners(controller.signal, 'abort').length };
};

describe('stoppedBefore()', () => {
  test.each([undefined, {}, { timeoutMs: Infinity }, { timeoutMs: 0.001 }])('lets %o start', (op) => {
    expect(stoppedBefore(op, 'recv')).toBeUndefined();
  });

  test.each([0, -1, -Infinity])('a deadline of %d is already past', (timeoutMs) => {
    expect(stoppedBefore({ timeoutMs }, 'recv', 'x')?.reason).toMatchObject({ code: 'ERR_TIMEOUT', kind: 'timeout' });
  });

  test('an aborted signal comes before the deadline, with any reason', () => {
    const op = { signal: AbortSignal.abort(undefined), timeoutMs: 0 };
    expect(stoppedBefore(op, 'recv')?.reason).toBe(op.signal.reason);
    expect(stoppedBefore({ signal: AbortSignal.abort('why') }, 'recv')).toEqual({ reason: 'why' });
  });

  test('NaN is a RangeError, even with an aborted signal', () => {
    expect(() => stoppedBefore({ timeoutMs: Number.NaN, signal: AbortSignal.abort() }, 'recv')).toThrow(RangeError);
  });
});

describe('watch()', () => {
  test('stops once when the time is over, and leaves nothing behind', async () => {
    const clock = fakeClock();
    const { controller, listeners } = counted();
    const reasons: unknown[] = [];
    watch({ timeoutMs: 100, signal: controller.signal }, clock, 'recv', 'x', (reason) => reasons.push(reason));
    await clock.advance(99);
    expect(reasons).toEqual([]);
    await clock.advance(1);
    controller.abort();
    expect(reasons).toMatchObject([{ code: 'ERR_TIMEOUT', message: 'Cannot receive from x: timed out after 100 ms' }]);
    expect([clock.pending, listeners()]).toEqual([0, 0]);
  });

  test('stops once when the signal aborts, with its reason, and leaves nothing behind', async () => {
    const clock = fakeClock();
    const { controller, listeners } = counted();
    const reasons: unknown[] = [];
    watch({ timeoutMs: 100, signal: controller.signal }, clock, 'recv', 'x', (reason) => reasons.push(reason));
    controller.abort('enough');
    await clock.advance(1_000);
    expect(reasons).toEqual(['enough']);
    expect([clock.pending, listeners()]).toEqual([0, 0]);
  });

  test('never stops after its release', async () => {
    const clock = fakeClock();
    const { controller, listeners } = counted();
    const stop = (): never => {
      throw new Error('released');
    };
    const release = watch({ timeoutMs: 100, signal: controller.signal }, clock, 'recv', 'x', stop);
    release();
    release();
    controller.abort();
    await clock.advance(1_000);
    expect([clock.pending, listeners()]).toEqual([0, 0]);
  });

  test('an infinite deadline makes no timer', () => {
    const clock = fakeClock();
    watch({ timeoutMs: Infinity }, clock, 'recv', 'x', () => undefined);
    expect(clock.pending).toBe(0);
  });
});

describe('unlessStopped()', () => {
  test('gives what the work comes to and ends the watch', async () => {
    const clock = fakeClock();
    const op = { timeoutMs: 10 };
    expect(await unlessStopped(op, clock, 'listen', 'x', Promise.resolve(5))).toBe(5);
    const broken = new Error('broken');
    expect(await failure(unlessStopped(op, clock, 'listen', 'x', Promise.reject(broken)))).toBe(broken);
    expect(clock.pending).toBe(0);
  });

  test('leaves work behind that takes too long, and hears no more of it', async () => {
    const clock = fakeClock();
    const work = Promise.withResolvers<never>();
    const outcome = failure(unlessStopped({ timeoutMs: 10 }, clock, 'listen', 'x', work.promise));
    await clock.advance(10);
    expect(await outcome).toMatchObject({ code: 'ERR_TIMEOUT', op: 'listen' });
    // An unhandled rejection would fail the run.
    work.reject(new Error('too late'));
    expect(await state(work.promise)).toBe('rejected');
  });
});

describe('watchSilence()', () => {
  const listening = (clock: FakeClock): { heard: number | undefined; reasons: unknown[]; release: () => void } => {
    const ear: { heard: number | undefined; reasons: unknown[]; release: () => void } = {
      heard: clock.now(),
      reasons: [],
      release: () => undefined,
    };
    ear.release = watchSilence({ timeoutMs: 100 }, clock, 'x', {
      sinceMs: () => ear.heard,
      stop: (reason) => ear.reasons.push((reason as TransportError).code),
    });
    return ear;
  };

  test('counts from what was last heard, to the millisecond', async () => {
    const clock = fakeClock();
    const ear = listening(clock);
    await clock.advance(60);
    ear.heard = clock.now();
    await clock.advance(99);
    expect(ear.reasons).toEqual([]);
    await clock.advance(1);
    expect(ear.reasons).toEqual(['ERR_TIMEOUT']);
    expect(clock.pending).toBe(0);
  });

  test('does not count while nobody listens', async () => {
    const clock = fakeClock();
    const ear = listening(clock);
    ear.heard = undefined;
    await clock.advance(1_050);
    ear.heard = clock.now();
    await clock.advance(99);
    expect(ear.reasons).toEqual([]);
    await clock.advance(1);
    expect(ear.reasons).toEqual(['ERR_TIMEOUT']);
  });

  test('ends with the signal, and with its release', async () => {
    const clock = fakeClock();
    const { controller, listeners } = counted();
    const reasons: unknown[] = [];
    const op = { timeoutMs: 100, signal: controller.signal };
    const ear = { sinceMs: () => clock.now(), stop: (reason: unknown) => void reasons.push(reason) };
    watchSilence(op, clock, 'x', ear);
    controller.abort('enough');
    expect(reasons).toEqual(['enough']);
    expect([clock.pending, listeners()]).toEqual([0, 0]);

    const other = listening(clock);
    other.release();
    await clock.advance(1_000);
    expect(other.reasons).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
