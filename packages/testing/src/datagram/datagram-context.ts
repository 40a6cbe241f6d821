import type { Address } from '@stack/address';
import type { DatagramPeer, DatagramSocket } from '@stack/transport';
import type { CheckContext } from '../check-context.ts';
import type { Check } from '../check.ts';

/** What a datagram check works with. Every socket is closed when the check is over. */
export interface DatagramContext extends CheckContext {
  /** The longest payload that a datagram of this driver can carry, in bytes. */
  readonly maxDatagramBytes: number;
  /** Opens a socket: at an address that is free, or at this one. */
  bind(at?: Address): Promise<DatagramSocket>;
  /** Opens a socket with one peer. */
  connect(to: Address): Promise<DatagramPeer>;
}

/** A promise of `DatagramSocket` or `DatagramPeer`, checked over sockets that can reach each other. */
export type DatagramCheck = Check<DatagramContext>;
