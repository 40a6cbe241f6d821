import { expect, test } from 'vitest';
import {
  addressKey,
  asAddress,
  compareAddresses,
  endpoint,
  equalAddresses,
  formatAddress,
  formatEndpoint,
  fromBytes,
  hostAddress,
  inet,
  inet4,
  inet6,
  isAddressError,
  named,
  parseEndpoint,
  parsePrefix,
  parseSocketAddress,
  prefixAddresses,
  toBytes,
  tryParseEndpoint,
  unixAbstract,
  unixPath,
  unixUnnamed,
  type Address,
  type Endpoint,
  type HostAddress,
} from './index.ts';
import { ipLike, ipv4Text, mutated, noise } from './ip-texts.test-fixture.ts';
import { isFrequent, repeat, same, samePlain, type Random } from './random.test-fixture.ts';

type AnyAddress = Address | HostAddress;

const bytesOf = ({ int, pick }: Random, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => pick([0, 0, 255, int(256)]));

const pathText = (random: Random): string => `${random.pick(['/', './', '../', '', '@', '//'])}a${noise(random, 12)}`;

// Few values, so that equal ones meet.
const makers: readonly ((random: Random) => AnyAddress)[] = [
  (random) => inet4(ipv4Text(random), random.int(3)),
  (random) => fromBytes(bytesOf(random, 4), random.int(0x10000)),
  (random) => fromBytes(bytesOf(random, 16), random.int(0x10000)),
  (random) =>
    inet(random.pick(['::', '::1', '::ffff:1.2.3.4', 'FE80::1', '1:0:0:2::', '::1%lo', '::1%2']), random.int(2)),
  (random) => unixPath(pathText(random)),
  (random) => unixAbstract(`a${noise(random, 6)}`),
  () => unixUnnamed,
  (random) => named(random.pick(['memory', 'ws', 'a.b']), random.pick(['lab', '80', '//x?y', 'ä ö', '%3F'])),
  (random) =>
    hostAddress(random.pick(['localhost', 'LOCALHOST', 'a.b', 'a.b.', 'memory', 'unix']), random.pick([80, 0])),
];

const anyAddress = (random: Random): AnyAddress => {
  try {
    return random.pick(makers)(random);
  } catch (error) {
    // Noise may hold half a surrogate pair or NUL, which paths refuse.
    if (isAddressError(error, 'ERR_ADDRESS_PATH')) return unixUnnamed;
    throw error;
  }
};

const schemeFor = (random: Random, address: AnyAddress): string => {
  if (address.family === 'name') return address.scheme;
  return address.family === 'AF_UNIX' ? random.pick(['unix', 'unixgram']) : random.pick(['tcp', 'udp', 'tls']);
};

test('parseEndpoint() reads what formatEndpoint() writes, and JSON keeps an address', () => {
  repeat((random) => {
    const address = anyAddress(random);
    const place: Endpoint = endpoint(schemeFor(random, address), address);
    const again = parseEndpoint(formatEndpoint(place));
    samePlain(again, place);
    same(formatEndpoint(again), formatEndpoint(place));
    same(compareAddresses(again.address, address), 0);
    samePlain(asAddress(JSON.parse(JSON.stringify(address))), address);
    const isSocketAddress = address.family.startsWith('AF_INET') || address.family === 'host';
    const text = formatAddress(address);
    samePlain(isSocketAddress ? parseSocketAddress(text) : parseEndpoint(text).address, address);
  });
});

test('no constructor makes a port of -0', () => {
  const made = [
    inet4('0.0.0.0', -0),
    inet('::', -0),
    inet6('::', -0),
    hostAddress('a', -0),
    fromBytes(new Uint8Array(4), -0),
  ];
  const walked = prefixAddresses(parsePrefix('::/128'), -0).next().value;
  for (const address of [...made, walked]) expect(address).toMatchObject({ port: 0 });
  expect(made.map(({ port }) => Object.is(port, 0))).not.toContain(false);
  expect(walked).toStrictEqual(inet('::', 0));
});

test('fromBytes() reads what toBytes() writes', () => {
  repeat((random) => {
    const bytes = bytesOf(random, random.pick([4, 16]));
    const address = fromBytes(bytes, 80);
    samePlain(toBytes(address), bytes);
    same(equalAddresses(inet(address.host, 80), address), true);
  });
});

test('equality, order and keys are one relation', () => {
  let equal = 0;
  const runs = repeat((random) => {
    const [a, b, c] = [anyAddress(random), anyAddress(random), anyAddress(random)];
    const order = compareAddresses(a, b);
    const isEqual = order === 0;
    if (isEqual) equal++;
    same(equalAddresses(a, b), isEqual);
    same(addressKey(a) === addressKey(b), isEqual);
    same(JSON.stringify(a) === JSON.stringify(b), isEqual);
    same(Math.sign(compareAddresses(b, a)), isEqual ? 0 : -Math.sign(order));
    const [low, middle, high] = [a, b, c].toSorted(compareAddresses);
    if (low === undefined || middle === undefined || high === undefined) throw new Error('Three went in');
    same(compareAddresses(low, middle) <= 0 && compareAddresses(middle, high) <= 0, true);
    same(compareAddresses(low, high) <= 0, true);
  });
  expect(isFrequent(equal, runs)).toBe(true);
});

const ENDPOINTS = [
  'tcp://127.0.0.1:80',
  'udp://[fe80::1%eth0]:7',
  'tls://a.example:443',
  'unix:/run/a%3F',
  'unix:@a%00b',
];

const endpointLike = (random: Random): string =>
  random.pick([
    mutated(random, random.pick(ENDPOINTS)),
    `tcp://${ipLike(random)}:${noise(random, 4)}`,
    `unix:${noise(random, 12)}`,
    `${noise(random, 4)}:${noise(random, 12)}`,
    noise(random, 30),
  ]);

test('tryParseEndpoint() throws nothing, and explains in one line what it refuses', () => {
  repeat((random) => {
    const input = endpointLike(random);
    const result = tryParseEndpoint(input);
    if (result.ok) {
      samePlain(parseEndpoint(formatEndpoint(result.value)), result.value);
    } else {
      const { message, index } = result.error;
      same(result.error.input, input);
      same(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]{1,500}$/u.test(message), true);
      same(index >= 0 && index <= input.length, true);
    }
  });
});
