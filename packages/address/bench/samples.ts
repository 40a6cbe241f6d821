import { fromBytes, inet, prefixOf, toBytes, type InetAddress, type Prefix } from '@stack/address';
import type { Random } from '../src/random.test-fixture.ts';

/** As many addresses as a row goes through, over and over. A power of 2. */
export const SAMPLES = 1_024;

/** Goes through a list again and again. Its length is a power of 2. */
export const cycle = <T>(list: readonly T[]): (() => T) => {
  let index = 0;
  return () => {
    const value = list[index++ & (list.length - 1)];
    if (value === undefined) throw new RangeError('Cannot go through a list whose length is no power of 2');
    return value;
  };
};

/** Texts in one piece, as they are read from a file or a socket. What was put together is a rope, and slow to read. */
export const asRead = (texts: readonly string[]): readonly string[] =>
  (JSON.parse(JSON.stringify(texts)) as readonly unknown[]).map(String);

export const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

const ipv4Word = ({ int }: Random): number => (1 + int(223)) * 0x100_0000 + int(0x100_0000);

const fromWords = (...words: readonly number[]): InetAddress => {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  for (const [index, word] of words.entries()) view.setUint32(index * 4, word);
  return fromBytes(new Uint8Array(view.buffer), 0);
};

/** Any unicast IPv4 address. */
export const anyIpv4 = (random: Random): InetAddress => fromWords(ipv4Word(random));

// Where the five registries give out addresses, 16 bits each.
const REGIONS = [
  0x2001, 0x2400, 0x2402, 0x2403, 0x2404, 0x2405, 0x2406, 0x2407, 0x2408, 0x240e, 0x2600, 0x2602, 0x2604, 0x2605,
  0x2606, 0x2607, 0x2620, 0x2800, 0x2803, 0x2804, 0x2806, 0x2a00, 0x2a01, 0x2a02, 0x2a03, 0x2a05, 0x2a06, 0x2a07,
  0x2a09, 0x2a0a, 0x2a0c, 0x2a0d, 0x2a0e, 0x2a10, 0x2a12, 0x2c0f,
];

/** Any address of the IPv6 space that is given out. */
export const anyIpv6 = ({ int, pick }: Random): InetAddress =>
  fromWords(pick(REGIONS) * 0x1_0000 + int(0x1_0000), int(2 ** 32), int(2 ** 32), int(2 ** 32));

// How many of a thousand routes of the Internet have which length of prefix, roughly, in 2026.
const IPV4_LENGTHS: Readonly<Record<number, number>> = {
  24: 590,
  23: 98,
  22: 112,
  21: 52,
  20: 44,
  19: 27,
  18: 15,
  17: 9,
  16: 14,
  15: 2,
  14: 1,
  13: 1,
  12: 1,
  11: 1,
  10: 1,
  9: 1,
  8: 1,
  32: 30,
};
const IPV6_LENGTHS: Readonly<Record<number, number>> = {
  48: 440,
  32: 135,
  44: 100,
  40: 90,
  36: 45,
  46: 35,
  47: 35,
  42: 20,
  45: 15,
  38: 15,
  33: 15,
  34: 12,
  35: 8,
  29: 20,
  30: 4,
  31: 4,
  28: 3,
  24: 2,
  20: 2,
};

const deck = (lengths: Readonly<Record<number, number>>): readonly number[] =>
  Object.entries(lengths).flatMap(([length, share]) => times(share, () => Number(length)));

/** Prefixes as routers have them: the lengths of the Internet, and many that are neighbours or lie in one another. */
const prefixesOf = (
  random: Random,
  count: number,
  lengths: readonly number[],
  anywhere: (random: Random) => InetAddress,
  isNear: (bytes: Uint8Array, near: Uint8Array) => void,
): Prefix[] => {
  const found = new Map<string, Prefix>();
  const sites: Uint8Array[] = [];
  while (found.size < count) {
    const bytes = toBytes(anywhere(random));
    if (sites.length > 0 && random.int(2) === 0) isNear(bytes, random.pick(sites));
    else sites.push(bytes);
    const prefix = prefixOf(fromBytes(bytes, 0), random.pick(lengths));
    found.set(`${prefix.host}/${prefix.length}`, prefix);
  }
  return [...found.values()];
};

export const ipv4Prefixes = (random: Random, count: number): Prefix[] =>
  prefixesOf(random, count, deck(IPV4_LENGTHS), anyIpv4, (bytes, near) => bytes.set(near.subarray(0, 2)));

export const ipv6Prefixes = (random: Random, count: number): Prefix[] =>
  prefixesOf(random, count, deck(IPV6_LENGTHS), anyIpv6, (bytes, near) => bytes.set(near.subarray(0, 4)));

/** An address in a prefix. */
const insideOf = ({ int }: Random, { host, length }: Prefix): InetAddress => {
  const bytes = toBytes(inet(host, 0));
  for (let bit = length; bit < bytes.length * 8; bit++) {
    if (int(2) === 0) bytes[bit >>> 3] = (bytes[bit >>> 3] ?? 0) | (0x80 >>> (bit & 7));
  }
  return fromBytes(bytes, 0);
};

/** Addresses half of which lie in one of the prefixes for certain. */
export const visitors = (random: Random, prefixes: readonly Prefix[], count: number): InetAddress[] =>
  times(count, () => {
    const prefix = random.pick(prefixes);
    if (random.int(2) === 0) return insideOf(random, prefix);
    return prefix.family === 'AF_INET' ? anyIpv4(random) : anyIpv6(random);
  });
