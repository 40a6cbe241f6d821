import type { Address } from '@stack/address';
import type { Clock } from './clock.ts';
import type { Bytes, Op, Step } from './op.ts';

/** One datagram as it came. */
export interface Datagram {
  /** The payload, the receiver's for good. May be empty: that is a datagram, not an end. */
  readonly data: Uint8Array;
  /** Who sent it, as far as the network can tell: the source of a datagram is easily forged. */
  readonly from: Address;
  /** The datagram was longer than what could be received, and its rest is lost. */
  readonly truncated: boolean;
}

/** One datagram to send. */
export interface Outgoing {
  /** The payload; not to be changed until the send has settled. */
  readonly data: Bytes;
  /** Where it goes; an address, not a name. */
  readonly to: Address;
}

/**
 * An unconnected datagram socket. One recv is one datagram; there is no end, only `close()`.
 *
 * A failed send is the failure of that call and never of the socket; a dead peer never disturbs the others.
 */
export interface DatagramSocket extends AsyncDisposable, AsyncIterable<Datagram> {
  /** This side's address; with port 0 asked for, the port that was given. Readable after close. */
  readonly local: Address;
  /** Datagrams that came and were dropped because the receive queue was full: sent = received + these + the kernel's own. */
  readonly dropped: number;
  /** The clock that this socket's deadlines run on. */
  readonly clock: Clock;

  /**
   * Waits for a datagram. A cancelled `recvFrom` loses none.
   *
   * @throws {TransportError} `ERR_BUSY` when another read is under way (that one is unharmed), `ERR_TIMEOUT`, `ERR_CLOSED`
   */
  recvFrom(op?: Op): Promise<Datagram>;
  /**
   * Waits for the first datagram, then takes what is there, up to `max`.
   *
   * @param max - the most datagrams to take, 1 or more
   * @throws {RangeError} when `max` is less than 1
   * @throws {TransportError} as `recvFrom`
   */
  recvMany(max: number, op?: Op): Promise<Datagram[]>;
  /**
   * Calls `each` with every datagram until the socket is closed. A promise returned by `each` holds back the next one;
   * meanwhile datagrams queue, and past the queue's bound are dropped and counted. If `each` throws or rejects, `consume`
   * rejects with that, and the socket stays open. `op.timeoutMs` is the longest silence between datagrams.
   *
   * @throws {TransportError} `ERR_BUSY`, `ERR_TIMEOUT`, the kernel's code when the socket died
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
  /**
   * Sends a batch in order and tells how many were taken before there was no more room; settles when the kernel has said of
   * each of those what became of it.
   *
   * @throws {TransportError} the first failure among them; the others were sent all the same
   */
  sendMany(batch: readonly Outgoing[], op?: Op): Promise<number>;

  /** Releases the socket. Pending receives reject with `ERR_CLOSED`; `consume` settles. Twice is fine. */
  close(): Promise<void>;
}

/**
 * The connected form: one peer. What the network says of that peer (a port nobody listens on) surfaces here as a failed
 * operation; the socket stays open.
 */
export interface DatagramPeer extends AsyncDisposable, AsyncIterable<Uint8Array> {
  /** This side's address. Readable after close. */
  readonly local: Address;
  /** The peer's address. Readable after close. */
  readonly remote: Address;
  /** Datagrams that came and were dropped because the receive queue was full. */
  readonly dropped: number;
  /** The clock that this socket's deadlines run on. */
  readonly clock: Clock;

  /**
   * Waits for a datagram of the peer; others are not heard. A cancelled `recv` loses none.
   *
   * @throws {TransportError} `ECONNREFUSED` when the peer's host said that nobody is there, `ERR_BUSY`, `ERR_TIMEOUT`,
   *   `ERR_CLOSED`
   */
  recv(op?: Op): Promise<Uint8Array>;
  /**
   * Sends one datagram; settles when the kernel took it or said why not. Marked handled, as `sendTo`.
   *
   * @throws {TransportError} as `sendTo`; `ECONNREFUSED` also for one that was sent before
   */
  send(data: Bytes, op?: Op): Promise<void>;
  /** Sends without waiting; a failure is told to the next read. False: too many bytes wait. Throws when closed. */
  trySend(data: Bytes): boolean;
  /** Calls `each` with every datagram until the socket is closed, as `DatagramSocket.consume`; news of the peer reject it. */
  consume(each: (data: Uint8Array) => Step, op?: Op): Promise<void>;
  /** Releases the socket. Pending receives reject with `ERR_CLOSED`; `consume` settles. Twice is fine. */
  close(): Promise<void>;
}
