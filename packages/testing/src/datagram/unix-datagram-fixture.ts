import type { Address, UnixAddress } from '@stack/address';
import type { EndpointLike, Network } from '@stack/transport';
import type { Fixture } from '../check-context.ts';
import type { UnixDatagramContext } from './datagram-context.ts';
import { own } from './datagram-fixture.ts';

/** How to open Unix datagram sockets that can reach each other. */
export interface UnixDatagramFixtureInit {
  /** Names the driver in reports: `unixgram`. */
  readonly name: string;
  /** What is under test. */
  readonly network: Network;
  /** The longest payload, in bytes: on Linux what `net.core.wmem_default` says, less 32. */
  readonly maxDatagramBytes: number;
  /** A path where nothing is, another one each time. */
  path(): UnixAddress;
  /** An abstract name that nobody has, likewise; absent where the system has none. */
  abstractName?(): UnixAddress;
}

const at = (address: Address): EndpointLike => ({ scheme: 'unixgram', address });

/**
 * A fixture over the Unix datagrams of a network, for `unixDatagramChecks`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { unixPath } from '@stack/address';
 * import { runCheck, unixDatagramChecks, unixDatagramFixture } from '@stack/testing';
 * import { memoryNetwork } from '@stack/transport/memory';
 *
 * let count = 0;
 * const fixture = unixDatagramFixture({
 *   name: 'unixgram in memory',
 *   network: memoryNetwork(),
 *   maxDatagramBytes: 212_960,
 *   path: () => unixPath(`/run/socket-${(count += 1)}`),
 * });
 * const [first] = unixDatagramChecks;
 * assert(first !== undefined);
 * assert.equal((await runCheck(first, fixture)).outcome, 'passed');
 * ```
 */
export const unixDatagramFixture = ({
  name,
  network,
  maxDatagramBytes,
  path,
  abstractName,
}: UnixDatagramFixtureInit): Fixture<UnixDatagramContext> => ({
  name,
  clock: network.clock,
  open: (run) => ({
    ...run,
    maxDatagramBytes,
    bind: (address, options) => own(run, network.bind(at(typeof address === 'object' ? address : path()), options)),
    bindAbstract: (options) => {
      const address = abstractName?.() ?? run.leaveOut('there are no abstract names here');
      return own(run, network.bind(at(address), options));
    },
    connect: (to, options) => own(run, network.connectDatagram(at(to), { localAddress: path(), ...options })),
    connectNameless: (to, options) => own(run, network.connectDatagram(at(to), options)),
    broadcast: () => run.leaveOut('Unix sockets know no broadcasts'),
    lan: () => run.leaveOut('Unix sockets know no groups'),
  }),
});
