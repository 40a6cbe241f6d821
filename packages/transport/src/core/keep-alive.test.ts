import { expect, test } from 'vitest';
import { keepAliveOption } from './keep-alive.ts';

test('keepAliveOption() probes nothing unless it is asked to', () => {
  expect(keepAliveOption(undefined)).toBeUndefined();
});

test('keepAliveOption() fills in the defaults, and takes both ends of each range', () => {
  expect(keepAliveOption({})).toEqual({ idleMs: 60_000, intervalMs: 1_000, count: 10 });
  const least = { idleMs: 1_000, intervalMs: 1_000, count: 1 };
  const most = { idleMs: 32_767_000, intervalMs: 32_767_000, count: 127 };
  expect([keepAliveOption(least), keepAliveOption(most)]).toEqual([least, most]);
});
