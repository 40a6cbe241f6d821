import { describe, expect, test } from 'vitest';
import vectors from '../vectors.json' with { type: 'json' };
import {
  compareAddresses,
  equalAddresses,
  formatAddress,
  formatEndpoint,
  formatPrefix,
  hostAddress,
  inet,
  inet4,
  isAddressError,
  isBroadcast,
  isDocumentation,
  isGlobal,
  isLinkLocal,
  isLoopback,
  isMapped,
  isMulticast,
  isPrivate,
  isShared,
  isUniqueLocal,
  isUnspecified,
  parseEndpoint,
  parsePort,
  parsePrefix,
  parseSocketAddress,
  prefixContains,
  unixAbstract,
  unixPath,
  unmap,
  type InetAddress,
  type UnixAddress,
} from './index.ts';

interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly input: string;
  /** How often the input stands there, one after the other: for megabytes. */
  readonly times?: number;
  readonly expect: string;
  /** What an accepted input is written as. */
  readonly canonical?: string;
  /** The code of the error that refuses it. */
  readonly code?: string;
  /** Where in the input that error points. */
  readonly index?: number;
  /** The second operand. */
  readonly other?: string;
  /** The class that is asked for. */
  readonly class?: string;
  readonly why?: string;
}

const list: readonly Vector[] = vectors;

const hostText = (address: InetAddress): string =>
  address.family === 'AF_INET6' && address.zone !== undefined ? `${address.host}%${address.zone}` : address.host;

const unixText = ({ path }: UnixAddress): string => path;

/** Parse and format: what a `reject` throws and an `accept` returns. */
const readers: Readonly<Record<string, (input: string) => string>> = {
  ip: (input) => hostText(inet(input, 0)),
  host: (input) => hostAddress(input, 0).host,
  'socket-address': (input) => formatAddress(parseSocketAddress(input)),
  endpoint: (input) => formatEndpoint(parseEndpoint(input)),
  port: (input) => String(parsePort(input)),
  'port-number': (input) => String(inet4('127.0.0.1', Number(input)).port),
  prefix: (input) => formatPrefix(parsePrefix(input)),
  'unix-path': (input) => unixText(unixPath(input)),
  'unix-abstract': (input) => unixText(unixAbstract(input)),
  unmap: (input) => hostText(unmap(inet(input, 0))),
};

const classes: Readonly<Record<string, (address: InetAddress) => boolean>> = {
  broadcast: isBroadcast,
  documentation: isDocumentation,
  global: isGlobal,
  'link-local': isLinkLocal,
  loopback: isLoopback,
  mapped: isMapped,
  multicast: isMulticast,
  private: isPrivate,
  shared: isShared,
  'unique-local': isUniqueLocal,
  unspecified: isUnspecified,
};

const yesNo = (value: boolean | undefined): string => (value === undefined ? 'no such class' : value ? 'yes' : 'no');

/** Questions, whose answer is `expect`. */
const questions: Readonly<Record<string, (vector: Vector) => string>> = {
  family: ({ input }) => inet(input, 0).family,
  class: (vector) => yesNo(classes[vector.class ?? '']?.(inet(vector.input, 0))),
  contains: ({ input, other = '' }) => yesNo(prefixContains(parsePrefix(other), inet(input, 0))),
  equal: ({ input, other = '' }) => yesNo(equalAddresses(inet(input, 80), inet(other, 80))),
  less: ({ input, other = '' }) => yesNo(compareAddresses(inet(input, 80), inet(other, 80)) < 0),
};

const attempt = (read: () => string): string => {
  try {
    return `accept ${JSON.stringify(read())}`;
  } catch (error) {
    if (!isAddressError(error)) throw error;
    expect(error.message).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+$/u);
    return `reject ${error.code} at ${error.index}`;
  }
};

const check = (vector: Vector): void => {
  const question = questions[vector.kind];
  if (question !== undefined) {
    expect(question(vector)).toBe(vector.expect);
    return;
  }
  const read = readers[vector.kind];
  if (read === undefined) throw new Error(`No reader for vectors of kind ${vector.kind}`);
  const accepted = `accept ${JSON.stringify(vector.canonical)}`;
  const refused = `reject ${vector.code} at ${vector.index}`;
  const input = vector.input.repeat(vector.times ?? 1);
  expect(attempt(() => read(input))).toBe(vector.expect === 'accept' ? accepted : refused);
  // Canonical text is its own canonical text.
  const { canonical } = vector;
  if (canonical !== undefined) expect(attempt(() => read(canonical))).toBe(accepted);
};

const title = ({ kind, input, times, other, class: name }: Vector): string =>
  [kind, name, times, JSON.stringify(input.length > 60 ? `${input.slice(0, 60)}…${input.length}` : input), other]
    .filter((part) => part !== undefined)
    .join(' ');

describe.each([...new Set(list.map(({ id }) => id))])('%s', (id) => {
  test.each(list.filter((vector) => vector.id === id).map((vector) => [title(vector), vector] as const))(
    '%s',
    (_, vector) => check(vector),
  );
});

test('every vector of the address checklist is here', () => {
  // Of A43 (format and parse are inverse, parsers agree) and X12 (linear time) these are examples: the rest is in
  // round-trip, parse.oracle, differential and hostile.
  const expected = [...Array.from({ length: 48 }, (_, index) => `A${index + 1}`), 'X8', 'X11', 'X12'];
  expect([...new Set(list.map(({ id }) => id))]).toEqual(expected);
});

test('no vector stands twice', () => {
  const seen = list.map(({ kind, input, times, other, class: name }) =>
    JSON.stringify([kind, input, times, other, name]),
  );
  expect(seen.filter((key, index) => seen.indexOf(key) !== index)).toEqual([]);
});
