import { describe, expect, it } from 'vitest';
import { randomFrom, replayable, seedOfRun } from './random.ts';

describe('randomFrom()', () => {
  it('gives the same numbers for the same seed, others for another', () => {
    const draw = (seed: number): number[] => {
      const random = randomFrom(seed);
      return Array.from({ length: 20 }, () => random.below(1_000_000));
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('reaches every number below the limit, evenly', () => {
    const random = randomFrom(1);
    const counts = Array.from({ length: 10 }, () => 0);
    for (let drawn = 0; drawn < 10_000; drawn += 1) {
      const number = random.below(10);
      counts[number] = (counts[number] ?? 0) + 1;
    }
    for (const count of counts) expect(count).toBeGreaterThan(800);
  });
});

describe('seedOfRun()', () => {
  it('takes STACK_SEED', () => {
    expect(seedOfRun({ STACK_SEED: '4294967295' })).toBe(4_294_967_295);
  });

  it.each(['-1', '1.5', 'x', '4294967296'])('rejects STACK_SEED %j, naming it', (text) => {
    expect(() => seedOfRun({ STACK_SEED: text })).toThrow(`Cannot use STACK_SEED "${text}"`);
  });
});

describe('replayable()', () => {
  it('says in a failure how to see it again', async () => {
    const test = replayable((random) => Promise.reject(new Error(`wrong at ${random.seed}`)));
    await expect(test()).rejects.toThrow(/^wrong at (\d+)\n\(STACK_SEED=\1 /);
  });
});
