import { describe, expect, test } from 'vitest';
import { selection } from './selection.ts';

describe('selection()', () => {
  test('gives as many fresh seeds as asked for, and wants every check', () => {
    const { seeds, wants } = selection({}, 3);
    expect(new Set(seeds).size).toBe(3);
    expect(wants('T1')).toBe(true);
    expect(selection({}).seeds).toHaveLength(1);
    expect(selection({ STACK_SEEDS: '5' }, 3).seeds).toHaveLength(5);
  });

  test('takes the one seed and the one check that a failure tells', () => {
    const { seeds, wants } = selection({ STACK_SEED: '4294967295', STACK_SEEDS: '5', STACK_CHECK: 'T17' });
    expect(seeds).toEqual([4_294_967_295]);
    expect(wants('T17')).toBe(true);
    expect(wants('T17b')).toBe(false);
  });

  test.for([
    [{ STACK_SEED: '' }, 'STACK_SEED must be a whole number from 0 to 4294967295, not ""'],
    [{ STACK_SEED: '4294967296' }, 'STACK_SEED must be a whole number from 0 to 4294967295, not "4294967296"'],
    [{ STACK_SEED: '0x7' }, 'STACK_SEED must be a whole number from 0 to 4294967295, not "0x7"'],
    [{ STACK_SEEDS: '0' }, 'STACK_SEEDS must be a whole number from 1 to 1000000, not "0"'],
    [{ STACK_SEEDS: '-1' }, 'STACK_SEEDS must be a whole number from 1 to 1000000, not "-1"'],
  ] as const)('refuses %o', ([env, message]) => {
    expect(() => selection(env)).toThrow(new RangeError(message));
  });
});
