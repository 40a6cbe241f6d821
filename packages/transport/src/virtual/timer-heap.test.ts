import { describe, expect, test } from 'vitest';
import { repeat } from '../random.test-fixture.ts';
import { type Timer, TimerHeap } from './timer-heap.ts';

const nothing = (): void => undefined;

const drain = (heap: TimerHeap): Timer[] => {
  const gone: Timer[] = [];
  for (let next = heap.first; next !== undefined; next = heap.first) {
    heap.remove(next);
    gone.push(next);
  }
  return gone;
};

describe('TimerHeap', () => {
  test('gives the timers by due time, and of equal times the first made first', () => {
    const heap = new TimerHeap();
    const [c, a, b, d] = [3, 1, 1, 7].map((dueMs) => heap.add(dueMs, nothing));
    expect(drain(heap)).toEqual([a, b, c, d]);
    expect([heap.size, heap.first]).toEqual([0, undefined]);
  });

  test('removing a timer twice, or one that has left, changes nothing', () => {
    const heap = new TimerHeap();
    const timers = [1, 2, 3].map((dueMs) => heap.add(dueMs, nothing));
    const [first, second, third] = timers;
    for (const timer of [second, second, first, first]) if (timer !== undefined) heap.remove(timer);
    expect([heap.size, heap.first]).toEqual([1, third]);
  });

  test('is a sorted list, whatever is added and removed', async () => {
    await repeat(200, ({ int, pick }) => {
      const heap = new TimerHeap();
      const model: Timer[] = [];
      for (let step = 0; step < 200; step += 1) {
        if (model.length === 0 || int(3) > 0) model.push(heap.add(int(20), nothing));
        else {
          const timer = pick(model);
          heap.remove(timer);
          model.splice(model.indexOf(timer), 1);
        }
        model.sort((a, b) => a.dueMs - b.dueMs || a.order - b.order);
        expect([heap.size, heap.first]).toEqual([model.length, model[0]]);
      }
      expect(drain(heap)).toEqual(model);
    });
  });
});
