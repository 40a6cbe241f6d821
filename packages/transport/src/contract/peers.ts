import type { Connection } from './connection.ts';
import type { DatagramQueueOptions } from './datagram-options.ts';
import type { Listener } from './listener.ts';
import type { Op } from './op.ts';

/** How to see a datagram socket as connections. */
export interface PeersOptions {
  /** Peers that may wait to be accepted; past it what comes from a new one is dropped, and counted. Default 64. */
  readonly maxUnclaimed?: number | undefined;
  /** The bound of the receive queue of each peer. Default 64 packets and 128 KiB, of which the newest are dropped. */
  readonly queue?: DatagramQueueOptions | undefined;
}

/**
 * One peer of a datagram socket, as a connection whose `unit` is `'message'`:
 *
 * - one `recv` is one datagram. One that is longer than `max`, or than the buffer of `recvInto`, stays where it is, and the
 *   call is `ERR_MESSAGE_SIZE`: nothing is ever split. An empty one is a datagram, and no end
 * - the peer cannot finish: only after `closeRead()` reads give `null`. `closeWrite()`, `recvExactly()` and `upgradeTls()` are
 *   `ERR_UNSUPPORTED`
 * - one `send` is one datagram, its parts joined; a failed one is the failure of that call. `ERR_SEND_BUFFER` aborts nothing
 * - `close()` and `abort()` forget the peer and what it sent; nothing is told to it. What it sends then makes it a new one.
 *   `closed` is never clean, since a peer does not say that it has finished
 * - `stats.queuedBytes` is 0: the socket has one queue for all
 */
export interface PeerConnection extends Connection {
  readonly unit: 'message';
  /** Datagrams of this peer that came and were dropped: its queue was full, they were truncated, or reading had ended. */
  readonly dropped: number;
}

/**
 * Hands out the peers of a datagram socket: every address that something comes from, once, until its connection is closed.
 *
 * Everything that came is accounted for: what the socket gave = what connections gave + what they still hold or were
 * closed with + `dropped` + `refused`.
 */
export interface PeerListener extends Listener {
  /** Datagrams that came from a new peer when `maxUnclaimed` others waited already. */
  readonly refused: number;
  /**
   * All other datagrams that came and were dropped: by the connections, of new peers after `stop()`, and of Unix sockets
   * without a name, which cannot be told apart.
   */
  readonly dropped: number;
  /** Peers that are open, accepted or not. */
  readonly size: number;
  /**
   * Waits for a new peer.
   *
   * @returns `null` when the listener was stopped or the socket is gone, and nothing is left to hand out
   * @throws {TransportError} `ERR_BUSY` when somebody else reads the socket; what went wrong with the socket and is not fatal,
   *   if the socket has no `onError`; `ERR_TIMEOUT`
   */
  accept(op?: Op): Promise<PeerConnection | null>;
  /** Takes no new peers; those who wait can still be accepted. */
  stop(): void;
  /**
   * Stops, and forgets who was not accepted. The connections go on; with the last of them, or at once where there is none,
   * the socket is closed: only then can its address be bound again.
   */
  close(): Promise<void>;
  /** Every new peer, until the listener stops; leaving the loop closes it. */
  [Symbol.asyncIterator](): AsyncIterator<PeerConnection>;
}
