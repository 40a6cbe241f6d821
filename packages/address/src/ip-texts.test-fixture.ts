import type { Random } from './random.test-fixture.ts';

const octet = ({ int, pick }: Random): number => pick([0, 1, 10, 127, 255, int(256)]);

/** The text of an IPv4 address. */
export const ipv4Text = (random: Random): string =>
  [octet(random), octet(random), octet(random), octet(random)].join('.');

const group = ({ int, pick }: Random): string => {
  const hex = pick([0, 0, 0, 1, 0xffff, int(0x10000)]).toString(16);
  return pick([hex, hex, hex.toUpperCase(), hex.padStart(4, '0')]);
};

const ZONES = ['eth0', 'lo', '1', '25', 'Eth0', 'br-1.2', 'é', 'aaaaaaaaaaaaaaa'];

/** A text of an IPv6 address in any of its forms, perhaps with a zone; sometimes a little too long or too short. */
const ipv6Text = (random: Random): string => {
  const { int, pick } = random;
  const count = pick([8, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  const groups = Array.from({ length: count }, () => group(random));
  if (int(4) === 0) groups.push(ipv4Text(random));
  const gap = int(groups.length + 1);
  const compressed = `${groups.slice(0, gap).join(':')}::${groups.slice(gap).join(':')}`;
  const text = pick([groups.join(':'), compressed, compressed, `::ffff:${ipv4Text(random)}`]);
  return int(6) === 0 ? `${text}%${pick(ZONES)}` : text;
};

const ALPHABET = [...'0123456789abcdefABCDEF::::....%/[]xg- \n\0１٣é\u202e\ud800?#@+'];

/** Characters that occur in addresses, in no order. */
export const noise = (random: Random, max: number): string =>
  Array.from({ length: random.int(max) }, () => random.pick(ALPHABET)).join('');

/** A text with a few characters changed, doubled, taken out or put in. */
export const mutated = (random: Random, text: string): string => {
  let result = text;
  for (let edits = random.int(4); edits > 0; edits--) {
    const at = random.int(result.length + 1);
    const cut = at + random.int(3);
    const inserted = random.pick(['', '', random.pick(ALPHABET), result.slice(at, at + random.int(6))]);
    result = result.slice(0, at) + inserted + result.slice(cut);
  }
  return result;
};

/** A text that is an IP address, or nearly one, or not at all. */
export const ipLike = (random: Random): string => {
  const text = random.pick([ipv4Text, ipv6Text, ipv6Text])(random);
  return random.pick([text, mutated(random, text), mutated(random, text), noise(random, 24)]);
};
