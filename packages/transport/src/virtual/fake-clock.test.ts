import { describe, expect, test } from 'vitest';
import { failure } from '../scripted-driver.test-fixture.ts';
import { fakeClock } from './fake-clock.ts';

describe('fakeClock()', () => {
  test('advance() fires what is due, in order, at its time, and no more', async () => {
    const clock = fakeClock();
    const fired: [string, number][] = [];
    const at = (ms: number, name: string): (() => void) => clock.after(ms, () => void fired.push([name, clock.now()]));
    at(20, 'second');
    at(10, 'first');
    at(20, 'third');
    at(21, 'later');
    at(Infinity, 'never');
    at(15, 'cancelled')();
    expect(clock.pending).toBe(4);
    await clock.advance(20);
    expect(fired).toEqual([
      ['first', 10],
      ['second', 20],
      ['third', 20],
    ]);
    expect([clock.now(), clock.pending]).toEqual([20, 1]);
  });

  test.each([0, -5, Number.NaN])('after(%d) is due at once, but not from inside the call', async (ms) => {
    const clock = fakeClock();
    let fired = 0;
    clock.after(ms, () => (fired += 1));
    expect(fired).toBe(0);
    await clock.advance(0);
    expect([fired, clock.now()]).toEqual([1, 0]);
  });

  test('promises that follow from a timer settle before the next, and may cancel it', async () => {
    const clock = fakeClock();
    const fired: string[] = [];
    let cancel: () => void = () => undefined;
    const work = (async () => {
      await new Promise<void>((resolve) => void clock.after(10, resolve));
      for (let hops = 0; hops < 100; hops += 1) await Promise.resolve();
      cancel();
    })();
    cancel = clock.after(10, () => fired.push('cancelled'));
    clock.after(10, () => fired.push('after'));
    await clock.advance(10);
    await work;
    expect(fired).toEqual(['after']);
  });

  test('what is given to later() runs in order, on a turn of its own, and all of it before time goes on', async () => {
    const clock = fakeClock();
    const ran: string[] = [];
    const chain = (left: number): void => {
      ran.push(`${left} at ${clock.now()}`);
      if (left > 0) clock.later(() => chain(left - 1));
    };
    clock.after(5, () => chain(3));
    clock.after(6, () => ran.push('next'));
    clock.later(() => ran.push('turn'));
    expect(ran).toEqual([]);
    await clock.advance(6);
    expect(ran).toEqual(['turn', '3 at 5', '2 at 5', '1 at 5', '0 at 5', 'next']);
  });

  test('turns that never come to rest do not stop time', async () => {
    const clock = fakeClock();
    let isOver = false;
    const forEver = (): void => {
      if (!isOver) clock.later(forEver);
    };
    forEver();
    await clock.until(new Promise<void>((resolve) => void clock.after(3_600_000, resolve)));
    isOver = true;
    expect(clock.now()).toBe(3_600_000);
  });

  test('until() gives the outcome, at the time of the timer that brought it about', async () => {
    const clock = fakeClock();
    clock.after(50, () => undefined);
    clock.after(5, () => undefined);
    const wait = (ms: number): Promise<number> => new Promise((resolve) => void clock.after(ms, () => resolve(ms)));
    expect(await clock.until(wait(20))).toBe(20);
    expect([clock.now(), clock.pending]).toEqual([20, 1]);
    const error = new Error('as it is');
    expect(await failure(clock.until(wait(1).then(() => Promise.reject(error))))).toBe(error);
  });

  test('until() waits for turns under way, and fails when nothing is left that could settle the promise', async () => {
    const clock = fakeClock();
    const late = Promise.withResolvers<string>();
    clock.later(() => clock.later(() => clock.later(() => late.resolve('late'))));
    expect(await clock.until(late.promise)).toBe('late');
    expect(await failure(clock.until(new Promise(() => undefined)))).toEqual(
      new Error('Cannot wait: no timer is left, and the promise has not settled'),
    );
  });

  test('what lets time go may be inside of what lets time go', async () => {
    const clock = fakeClock();
    const wait = (ms: number): Promise<number> => new Promise((resolve) => void clock.after(ms, () => resolve(ms)));
    const outer = (async () => {
      const inner = await clock.until(wait(10));
      await clock.advance(5);
      return inner + (await wait(20));
    })();
    expect([await clock.until(outer), clock.now()]).toEqual([30, 35]);
    expect(await Promise.all([clock.until(wait(1)), clock.until(wait(2)), clock.advance(3)])).toEqual([
      1,
      2,
      undefined,
    ]);
    expect(clock.now()).toBe(38);
  });

  test.each([-1, Number.NaN, Infinity])('advance(%d) is a mistake', async (ms) => {
    const clock = fakeClock();
    expect(await failure(clock.advance(ms))).toEqual(new RangeError(`ms must be 0 or more and finite, not ${ms}`));
    expect(clock.now()).toBe(0);
  });
});
