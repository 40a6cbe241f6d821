import { CidrSet, type Prefix } from '@stack/address';
import { randomOf, type Random } from '../src/random.test-fixture.ts';
import { compare, type Contest } from './compare.ts';
import { asRead, cycle, ipv4Prefixes, ipv6Prefixes, SAMPLES, visitors } from './samples.ts';

type Family = 'ipv4' | 'ipv6';

interface SocketAddress {
  readonly address: string;
}

interface BlockList {
  readonly addSubnet: (network: string, length: number, family: Family) => void;
  readonly check: (address: string | SocketAddress, family?: Family) => boolean;
}

const net = (await import('node:net' as string)) as {
  readonly BlockList: new () => BlockList;
  readonly SocketAddress: new (options: { readonly address: string; readonly family: Family }) => SocketAddress;
};

// More than the caches hold, with what is looked up in them.
const COLD_SAMPLES = 65_536;

const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];

const random = randomOf(2);
const makers: Readonly<Record<Family, (random: Random, count: number) => Prefix[]>> = {
  ipv4: ipv4Prefixes,
  ipv6: ipv6Prefixes,
};

const againstBlockList = (family: Family, count: number): readonly Contest[] => {
  const prefixes = makers[family](random, count);
  const set = CidrSet.of(...prefixes);
  const list = new net.BlockList();
  for (const { host, length } of prefixes) list.addSubnet(host, length, family);
  const addresses = visitors(random, prefixes, SAMPLES);
  const texts = asRead(addresses.map(({ host }) => host));
  const [own, theirs, parsed] = [cycle(texts), cycle(texts), cycle(addresses)];
  const theirParsed = cycle(texts.map((address) => new net.SocketAddress({ address, family })));
  const others = {
    'BlockList, from text': () => list.check(theirs(), family),
    'BlockList, parsed': () => list.check(theirParsed()),
  };
  return [
    { name: `${family}, ${count} prefixes, from text`, subject: () => set.has(own()), others },
    { name: `${family}, ${count} prefixes, parsed`, subject: () => set.has(parsed()), others },
  ];
};

const growth = (family: Family, samples: number): readonly Contest[] => {
  const [small, large] = [100, 100_000].map((count) => {
    const prefixes = makers[family](random, count);
    const set = CidrSet.of(...prefixes);
    const addresses = visitors(random, prefixes, samples);
    const [text, parsed] = [cycle(asRead(addresses.map(({ host }) => host))), cycle(addresses)];
    return { fromText: () => set.has(text()), fromParsed: () => set.has(parsed()) };
  });
  if (small === undefined || large === undefined) throw new RangeError('Two sizes went in');
  const name = `${family}, 100 prefixes, ${samples} addresses`;
  return [
    { name: `${name}, from text`, subject: small.fromText, others: { '100,000 prefixes': large.fromText } },
    { name: `${name}, parsed`, subject: small.fromParsed, others: { '100,000 prefixes': large.fromParsed } },
  ];
};

await compare(
  'CidrSet.has() and net.BlockList.check()',
  [10, 100].flatMap((count) => FAMILIES.flatMap((family) => againstBlockList(family, count))),
);
await compare(
  'CidrSet.has() of a few prefixes and of many',
  [SAMPLES, COLD_SAMPLES].flatMap((samples) => FAMILIES.flatMap((family) => growth(family, samples))),
);
