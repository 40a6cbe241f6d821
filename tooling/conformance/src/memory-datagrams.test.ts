import { unixAbstract, unixPath } from '@stack/address';
import {
  datagramChecks,
  type DatagramContext,
  type Fixture,
  networkDatagramFixture,
  unixDatagramChecks,
  type UnixDatagramContext,
  unixDatagramFixture,
} from '@stack/testing';
import { type Network, systemClock } from '@stack/transport';
import { memoryNetwork } from '@stack/transport/memory';
import { suite } from './suite.ts';
import { unevenTurns } from './uneven-turns.ts';

const lan = { group: '239.255.77.77', broadcast: '255.255.255.255' };
const lan6 = { group: 'ff15::7777' };

/** 65,535 bytes less the header of UDP (RFC 768), as over IPv6. */
const maxOverIpv6Bytes = 65_527;

const udpOver = (name: string, net: Network): Fixture<DatagramContext> =>
  networkDatagramFixture(name, net, 'udp://127.0.0.1:0', undefined, lan);

const unixOver = (name: string, net: Network): Fixture<UnixDatagramContext> => {
  let count = 0;
  return unixDatagramFixture({
    name,
    network: net,
    // What Linux begins with: net.core.wmem_default, less 32.
    maxDatagramBytes: 212_960,
    path: () => unixPath(`/run/${(count += 1)}`),
    abstractName: () => unixAbstract(`name ${(count += 1)}`),
  });
};

/** A network of its own for each run, whose schedule comes from the seed of the run. */
const uneven = <Context>(name: string, over: (name: string, net: Network) => Fixture<Context>): Fixture<Context> => ({
  name,
  clock: systemClock,
  open: (run) => over(name, memoryNetwork({ later: unevenTurns(run.random) })).open(run),
});

suite(udpOver('memory', memoryNetwork()), datagramChecks);
suite(networkDatagramFixture('memory6', memoryNetwork(), 'udp://[::1]:0', maxOverIpv6Bytes, lan6), datagramChecks);
suite(uneven('memory in uneven turns', udpOver), datagramChecks);
suite(unixOver('unixgram in memory', memoryNetwork()), unixDatagramChecks);
suite(uneven('unixgram in uneven turns', unixOver), unixDatagramChecks);
