import { describe, expect, test } from 'vitest';
import { countOption, durationOption } from './limits.ts';

describe('countOption()', () => {
  test('gives the default where nothing is given, and what is given otherwise', () => {
    expect(countOption('max', undefined, 7)).toBe(7);
    expect(countOption('max', 1, 7)).toBe(1);
    expect(countOption('max', Infinity, 7)).toBe(Infinity);
    expect(countOption('max', 0, 7, 0)).toBe(0);
  });

  test.each([-1, 0, -1.5, Number.NaN, -Infinity])('says that %d is out of range', (value) => {
    expect(() => countOption('max', value, 7)).toThrow(new RangeError(`max must be at least 1, not ${value}`));
  });

  test.each([1.5, 2 ** 53])('says that %d is no whole number', (value) => {
    expect(() => countOption('max', value, 7)).toThrow(TypeError);
  });

  test('names the type of what is no number', () => {
    expect(() => countOption('max', '5' as unknown as number, 7)).toThrow(
      new TypeError('max must be a number, not string'),
    );
  });
});

describe('durationOption()', () => {
  test('takes 0, fractions and Infinity', () => {
    expect(durationOption('flushMs', undefined, 5)).toBe(5);
    expect([0, 0.5, Infinity].map((ms) => durationOption('flushMs', ms, 5))).toEqual([0, 0.5, Infinity]);
  });

  test.each([-1, Number.NaN])('refuses %d', (value) => {
    expect(() => durationOption('flushMs', value, 5)).toThrow(
      new RangeError(`flushMs must be 0 or more milliseconds, not ${value}`),
    );
  });

  test('names the type of what is no number', () => {
    expect(() => durationOption('flushMs', null as unknown as number, 5)).toThrow(TypeError);
  });
});
