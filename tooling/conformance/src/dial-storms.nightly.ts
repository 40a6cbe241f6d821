import { dialChecks, type DialFixtureInit, dialFixture } from '@stack/testing';
import { system } from '@stack/transport';
import { expect, test } from 'vitest';
import { leavingNothing } from './leaving-nothing.ts';

/** How long a storm may take. */
const limitMs = 500_000;

const mebibyte = 2 ** 20;

const { name, network, endpoint }: DialFixtureInit = { name: 'tcp4', network: system, endpoint: 'tcp://127.0.0.1:0' };

/**
 * Each storm, how many dials it makes, and what memory may grow by: what the heap keeps in hand, not what came and went. T35c
 * holds all of its signals until it ends, to look at them.
 */
const storms = [
  ['T35c', 10_000, 160 * mebibyte],
  ['T41', 100_000, 64 * mebibyte],
  ['X16', 100_000, 64 * mebibyte],
] as const;

test.for(storms)('tcp4 %s with %i dials, in flat memory', async ([id, dials, mostGrowthBytes]) => {
  const check = dialChecks.find((each) => each.id === id);
  expect(check).toBeDefined();
  if (check === undefined) return;
  const run = (count: number) =>
    leavingNothing(check, dialFixture({ name, network, endpoint, dials: count }), { limitMs });
  // The first ones warm up what stays for good.
  expect(await run(dials / 10)).toMatchObject({ outcome: 'passed' });
  const before = process.memoryUsage.rss();
  expect(await run(dials)).toMatchObject({ outcome: 'passed' });
  expect(process.memoryUsage.rss() - before).toBeLessThan(mostGrowthBytes);
});
