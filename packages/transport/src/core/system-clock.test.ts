import { afterEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from './system-clock.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('systemClock.after()', () => {
  test('never fires before its time', async () => {
    const early: number[] = [];
    const waits = Array.from({ length: 40 }, (_, i) => {
      const ms = i / 4;
      const due = systemClock.now() + ms;
      return new Promise<void>((resolve) => {
        systemClock.after(ms, () => {
          if (systemClock.now() < due) early.push(ms);
          resolve();
        });
      });
    });
    await Promise.all(waits);
    expect(early).toEqual([]);
  });

  test.each([2 ** 31, 2 ** 32 + 5, 2 ** 53, Number.MAX_VALUE])('%d ms do not fire early', async (ms) => {
    vi.useFakeTimers();
    let fired = false;
    const cancel = systemClock.after(ms, () => {
      fired = true;
    });
    await vi.advanceTimersByTimeAsync(2 ** 31 - 1);
    expect(fired).toBe(false);
    expect(vi.getTimerCount()).toBe(1);
    cancel();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('long ones fire in the end, once', async () => {
    vi.useFakeTimers();
    let fired = 0;
    systemClock.after(2 ** 31 + 10, () => {
      fired += 1;
    });
    await vi.advanceTimersByTimeAsync(2 ** 31 + 9);
    expect(fired).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect([fired, vi.getTimerCount()]).toEqual([1, 0]);
  });

  test('an infinite time makes no timer; none and less fire on a later turn', async () => {
    vi.useFakeTimers();
    systemClock.after(Infinity, () => undefined)();
    expect(vi.getTimerCount()).toBe(0);
    let fired = 0;
    systemClock.after(0, () => {
      fired += 1;
    });
    systemClock.after(-5, () => {
      fired += 1;
    });
    expect(fired).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(fired).toBe(2);
  });
});
