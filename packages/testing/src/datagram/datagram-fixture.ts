import type { Address } from '@stack/address';
import {
  type BindOptions,
  type Clock,
  type ConnectDatagramOptions,
  type DatagramPeer,
  type DatagramSocket,
  systemClock,
} from '@stack/transport';
import type { CheckRun, Fixture } from '../check-context.ts';
import type { DatagramContext, Lan } from './datagram-context.ts';

/** How to open datagram sockets that can reach each other. */
export interface DatagramFixtureInit {
  /** Names the driver in reports: `udp4`. */
  readonly name: string;
  /** What the deadlines of its sockets run on. Default: real time. */
  readonly clock?: Clock;
  /** The longest payload, in bytes. Default 65,507: UDP over IPv4. Over IPv6 it is 65,527. */
  readonly maxDatagramBytes?: number | undefined;
  /** Where sockets that are bound everywhere reach many; checks of that are left out without it. */
  readonly lan?: Lan | undefined;
  /** Opens a socket: at an address that is free, at the one given, or at all of the machine's. */
  bind(at?: Address | 'everywhere', options?: BindOptions): Promise<DatagramSocket>;
  /** Opens a socket with one peer. */
  connect(to: Address, options?: ConnectDatagramOptions): Promise<DatagramPeer>;
}

/** 65,535 bytes less the headers of IP and UDP (RFC 768, RFC 791). */
const maxOverIpv4Bytes = 65_507;

/** Has a socket closed when the check is over, and leaves the check out where it needs more than the driver can do. */
export const own = async <Socket extends DatagramSocket | DatagramPeer>(
  run: CheckRun,
  opening: Promise<Socket>,
): Promise<Socket> => {
  const socket = await opening;
  run.defer(() => run.within(5_000, 'close of a datagram socket', socket.close()));
  run.require(socket.caps);
  return socket;
};

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
 *   bind: (at, options) =>
 *     net.bind(typeof at === 'object' ? { scheme: 'udp', address: at } : 'udp://127.0.0.1:0', options),
 *   connect: (address, options) => net.connectDatagram({ scheme: 'udp', address }, options),
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
  lan,
  bind,
  connect,
}: DatagramFixtureInit): Fixture<DatagramContext> => ({
  name,
  clock,
  open: (run) => ({
    ...run,
    maxDatagramBytes,
    bind: (at, options) => own(run, bind(at, options)),
    connect: (to, options) => own(run, connect(to, options)),
    broadcast: () => lan?.broadcast ?? run.leaveOut('the fixture knows no broadcast address'),
    lan: () => lan ?? run.leaveOut('the fixture knows no group that stays on the machine'),
  }),
});
