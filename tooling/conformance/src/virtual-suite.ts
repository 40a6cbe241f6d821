import assert from 'node:assert/strict';
import { type Fixture, networkDatagramFixture, networkFixture, type StreamContext } from '@stack/testing';
import type { EndpointLike, Network } from '@stack/transport';
import { type FakeClock, fakeClock, virtualNetwork, type VirtualNetworkOptions } from '@stack/transport/virtual';

/** How long what was on its way when a check ended may take to be gone. */
const restMs = 60_000;

/** Fixtures over virtual networks with one clock, and what makes that go. */
export interface VirtualSuite {
  /** Each run has a network of its own, with the seed of the run; one end is on each of two hosts. */
  streams(name: string, options: VirtualNetworkOptions): Fixture<StreamContext>;
  datagrams(name: string, options: VirtualNetworkOptions): ReturnType<typeof networkDatagramFixture>;
  /** Lets time go until the work is done and everything after it has come to rest: no timer may be left then. */
  drive<T>(work: Promise<T>): Promise<T>;
}

/** Listens on one host and dials from another. */
const across = (server: Network, client: Network): Network => {
  const both = { listen: server.listen.bind(server), connect: client.connect.bind(client) };
  return Object.assign(Object.create(server) as Network, both);
};

/** Makes the fixtures of one test file. */
export const virtualSuite = (endpoint: EndpointLike): VirtualSuite => {
  const clock: FakeClock = fakeClock();
  return {
    streams: (name, options) => ({
      name,
      clock,
      open: (run) => {
        const net = virtualNetwork({ ...options, clock, seed: run.seed });
        run.defer(() => assert.equal(net.connections, 0, 'expected no connection to be left on the network'));
        const network = across(net.host('10.0.0.1', 'fd00::1'), net.host('10.0.0.2', 'fd00::2'));
        return networkFixture(name, network, endpoint).open(run);
      },
    }),
    datagrams: (name, options) =>
      networkDatagramFixture(name, virtualNetwork({ ...options, clock }), 'udp://127.0.0.1:0'),
    drive: async (work) => {
      const result = await clock.until(work);
      await clock.advance(restMs);
      assert.equal(clock.pending, 0, `expected no timer to be left on the clock, but there are ${clock.pending}`);
      return result;
    },
  };
};
