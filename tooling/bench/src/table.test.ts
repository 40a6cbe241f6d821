import { expect, test } from 'vitest';
import { cases } from './cases.ts';
import { busyLine, idleLine, remarks } from './table.ts';

const figures = { cpuUs: 10, perSecond: 100_000, p50Us: 500, p99Us: 900 };
const spread = (median: number) => ({ median, min: median - 0.1, max: median + 0.1 });

const busy = (median: number, more: { p50WithinUs?: number; p50Us?: number; disturbed?: number } = {}) => ({
  kind: 'busy' as const,
  of: {
    kind: 'busy' as const,
    name: 'some',
    title: 'some case',
    way: 'consume',
    load: { mode: 'echo' as const, connections: 1, messageBytes: 64 },
    mark: 1.05,
    ...(more.p50WithinUs === undefined ? {} : { p50WithinUs: more.p50WithinUs }),
  },
  result: {
    ratio: spread(median),
    raw: figures,
    layered: { ...figures, p50Us: more.p50Us ?? figures.p50Us },
    disturbed: more.disturbed ?? 0,
  },
});

test.each([
  [1.05, 'met'],
  [1.08, 'near'],
  [1.11, 'MISSED'],
])('a median of %d against a mark of 1.05 is %s', (median, verdict) => {
  expect(busyLine(busy(median))).toMatch(new RegExp(`^some .*<= 1\\.05 ${verdict} `));
});

test('a latency too far above that of raw sockets is a mark missed, and said', () => {
  const line = busyLine(busy(1, { p50WithinUs: 5, p50Us: 506 }));
  expect(line).toContain('MISSED');
  expect(line).toContain('p50 is more than 5 us above raw');
  expect(busyLine(busy(1, { p50WithinUs: 5, p50Us: 505 }))).toContain('met');
});

test('disturbed rounds that count are told, in the line and at the end', () => {
  const outcome = busy(1, { disturbed: 2 });
  expect(busyLine(outcome)).toContain('2 rounds disturbed');
  expect(remarks([outcome]).join('\n')).toContain('busy with other programs');
  expect(remarks([busy(1)]).join('\n')).not.toContain('busy with other programs');
});

test('memory is judged by what the process has of the machine; the heap stands beside it', () => {
  const of = cases.find((one) => one.kind === 'idle');
  if (of === undefined) throw new Error('no idle case');
  const raw = { heapBytes: 1_000, residentBytes: 2_000 };
  const layered = { heapBytes: 3_000, residentBytes: 2_600 };
  const line = idleLine({ kind: 'idle', of, result: { ratio: spread(1.3), heapRatio: spread(3), raw, layered } });
  expect(line).toContain('met');
  expect(line).toContain('resident 2000 : 2600, heap 1000 : 3000');
});

test('cases have names of their own that fit the table', () => {
  const names = cases.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(9);
});
