import type { Address } from '@stack/address';
import type { DatagramCap } from './caps.ts';
import type { Clock } from './clock.ts';
import type { GroupOptions } from './datagram-options.ts';
import type { Bytes, Op, Step } from './op.ts';

/** One datagram as it came. */
export interface Datagram {
  /** The payload, the receiver's for good. May be empty: that is a datagram, not an end. */
  readonly data: Uint8Array;
  /**
   * Who sent it, as far as the network can tell: the source of a datagram is easily forged. A Unix socket that was never
   * bound has no name (`unixUnnamed`), and cannot be answered.
   */
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

/** What every datagram socket tells of itself. */
interface DatagramEnd {
  /** This side's address; with port 0 asked for, the port that was given. Readable after close. */
  readonly local: Address;
  /** What the driver below can do; asking for anything else is `ERR_UNSUPPORTED`. */
  readonly caps: ReadonlySet<DatagramCap>;
  /** Datagrams that came and were dropped because the receive queue was full: sent = received + these + the kernel's own. */
  readonly dropped: number;
  /** The clock that this socket's deadlines run on. */
  readonly clock: Clock;
  /**
   * Datagrams that the kernel dropped since the socket was opened, since its receive buffer was full or their checksum was
   * wrong; `undefined` where it does not tell (`caps` lacks `kernelDrops`), where several sockets have one port, and after
   * close. Asking costs the reading of a table of the system: for statistics, not for every datagram.
   */
  kernelDropped(): number | undefined;
  /**
   * Waits until there is room to send. Settles at once when there is.
   *
   * @throws {TransportError} `ERR_TIMEOUT`, `ERR_CLOSED`
   */
  writable(op?: Op): Promise<void>;
  /**
   * Releases the socket. Pending receives and `writable` reject with `ERR_CLOSED`; `consume` settles. What the kernel has not
   * taken by then is not sent: such a send rejects with `ERR_CLOSED`, or is told to `onError`. Twice is fine.
   */
  close(): Promise<void>;
}

/**
 * An unconnected datagram socket. One recv is one datagram; there is no end, only `close()`.
 *
 * A failed send is the failure of that call and never of the socket; a dead peer never disturbs the others. There is no
 * `abort()`: a datagram that was lost corrupts nothing that comes after it.
 */
export interface DatagramSocket extends DatagramEnd, AsyncDisposable, AsyncIterable<Datagram> {
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
   * Sends one datagram; settles when the kernel took it or said why not. Where `caps` has `pause`, that is when the
   * receiver has room.
   *
   * The promise is marked handled: a forgotten `await` never reaches `unhandledRejection`. Sends that nobody awaits count
   * all the same, and past `maxQueuedPackets` or `maxQueuedBytes` each further one is rejected, itself alone.
   *
   * @throws {TransportError} the kernel's code (`EMSGSIZE`, `EACCES`, `ENETUNREACH`); `ERR_SEND_BUFFER` when too much waits
   *   already (nothing was sent); `EDESTADDRREQ` for a sender without a name; `ERR_CLOSED`
   */
  sendTo(data: Bytes, to: Address, op?: Op): Promise<void>;
  /**
   * Sends without waiting. False: too much waits, nothing was taken, and `writable()` tells when. True: taken; if it fails
   * then, `onError` is told. Throws when closed.
   */
  trySendTo(data: Bytes, to: Address): boolean;
  /**
   * Sends a batch in order and tells how many were taken before there was no more room; settles when the kernel has said of
   * each of those what became of it. Marked handled, as `sendTo`.
   *
   * @throws {TransportError} the first failure among them; the others were sent all the same
   */
  sendMany(batch: readonly Outgoing[], op?: Op): Promise<number>;

  /**
   * Joins a multicast group until the result is disposed of or the socket is closed. What is sent to the group comes in like
   * everything else; the socket has to be bound to the group, or to every address (`0.0.0.0`, `::`).
   *
   * @param group - an IP address of the socket's family: `239.1.2.3`, `ff02::1:3%eth0`, whose zone is the interface
   * @throws {AddressError} when `group`, or `source`, is no IP address
   * @throws {RangeError} when it is no multicast address, or not of the socket's family; likewise the source
   * @throws {TransportError} `ENODEV` when there is no such interface; `EADDRINUSE` when it was joined there already; otherwise
   *   the kernel's code; `ERR_UNSUPPORTED` where `caps` lacks `multicast` or `sourceMulticast`; `ERR_CLOSED`
   */
  joinGroup(group: string, options?: GroupOptions): Disposable;
  /**
   * Limits how many routers a datagram to one receiver may pass (IP_TTL, IPV6_UNICAST_HOPS).
   *
   * @param hops - 1 to 255; the system begins with 64, mostly
   * @throws {RangeError} {TypeError} when it is no such number
   * @throws {TransportError} `ERR_UNSUPPORTED` where `caps` lacks `ttl`; `ERR_CLOSED`
   */
  setTtl(hops: number): void;
  /**
   * Limits how many routers a datagram to a group may pass. The system begins with 1: no further than this network.
   *
   * @param hops - 0 to 255; 0: no further than this machine
   * @throws as `setTtl`
   */
  setMulticastTtl(hops: number): void;
  /**
   * Whether sockets of this machine hear what is sent to a group from here. The system begins with yes.
   *
   * @throws {TypeError} when it is no boolean
   * @throws {TransportError} `ERR_UNSUPPORTED` where `caps` lacks `multicast`; `ERR_CLOSED`
   */
  setMulticastLoop(on: boolean): void;
  /**
   * Chooses the interface that leads to groups, by its name or one of its addresses.
   *
   * @throws {TransportError} `ENODEV` when there is no such interface; `ERR_UNSUPPORTED` where `caps` lacks `multicast`;
   *   `ERR_CLOSED`
   */
  setMulticastInterface(name: string): void;
  /**
   * Allows sending to broadcast addresses; without it such a send is `EACCES`. The system begins with no.
   *
   * @throws {TypeError} when it is no boolean
   * @throws {TransportError} `ERR_UNSUPPORTED` where `caps` lacks `broadcast`; `ERR_CLOSED`
   */
  setBroadcast(on: boolean): void;
}

/**
 * The connected form: one peer. What the network says of that peer (a port nobody listens on) surfaces here as a failed
 * operation; the socket stays open.
 */
export interface DatagramPeer extends DatagramEnd, AsyncDisposable, AsyncIterable<Uint8Array> {
  /** The peer's address. Readable after close. */
  readonly remote: Address;

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
  /** Sends without waiting; a failure is told to `onError`, or else to the next read. False: too much waits. Throws when closed. */
  trySend(data: Bytes): boolean;
  /** Calls `each` with every datagram until the socket is closed, as `DatagramSocket.consume`; news of the peer reject it. */
  consume(each: (data: Uint8Array) => Step, op?: Op): Promise<void>;
}
