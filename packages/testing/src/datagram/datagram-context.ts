import type { Address } from '@stack/address';
import type { BindOptions, ConnectDatagramOptions, DatagramPeer, DatagramSocket } from '@stack/transport';
import type { CheckContext } from '../check-context.ts';
import type { Check } from '../check.ts';

/** Where sockets of a fixture reach many at once, without leaving the machine. */
export interface Lan {
  /** A multicast group of their family; for one source, too. */
  readonly group: string;
  /** Where to join and to send, by its name; absent where there are no interfaces. */
  readonly interface?: string | undefined;
  /** The interface is the loopback: what is sent there comes back, whatever `setMulticastLoop` says. Default false. */
  readonly isLoopback?: boolean | undefined;
  /** A broadcast address; absent where there is none (IPv6). */
  readonly broadcast?: string | undefined;
}

/** What a datagram check works with. Every socket is closed when the check is over. */
export interface DatagramContext extends CheckContext {
  /** The longest payload that a datagram of this driver can carry, in bytes. */
  readonly maxDatagramBytes: number;
  /** Opens a socket: at an address that is free, at this one, or (with a port that is free) at all of the machine's. */
  bind(at?: Address | 'everywhere', options?: BindOptions): Promise<DatagramSocket>;
  /** Opens a socket with one peer. */
  connect(to: Address, options?: ConnectDatagramOptions): Promise<DatagramPeer>;
  /** Where to reach many; leaves the check out where the fixture has no such place. */
  lan(): Lan;
  /** A broadcast address of the sockets that are bound everywhere; leaves the check out where there is none. */
  broadcast(): string;
}

/** A promise of `DatagramSocket` or `DatagramPeer`, checked over sockets that can reach each other. */
export type DatagramCheck = Check<DatagramContext>;

/** What a check of Unix datagrams works with: `bind` gives a socket file, `connect` one with a name of its own. */
export interface UnixDatagramContext extends DatagramContext {
  /** Opens a socket with an abstract name; leaves the check out where the system has none. */
  bindAbstract(options?: BindOptions): Promise<DatagramSocket>;
  /** Opens a socket with one peer and without a name. */
  connectNameless(to: Address, options?: ConnectDatagramOptions): Promise<DatagramPeer>;
}

/** A promise of Unix datagrams. */
export type UnixDatagramCheck = Check<UnixDatagramContext>;
