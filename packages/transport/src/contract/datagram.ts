import type { Address } from '@stack/address';
import type { Clock } from './clock.ts';
import type { Bytes, Op, Step } from './op.ts';

/** One datagram as it came. */
export interface Datagram {
  /** The payload, the receiver's for good. May be empty: that is a datagram, not an end. */
  readonly data: Uint8Array;
  readonly from: Address;
  /** The datagram was longer than what could be received, and its rest is lost. */
  readonly truncated: boolean;
}

/** One datagram to send. */
export interface Outgoing {
  readonly data: Bytes;
  readonly to: Address;
}

/**
 * An unconnected datagram socket. One recv is one datagram; there is no end, only `close()`.
 *
 * A failed send is the failure of that call and never of the socket; a dead peer never disturbs the others.
 */
export interface DatagramSocket extends AsyncDisposable, AsyncIterable<Datagram> {
  readonly local: Address;
  /** Datagrams that came and were dropped because the receive queue was full. */
  readonly dropped: number;
  readonly clock: Clock;

  /** Waits for a datagram. A cancelled one loses nothing. @throws {TransportError} `ERR_BUSY`, `ERR_TIMEOUT`, `ERR_CLOSED` */
  recvFrom(op?: Op): Promise<Datagram>;
  /** Waits for the first datagram, then takes what is there, up to `max`. */
  recvMany(max: number, op?: Op): Promise<Datagram[]>;
  /**
   * Calls `each` with every datagram until the socket is closed. A promise returned by `each` holds back the next one;
   * meanwhile datagrams queue, and past the queue's bound are dropped and counted.
   */
  consume(each: (datagram: Datagram) => Step, op?: Op): Promise<void>;

  /**
   * Sends one datagram; settles when the kernel took it or said why not.
   *
   * The promise is marked handled: a forgotten `await` never reaches `unhandledRejection`.
   *
   * @throws {TransportError} the kernel's code (`EMSGSIZE`, `EACCES`, `ENETUNREACH`); `ERR_SEND_BUFFER` when too many bytes
   *   wait already (nothing was sent); `ERR_CLOSED`
   */
  sendTo(data: Bytes, to: Address, op?: Op): Promise<void>;
  /** Sends without waiting or word of failure. False: too many bytes wait, nothing was taken. Throws when closed. */
  trySendTo(data: Bytes, to: Address): boolean;
  /** Sends a batch in order and tells how many were taken before there was no more room. */
  sendMany(batch: readonly Outgoing[], op?: Op): Promise<number>;

  /** Releases the socket. Pending receives reject with `ERR_CLOSED`; `consume` settles. Twice is fine. */
  close(): Promise<void>;
}

/**
 * The connected form: one peer. What the network says of that peer (a port nobody listens on) surfaces here as a failed
 * operation; the socket stays open.
 */
export interface DatagramPeer extends AsyncDisposable, AsyncIterable<Uint8Array> {
  readonly local: Address;
  readonly remote: Address;
  readonly dropped: number;
  readonly clock: Clock;
  /** Waits for a datagram of the peer. @throws {TransportError} `ECONNREFUSED` when the peer's host said nobody is there */
  recv(op?: Op): Promise<Uint8Array>;
  send(data: Bytes, op?: Op): Promise<void>;
  trySend(data: Bytes): boolean;
  consume(each: (data: Uint8Array) => Step, op?: Op): Promise<void>;
  close(): Promise<void>;
}
