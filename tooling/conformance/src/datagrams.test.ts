import { networkInterfaces } from 'node:os';
import { datagramChecks, networkDatagramFixture } from '@stack/testing';
import { system } from '@stack/transport';
import { whyNoIpv6 } from './loopback-v6.ts';
import { suite } from './suite.ts';

/** 65,535 bytes less the header of UDP: the header of IPv6 does not count (RFC 8200 section 3, RFC 768). */
const maxOverIpv6Bytes = 65_527;

/** Groups on the loopback, which Linux has for IPv4 alone: no route leads there for those of IPv6. */
const [loopback] = Object.entries(networkInterfaces()).find(([, infos = []]) =>
  infos.some(({ address }) => address === '127.0.0.1'),
) ?? [undefined];
const lan =
  process.platform === 'linux'
    ? { group: '239.255.77.77', interface: loopback, isLoopback: true, broadcast: '127.255.255.255' }
    : undefined;

suite(networkDatagramFixture('udp4', system, 'udp://127.0.0.1:0', undefined, lan), datagramChecks);
suite(networkDatagramFixture('udp6', system, 'udp://[::1]:0', maxOverIpv6Bytes), datagramChecks, {
  absent: await whyNoIpv6(),
});
