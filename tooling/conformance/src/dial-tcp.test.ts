import { readFileSync } from 'node:fs';
import { parseEndpoint } from '@stack/address';
import { type BadPlace, dialChecks, dialFixture } from '@stack/testing';
import { system } from '@stack/transport';
import { becomeNobody } from './as-nobody.ts';
import { whyNoIpv6 } from './loopback-v6.ts';
import { silentPlace } from './silent-place.ts';
import { suite } from './suite.ts';

const names = { scheme: 'tcp', local: 'localhost', unknown: 'nowhere.invalid' };

/** Below this port only root may listen; 0 on a machine where everybody may everywhere, and nothing where it is not known. */
const firstUnprivileged = (): number => {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
  } catch {
    return 0;
  }
};

const notListenable = (host: string, elsewhere: string): readonly BadPlace[] => [
  {
    what: 'an address that this machine does not have',
    codes: ['EADDRNOTAVAIL'],
    open: () => ({ endpoint: parseEndpoint(`tcp://${elsewhere}:0`) }),
  },
  ...(firstUnprivileged() > 1
    ? [
        {
          what: 'a port below those that everybody may listen on',
          codes: ['EACCES'],
          open: () => ({ endpoint: parseEndpoint(`tcp://${host}:1`), close: becomeNobody() }),
        },
      ]
    : []),
];

// RFC 5737 section 3 and RFC 3849 section 2: addresses for documentation, nobody's.
const tcp4 = dialFixture({
  name: 'tcp4',
  network: system,
  endpoint: 'tcp://127.0.0.1:0',
  notListenable: notListenable('127.0.0.1', '192.0.2.1'),
  silent: () => silentPlace(parseEndpoint('tcp://127.0.0.1:0')),
  names,
});
const tcp6 = dialFixture({
  name: 'tcp6',
  network: system,
  endpoint: 'tcp://[::1]:0',
  notListenable: notListenable('[::1]', '[2001:db8::1]'),
  silent: () => silentPlace(parseEndpoint('tcp://[::1]:0')),
});

suite(tcp4, dialChecks, { mostSeeds: 1 });
suite(tcp6, dialChecks, { mostSeeds: 1, absent: await whyNoIpv6() });
