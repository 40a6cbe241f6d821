import { expect, test } from 'vitest';
import { spreadOf } from './figures.ts';

test.each([
  [[3], { median: 3, min: 3, max: 3 }],
  [[10, 9, 100], { median: 10, min: 9, max: 100 }],
  [[4, 1, 3, 2], { median: 2.5, min: 1, max: 4 }],
])('spreadOf(%j) tells the middle by value, and the ends', (values, spread) => {
  expect(spreadOf(values)).toEqual(spread);
});

test('spreadOf() leaves its values in their order', () => {
  const values = [2, 1];
  spreadOf(values);
  expect(values).toEqual([2, 1]);
});

test('spreadOf() refuses to tell the median of nothing', () => {
  expect(() => spreadOf([])).toThrow(RangeError);
});
