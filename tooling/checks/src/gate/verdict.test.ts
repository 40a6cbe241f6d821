import { expect, test } from 'vitest';
import { verdict } from './verdict.ts';

const passed = { name: 'format', seconds: 0.12, faults: [] };
const failed = { name: 'packages', seconds: 3, faults: ['@stack/address#lint', '@stack/app#build'] };
const tested = { name: 'test', seconds: 10, faults: [], counts: { passed: 7, failed: 0, skipped: 0 } };

test('verdict() names each step that failed and why, and ends in the sum of the tests', () => {
  expect(verdict([passed, failed, tested])).toEqual({
    lines: [
      'format    passed  0.1 s',
      'packages  FAILED  3.0 s',
      '  @stack/address#lint',
      '  @stack/app#build',
      'test      passed  10.0 s',
      '7 passed, 0 failed',
    ],
    exitCode: 1,
  });
});

test('verdict() adds up every step that counted tests', () => {
  const nightly = { ...tested, name: 'nightly', counts: { passed: 2, failed: 0, skipped: 1 } };
  expect(verdict([passed, tested, nightly])).toMatchObject({ exitCode: 0 });
  expect(verdict([passed, tested, nightly]).lines.at(-1)).toBe('9 passed, 0 failed, 1 skipped');
});

test('verdict() tells no sum when no step counted tests', () => {
  expect(verdict([passed])).toEqual({ lines: ['format  passed  0.1 s'], exitCode: 0 });
});
