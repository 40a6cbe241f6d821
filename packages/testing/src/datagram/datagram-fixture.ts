import type { Address } from '@stack/address';
import { type Clock, type DatagramPeer, type DatagramSocket, type Network, systemClock } from '@stack/transport';
import type { Fixture } from '../check-context.ts';
import type { DatagramContext } from './datagram-context.ts';

/** How to open datagram sockets that can reach each other. */
export interface DatagramFixtureInit {
  /** Names the driver in reports: `udp4`. */
  readonly name: string;
  /** What the deadlines of its sockets run on. Default: real time. */
  readonly clock?: Clock;
  /** The longest payload, in bytes. Default 65,507: UDP over IPv4. Over IPv6 it is 65,527. */
  readonly maxDatagramBytes?: number | undefined;
  /** Opens a socket: at an address that is free, or at the one given. */
  bind(at?: Address): Promise<DatagramSocket>;
  /** Opens a socket with one peer. */
  connect(to: Address): Promise<DatagramPeer>;
}

/** 65,535 bytes less the headers of IP and UDP (RFC 768, RFC 791). */
const maxOverIpv4Bytes = 65_507;

/**
 * A fixture from functions that open datagram sockets.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { datagramChecks, datagramFixture, runCheck } from '@stack/testing';
 * import { memoryNetwork } from '@stack/transport/memory';
 *
 * const net = memoryNetwork();
 * const fixture = datagramFixture({
 *   name: 'mine',
 *   bind: (address) => net.bind(address === undefined ? 'udp://127.0.0.1:0' : { scheme: 'udp', address }),
 *   connect: (address) => net.connectDatagram({ scheme: 'udp', address }),
 * });
 *
 * const [first] = datagramChecks;
 * assert(first !== undefined);
 * assert.equal((await runCheck(first, fixture)).outcome, 'passed');
 * ```
 */
export const datagramFixture = ({
  name,
  clock = systemClock,
  maxDatagramBytes = maxOverIpv4Bytes,
  bind,
  connect,
}: DatagramFixtureInit): Fixture<DatagramContext> => ({
  name,
  clock,
  open: (run) => {
    const owned = <Socket extends { close(): Promise<void> }>(socket: Socket): Socket => {
      run.defer(() => run.within(5_000, 'close of a datagram socket', socket.close()));
      return socket;
    };
    return {
      ...run,
      maxDatagramBytes,
      bind: async (at) => owned(await bind(at)),
      connect: async (to) => owned(await connect(to)),
    };
  },
});

/**
 * A datagram fixture over a network: sockets are bound at the endpoint, which needs port 0.
 *
 * @param name - names the driver in reports: `udp4`
 * @param network - what is under test
 * @param endpoint - where to bind: `udp://127.0.0.1:0`
 * @param maxDatagramBytes - the longest payload; default 65,507, over IPv6 it is 65,527
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { networkDatagramFixture } from '@stack/testing';
 * import { system } from '@stack/transport';
 *
 * const fixture = networkDatagramFixture('udp4', system, 'udp://127.0.0.1:0');
 * assert.equal(fixture.name, 'udp4');
 * ```
 */
export const networkDatagramFixture = (
  name: string,
  network: Network,
  endpoint: `udp://${string}:0`,
  maxDatagramBytes?: number,
): Fixture<DatagramContext> =>
  datagramFixture({
    name,
    clock: network.clock,
    maxDatagramBytes,
    bind: (address) => network.bind(address === undefined ? endpoint : { scheme: 'udp', address }),
    connect: (address) => network.connectDatagram({ scheme: 'udp', address }),
  });
