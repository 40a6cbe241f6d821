import { formatAddress, inet } from '@stack/address';
import { Address4, Address6 } from 'ip-address';
import ipaddr from 'ipaddr.js';
import { randomOf } from '../src/random.test-fixture.ts';
import { compare, type Contest } from './compare.ts';
import { anyIpv4, anyIpv6, asRead, cycle, SAMPLES, times } from './samples.ts';

const { isIP } = (await import('node:net' as string)) as { readonly isIP: (text: string) => number };

const random = randomOf(1);

// A third each: all groups, a short host part, and one that is mostly zeros.
const ipv6Text = (): string => {
  const { host } = anyIpv6(random);
  const groups = host.split(':');
  return random.pick([host, `${groups.slice(0, 4).join(':')}::${groups.at(-1)}`, `${groups.slice(0, 2).join(':')}::1`]);
};

/** As some people and devices write it: upper case, leading zeros, zeros spelled out. */
const longForm = (text: string): string => {
  const [head = [], tail = []] = text.split('::').map((half) => half.split(':'));
  const zeros = times(8 - head.length - tail.length, () => '0');
  return [...head, ...zeros, ...tail].map((group) => group.toUpperCase().padStart(4, '0')).join(':');
};

type Rewrite = (text: string) => string;

const contest = (name: string, made: readonly string[], rewrite: Rewrite, other: Rewrite): Contest => {
  const texts = asRead(made);
  const [own, ipaddrs, ipAddresses, nodes] = [cycle(texts), cycle(texts), cycle(texts), cycle(texts)];
  return {
    name,
    subject: () => rewrite(own()),
    others: {
      'ipaddr.js': () => ipaddr.parse(ipaddrs()).toString(),
      'ip-address': () => other(ipAddresses()),
      'net.isIP() alone': () => isIP(nodes()),
    },
  };
};

const ipv4Texts = times(SAMPLES, () => anyIpv4(random).host);
const ipv6Texts = times(SAMPLES, ipv6Text);

// What the others give back; and with a port, which they do not have.
const canonical: Rewrite = (text) => inet(text, 80).host;
const withPort: Rewrite = (text) => formatAddress(inet(text, 80));
const ipv4: Rewrite = (text) => new Address4(text).correctForm();
const ipv6: Rewrite = (text) => new Address6(text).correctForm();

await compare('Parse and format', [
  contest('IPv4', ipv4Texts, canonical, ipv4),
  contest('IPv4 with a port', ipv4Texts, withPort, ipv4),
  contest('IPv6', ipv6Texts, canonical, ipv6),
  contest('IPv6 with a port', ipv6Texts, withPort, ipv6),
  contest('IPv6, `2001:0DB8:0000:…`', ipv6Texts.map(longForm), canonical, ipv6),
]);
