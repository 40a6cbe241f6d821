import { datagramChecks, networkDatagramFixture } from '@stack/testing';
import { system } from '@stack/transport';
import { whyNoIpv6 } from './loopback-v6.ts';
import { suite } from './suite.ts';

/** 65,535 bytes less the header of UDP: the header of IPv6 does not count (RFC 8200 section 3, RFC 768). */
const maxOverIpv6Bytes = 65_527;

suite(networkDatagramFixture('udp4', system, 'udp://127.0.0.1:0'), datagramChecks);
suite(networkDatagramFixture('udp6', system, 'udp://[::1]:0', maxOverIpv6Bytes), datagramChecks, {
  absent: await whyNoIpv6(),
});
