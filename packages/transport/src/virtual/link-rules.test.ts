import { describe, expect, test } from 'vitest';
import { calm, travelMs } from './link.ts';
import { LinkRules } from './link-rules.ts';

const end = (...names: readonly string[]) => ({ is: (place: string) => names.includes(place) });
const [a, b, service] = [end('a', 'a:1'), end('b', 'b:1'), end('b', 'b:80')];

describe('LinkRules', () => {
  test('a link is as everywhere, until something is said of it', () => {
    const rules = new LinkRules({ latencyMs: 5 });
    expect(rules.of(a, b)).toEqual({ ...calm, latencyMs: 5 });
    rules.set('a', 'b', { jitterMs: 7 });
    rules.set(undefined, 'b:80', { lossRate: 1 });
    expect(rules.of(a, b)).toEqual({ ...calm, latencyMs: 5, jitterMs: 7 });
    expect(rules.of(b, a)).toEqual({ ...calm, latencyMs: 5 });
    expect(rules.of(a, service)).toEqual({ ...calm, latencyMs: 5, jitterMs: 7, lossRate: 1 });
  });

  test('of each property the last word counts, whoever it was said of', () => {
    const rules = new LinkRules({});
    rules.set('a', 'b', { state: 'cut', latencyMs: 1 });
    rules.set(undefined, 'b', { latencyMs: 2 });
    expect(rules.of(a, b)).toMatchObject({ state: 'cut', latencyMs: 2 });
    rules.set('a', 'b', { latencyMs: 3 });
    expect(rules.of(a, b)).toMatchObject({ state: 'cut', latencyMs: 3 });
    rules.set(undefined, undefined, { state: 'up' });
    expect(rules.of(a, b)).toMatchObject({ state: 'up', latencyMs: 3 });
    rules.set('a', 'b', { state: undefined, latencyMs: 4 });
    expect(rules.of(a, b)).toMatchObject({ state: 'up', latencyMs: 4 });
  });

  test('tells with its version that something changed', () => {
    const rules = new LinkRules({});
    const before = rules.version;
    rules.set('a', 'b', {});
    expect(rules.version).toBeGreaterThan(before);
  });

  test.each([
    [{ latencyMs: -1 }, new RangeError('latencyMs must be finite, 0 or more, not -1')],
    [{ latencyMs: Infinity }, new RangeError('latencyMs must be finite, 0 or more, not Infinity')],
    [{ jitterMs: Number.NaN }, new RangeError('jitterMs must be finite, 0 or more, not NaN')],
    [{ bytesPerSecond: 0 }, new RangeError('bytesPerSecond must be at least 1, not 0')],
    [{ windowBytes: 1.5 }, new RangeError('windowBytes must be a whole number, not 1.5')],
    [{ maxSegmentBytes: 0 }, new RangeError('maxSegmentBytes must be at least 1, not 0')],
    [{ lossRate: 1.1 }, new RangeError('lossRate must be from 0 to 1, not 1.1')],
    [{ maxDatagramBytes: 65_536 }, new RangeError('maxDatagramBytes must be from 0 to 65535, not 65536')],
    [{ latencyMs: '5' }, new TypeError('latencyMs must be a number, not string')],
    [{ state: 'down' }, new RangeError('state must be one of up, cut, refused, unreachable, not "down"')],
    [{ atLimit: 'fin' }, new RangeError('atLimit must be one of reset, end, silence, not "fin"')],
  ])('%o is a mistake', (options, error) => {
    expect(() => new LinkRules(options as object)).toThrow(error);
    const rules = new LinkRules({});
    expect(() => rules.set(undefined, undefined, options as object)).toThrow(error);
    expect(rules.of(a, b)).toEqual(calm);
  });

  test('a property that links do not have is named, with those they have', () => {
    expect(() => new LinkRules({ latency: 5 } as object)).toThrow(/^a link has no "latency"; it has state, latencyMs,/);
  });
});

test('travelMs() is never nothing', () => {
  expect(travelMs({ ...calm, latencyMs: 0 }, 0)).toBe(0.001);
  expect(travelMs({ ...calm, latencyMs: 10, jitterMs: 4 }, 0.5)).toBe(12);
});
