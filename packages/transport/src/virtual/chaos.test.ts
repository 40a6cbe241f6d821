import { describe, expect, test } from 'vitest';
import { repeat } from '../random.test-fixture.ts';
import { chaos } from './chaos.test-fixture.ts';
import type { NetworkEventKind } from './network-event.ts';

const ofConnections: readonly NetworkEventKind[] = ['dial', 'open', 'data', 'end', 'reset', 'held', 'timeout'];

describe('whatever happens on a virtual network', () => {
  test('what is read is a prefix of what was written, and all of it where the reader sees an end', async () => {
    const seen = { runs: 0, cut: 0, whole: 0, kinds: new Set<NetworkEventKind>() };
    await repeat(20, async (_, seed) => {
      const { accounts, events, left } = await chaos(seed);
      for (const { sent, received, error } of accounts) {
        expect(received).toEqual(sent.subarray(0, received.length));
        if (error === null) expect(received.length).toBe(sent.length);
        if (received.length < sent.length) seen.cut += 1;
        else seen.whole += 1;
      }
      expect(left).toEqual([0, 0]);
      for (const { kind } of events) seen.kinds.add(kind);
      seen.runs += 1;
    });
    // A chaos that breaks nothing, or everything, would show nothing.
    if (seen.runs < 20) return;
    expect(Math.min(seen.cut, seen.whole)).toBeGreaterThan(10);
    expect([...seen.kinds]).toEqual(expect.arrayContaining([...ofConnections]));
  });

  test('a seed is a run: the same one gives the same events at the same times, another one others', async () => {
    await repeat(3, async (_, seed) => {
      const first = await chaos(seed);
      expect(first.events.length).toBeGreaterThan(10);
      expect(await chaos(seed)).toEqual(first);
      expect((await chaos(seed + 1)).events).not.toEqual(first.events);
    });
  });
});
