import { expect, test } from 'vitest';
import {
  hostAddress,
  inet,
  isAddressError,
  named,
  parseEndpoint,
  parsePort,
  parsePrefix,
  parseSocketAddress,
  tryParseEndpoint,
  tryParseEndpointOptions,
  uint,
  unixAbstract,
  unixPath,
  type Result,
} from './index.ts';

declare const process: {
  readonly stdout: { readonly write: (text: string) => void };
  readonly threadCpuUsage: () => { readonly user: number; readonly system: number };
};

const MEGABYTES = 10 * 1024 * 1024;
/** What refusing 10 MB of ":" or "1." may take. */
const REFUSAL_MS = 100;
// For texts whose every character has to be looked at. Quadratic readers would take days.
const GUARD_MS = 1_000;

const isFast = (ms: number): boolean => ms < REFUSAL_MS;

/** How long this thread worked, in milliseconds: others that use the machine do not count. */
const cpuMs = (run: () => unknown): number => {
  const before = process.threadCpuUsage();
  run();
  const after = process.threadCpuUsage();
  return (after.user - before.user + after.system - before.system) / 1_000;
};

const big = (unit: string): string => unit.repeat(MEGABYTES / unit.length);

const texts = [':', '1.', '1', '0', '[', 'a.', '%25', 'é', '&'].map(big);

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  inet: (text) => inet(text, 0),
  'inet with a zone': (text) => inet(`::1%${text}`, 0),
  hostAddress: (text) => hostAddress(text, 0),
  parsePort,
  parsePrefix,
  'parsePrefix length': (text) => parsePrefix(`::/${text}`),
  parseSocketAddress,
  'parseSocketAddress in brackets': (text) => parseSocketAddress(`[${text}]:80`),
  unixPath,
  unixAbstract,
};

const attempt = (read: () => unknown): string => {
  try {
    read();
    return 'accepted';
  } catch (error) {
    if (!isAddressError(error)) throw error;
    expect(error.message.length).toBeLessThan(500);
    return 'refused';
  }
};

test.each(Object.entries(readers))('%s refuses 10 MB of anything at once', (_, read) => {
  for (const text of texts) {
    expect(cpuMs(() => expect(attempt(() => read(text))).toBe('refused'))).toBeLessThan(GUARD_MS);
  }
});

test.each([':', '1.'])('10 MB of %j are refused in less than 100 ms', (unit) => {
  const text = big(unit);
  const times = Object.entries({
    ...readers,
    parseEndpoint,
    'parseEndpoint host': (host: string) => parseEndpoint(`tcp://${host}:1`),
  }).map(([name, read]) => {
    // The best of three: the first one may pay for the garbage of another.
    const tries = [1, 2, 3].map(() => cpuMs(() => expect(attempt(() => read(text))).toBe('refused')));
    return { name, ms: Math.min(...tries) };
  });
  const [slowest] = times.toSorted((a, b) => b.ms - a.ms);
  process.stdout.write(`10 MB of "${unit}" took at most ${slowest?.ms.toFixed(1)} ms (${slowest?.name})\n`);
  for (const { name, ms } of times) expect([name, ms]).toEqual([name, expect.toSatisfy(isFast)]);
});

test.each([
  '',
  'tcp://',
  'tcp://[',
  'tcp://a:',
  'unix:/',
  'unix:@',
  'unix:',
  'memory:',
  'tcp://127.0.0.1:80?',
  'tcp://127.0.0.1:80?n=',
])('tryParseEndpoint() and its options answer at once to %j and 10 MB of anything', (head) => {
  for (const tail of texts) {
    const text = head + tail;
    const results: Result<unknown>[] = [];
    const ms = cpuMs(() => results.push(tryParseEndpoint(text), tryParseEndpointOptions(text, { n: uint(0, 9) })));
    expect(ms).toBeLessThan(GUARD_MS);
    for (const result of results) {
      if (!result.ok) expect(result.error.message.length).toBeLessThan(500);
      // Only a name of another scheme may be that long.
      expect(result.ok && result.value).toSatisfy((value: unknown) => value === false || head === 'memory:');
    }
  }
});

test('named() takes a long name, and refuses one with a control character at its end', () => {
  const name = big('a');
  expect(named('memory', name).name).toBe(name);
  const ms = cpuMs(() => expect(attempt(() => named('memory', `${name}\n`))).toBe('refused'));
  expect(ms).toBeLessThan(GUARD_MS);
});
