import type { EndpointLike, Network } from '@stack/transport';
import type { Fixture } from '../check-context.ts';
import type { DatagramContext, Lan } from './datagram-context.ts';
import { datagramFixture } from './datagram-fixture.ts';

/**
 * A datagram fixture over a network: sockets are bound at the endpoint, which needs port 0.
 *
 * @param name - names the driver in reports: `udp4`
 * @param network - what is under test
 * @param endpoint - where to bind: `udp://127.0.0.1:0`
 * @param maxDatagramBytes - the longest payload; default 65,507, over IPv6 it is 65,527
 * @param lan - where sockets reach many without leaving the machine; checks of groups are left out without it
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
  lan?: Lan,
): Fixture<DatagramContext> => {
  const everywhere = endpoint.includes('[') ? 'udp://[::]:0' : 'udp://0.0.0.0:0';
  return datagramFixture({
    name,
    clock: network.clock,
    maxDatagramBytes,
    lan,
    bind: (at, options) => {
      const place: EndpointLike = typeof at === 'object' ? { scheme: 'udp', address: at } : endpoint;
      return network.bind(at === 'everywhere' ? everywhere : place, options);
    },
    connect: (address, options) => network.connectDatagram({ scheme: 'udp', address }, options),
  });
};
