import { describe, expect, test } from 'vitest';
import { settle } from '../scripted-driver.test-fixture.ts';
import { type FakeClock, fakeClock } from '../virtual/fake-clock.ts';
import { closeInOrder } from './close-in-order.ts';

const limits = { flushMs: 5_000, lingerMs: 2_000 };

/** A connection whose phases end when a test says so, and that logs what was done to it, and when. */
const scripted = (clock: FakeClock) => {
  const log: string[] = [];
  const flushed = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const note = (what: string): void => void log.push(`${what} at ${clock.now()}`);
  const connection = {
    clock,
    flushed: () => flushed.promise,
    peerEnded: () => ended.promise,
    release: async () => note('release'),
    drop: () => note('drop'),
  };
  return { connection, flushed, ended, log };
};

describe('closeInOrder()', () => {
  test('with nothing to wait for it releases at once', async () => {
    const clock = fakeClock();
    const { connection, log } = scripted(clock);
    await closeInOrder(connection, false, true, limits);
    expect([log, clock.pending]).toEqual([['release at 0'], 0]);
  });

  test('flushes, then waits for the end of the peer, then releases', async () => {
    const clock = fakeClock();
    const { connection, flushed, ended, log } = scripted(clock);
    const done = closeInOrder(connection, true, false, limits);
    await clock.advance(4_999);
    flushed.resolve();
    await clock.advance(1_999);
    expect(log).toEqual([]);
    ended.resolve();
    await done;
    expect([log, clock.pending]).toEqual([['release at 6998'], 0]);
  });

  test('past the time to flush it drops', async () => {
    const clock = fakeClock();
    const { connection, log } = scripted(clock);
    const done = closeInOrder(connection, true, false, limits);
    await clock.advance(5_000);
    await done;
    expect([log, clock.pending]).toEqual([['drop at 5000', 'release at 5000'], 0]);
  });

  test('past the time to linger it releases', async () => {
    const clock = fakeClock();
    const { connection, log } = scripted(clock);
    const done = closeInOrder(connection, false, false, limits);
    await clock.advance(2_000);
    await done;
    expect([log, clock.pending]).toEqual([['release at 2000'], 0]);
  });

  test('a connection that breaks while it flushes is not waited for', async () => {
    const clock = fakeClock();
    const { connection, flushed, ended, log } = scripted(clock);
    const done = closeInOrder(connection, true, false, limits);
    flushed.reject(new Error('broken'));
    ended.resolve();
    await settle();
    await done;
    expect([log, clock.pending]).toEqual([['release at 0'], 0]);
  });
});
