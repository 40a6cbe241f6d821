import { expect, test } from 'vitest';
import {
  hostAddress,
  inet,
  isAddressError,
  named,
  parsePort,
  parsePrefix,
  parseSocketAddress,
  tryParseEndpoint,
  tryParseEndpointOptions,
  uint,
  unixAbstract,
  unixPath,
} from './index.ts';

declare const performance: { readonly now: () => number };

const MEGABYTES = 10 * 1024 * 1024;
// Linear readers take some 10 ms. Quadratic ones would take days: a busy machine does not matter.
const GUARD_MS = 1_000;

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
    expect(error.message.length).toBeLessThan(400);
    return 'refused';
  }
};

test.each(Object.entries(readers))('%s refuses 10 MB of anything at once', (_, read) => {
  for (const text of texts) {
    const start = performance.now();
    expect(attempt(() => read(text))).toBe('refused');
    expect(performance.now() - start).toBeLessThan(GUARD_MS);
  }
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
    const start = performance.now();
    const results = [tryParseEndpoint(text), tryParseEndpointOptions(text, { n: uint(0, 9) })];
    expect(performance.now() - start).toBeLessThan(GUARD_MS);
    for (const result of results) {
      if (!result.ok) expect(result.error.message.length).toBeLessThan(400);
      // Only a name of another scheme may be that long.
      expect(result.ok && result.value).toSatisfy((value: unknown) => value === false || head === 'memory:');
    }
  }
});

test('named() takes a long name, and refuses one with a control character at its end', () => {
  const name = big('a');
  expect(named('memory', name).name).toBe(name);
  const start = performance.now();
  expect(attempt(() => named('memory', `${name}\n`))).toBe('refused');
  expect(performance.now() - start).toBeLessThan(GUARD_MS);
});
