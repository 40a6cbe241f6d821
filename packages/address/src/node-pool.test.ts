import { expect, test } from 'vitest';
import { BYTE_VALUES, NodePool } from './node-pool.ts';
import { isFrequent, repeat } from './random.test-fixture.ts';

test('a node leads where a list of 256 leads, however it is kept', () => {
  let tables = 0;
  const runs = repeat(({ int, pick }) => {
    const pool = new NodePool();
    // Several at a time, since they take the places that others leave.
    const nodes = Array.from({ length: 4 }, () => ({ ref: 0, list: Array.from({ length: BYTE_VALUES }, () => 0) }));
    for (let step = 0; step < 60; step++) {
      const node = pick(nodes);
      const first = pick([0, 255, int(BYTE_VALUES)]);
      const end = Math.min(BYTE_VALUES, first + pick([1, 1, 1, 2, 64, BYTE_VALUES]));
      const entry = pick([0, 0, 1, 2, 2 ** 31 - 1, 1 + int(1_000)]);
      node.ref = pool.change(node.ref, first, end, () => entry);
      node.list.fill(entry, first, end);
      for (const { ref, list } of nodes) {
        const wrong = list.findIndex((entry, byte) => entry !== (ref < 0 ? pool.refAt(ref, byte) : ref));
        if (wrong >= 0) expect([step, first, end, wrong]).toBe('as in the list');
      }
    }
    if (nodes.some(({ list }) => list.filter((entry, byte) => entry !== list[byte - 1]).length > 9)) tables++;
  }, 100);
  expect(isFrequent(tables, runs)).toBe(true);
});

test('a node keeps its cover through every change, and leaves it when it leads nowhere', () => {
  const pool = new NodePool();
  let ref = pool.change(7, 0, 1, () => 1);
  for (let byte = 0; byte < BYTE_VALUES; byte++) ref = pool.change(ref, byte, byte + 1, () => byte + 1);
  expect(pool.coverOf(ref)).toBe(7);
  pool.setCover(ref, 9);
  expect(pool.change(ref, 0, BYTE_VALUES, () => 0)).toBe(9);
});

test('what is taken out makes room for what comes', () => {
  const pool = new NodePool();
  const seen = new Set<number>();
  for (let round = 0; round < 1_000; round++) {
    const ref = pool.change(0, 0, 128, () => 1);
    seen.add(ref);
    expect(pool.change(ref, 0, 128, () => 0)).toBe(0);
  }
  expect(seen.size).toBe(1);
});
