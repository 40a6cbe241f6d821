/**
 * What can happen on a virtual network.
 *
 * - Of connections: `dial` (a first packet arrives where it was sent), `open` (the listener gets the connection), `data`,
 *   `end`, `reset` (they arrive), `held` (it did not arrive and will be sent again), `timeout` (no answer for too long)
 * - Of datagrams: `datagram` (it arrives), `lost`, `duplicated`, `nobody` (there is no socket for it)
 * - Of hosts: `kill`, `restart`
 */
export type NetworkEventKind =
  | 'dial'
  | 'open'
  | 'data'
  | 'end'
  | 'reset'
  | 'held'
  | 'timeout'
  | 'datagram'
  | 'lost'
  | 'duplicated'
  | 'nobody'
  | 'kill'
  | 'restart';

/** Something that happened on a virtual network, as plain data: two runs of one seed give the same list. */
export interface NetworkEvent {
  /** By the network's clock. */
  readonly atMs: number;
  readonly kind: NetworkEventKind;
  /** Where it came from, as an address: `10.0.0.1:49153`; of a host its name. */
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
}
