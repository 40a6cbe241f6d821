import type { Address, InetAddress } from '@stack/address';
import type { Capability, DatagramCap, StreamCap } from './caps.ts';
import type { Clock } from './clock.ts';
import type { TransportError } from './errors.ts';
import type { Op } from './op.ts';
import type { TlsInfo, UpgradeTlsOptions } from './tls.ts';

/**
 * The driver SPI: what a backend implements so that everything above it is written once.
 *
 * Rules, for every driver:
 *
 * - Nothing is delivered before `events` is set, `onClose` included: it is held.
 * - No event is delivered from inside a driver's method.
 * - Chunks given to `onData` are the receiver's for good. Bytes given to `write` are the driver's until `queued` is 0.
 * - After `pause()`, chunks already read in this turn may still come.
 * - Errors arrive once, in `onClose`, which comes exactly once, last.
 * - No promise, emitter or closure a message.
 */
export interface StreamDriver {
  /** Set before `accept` returns, or right after `connect` settles. */
  events: StreamEvents;
  /** This side's address; may be found out when it is asked for. Readable after `onClose`. */
  readonly local: Address;
  /** The peer's address, likewise. */
  readonly remote: Address;
  /** What it can do; what it lacks is never asked of it, but for `pause` and `resume`, which are then of no effect. */
  readonly caps: ReadonlySet<StreamCap>;
  /** Bytes taken by `write` that the kernel is not known to have taken; after `onClose`, those that it never will. */
  readonly queued: number;
  /** Takes bytes and tells `queued`. Never throws. May be held to the end of the turn. */
  write(data: Uint8Array): number;
  /** Takes the first `count` parts as one. */
  writev(parts: readonly Uint8Array[], count: number): number;
  /** Asks for one `onDrain` when `queued` is less than `below`. A later call replaces an earlier one. */
  wantDrain(below: number): void;
  /** Drivers are born paused. */
  resume(): void;
  /** Stops reading, soon: see the rules. */
  pause(): void;
  /** Ends the sending direction, after what was taken. Where there is no `halfClose`, ends both. */
  finish(): void;
  /** Releases the connection, after what was taken. `onClose` follows. */
  close(): void;
  /** Drops the connection at once; the peer sees a reset where `caps` has it. `onClose(null)` follows. */
  reset(): void;
  /**
   * Starts TLS in place; where `caps` has `secure`. This driver is done for: it says nothing any more, and the one that is
   * returned takes over. Called once, when `queued` is 0. Throws what is wrong with the options, and is then as it was.
   */
  secure?(options: DriverTlsOptions): SecureDriver;
}

/** A stream driver that speaks TLS. */
export interface SecureDriver extends StreamDriver {
  /**
   * What was negotiated; asking starts the handshake, as does the first `resume`, `write` or `finish`. Rejects with what `onClose`
   * tells, or `ERR_CLOSED`; handled already, for whoever does not ask.
   */
  readonly secured: Promise<TlsInfo>;
}

/** How to start TLS. */
export interface DriverTlsOptions {
  /** The side and what it was told. */
  readonly tls: UpgradeTlsOptions;
  /** Gives what was read already and belongs to the handshake; called once the options are found good. */
  readonly head: () => Uint8Array;
  /** Of a client: the name or address that the server's certificate must be valid for. */
  readonly server: string;
}

/** What a stream driver tells the connection above it. */
export interface StreamEvents {
  /** Bytes came, at least one; never while paused, but for those of this turn and the last ones before `onClose`. */
  onData(chunk: Uint8Array): void;
  /** The peer finished sending. Nothing follows but `onDrain` and `onClose`. */
  onEnd(): void;
  /** `queued` is less than `wantDrain` asked for; once for each asking. */
  onDrain(): void;
  /** The connection is gone. `null`: in order, or as asked. */
  onClose(error: TransportError | null): void;
}

/** A listening socket of a backend. */
export interface ListenerDriver {
  /** Where it listens, with a real port. */
  readonly address: Address;
  /** Takes no new connections once a whole turn of the event loop brought none; settles when the address is free. */
  stop(): Promise<void>;
  /** Takes no new connections from now on; settles when the address is free. */
  close(): Promise<void>;
}

/** What a listening socket tells the listener above it. */
export interface ListenerEvents {
  /** A connection was completed. It is paused; `events` is set before this returns, or it is reset. */
  onConnection(driver: StreamDriver): void;
  /** One connection could not be taken (`EMFILE`, `ECONNABORTED`). The listening socket lives on. */
  onError(error: TransportError): void;
  /** The listening socket is dead, though nobody closed it. At most once, last. */
  onClose(error: TransportError): void;
}

/** One datagram of a batch. */
export interface OutgoingBytes {
  /** The payload, the driver's until the receipt. */
  readonly data: Uint8Array;
  /** Where it goes. */
  readonly to: Address;
}

/** Told, once a datagram, what became of it; before `onClose` of everything. One receipt may stand for many datagrams. */
export interface SendReceipt {
  /** `null`: the kernel took it. An error names where it was for (`remote`). Never from inside `send`. */
  onSent(error: TransportError | null): void;
}

/** A multicast group, to join or to leave. */
export interface Membership {
  /** Port and zone mean nothing: the interface is named apart. */
  readonly group: InetAddress;
  /** Hears this sender only; of the group's family. */
  readonly source: InetAddress | undefined;
  /** By its name or one of its addresses; absent: the system's choice. */
  readonly interface: string | undefined;
}

/**
 * A datagram socket of a backend. The rules of `StreamDriver` hold for it too.
 *
 * The optional methods are asked for only where `caps` has what they stand for. They are synchronous and throw a
 * `TransportError`; their arguments were checked.
 */
export interface DatagramDriver {
  /** What it can do besides sending and receiving; absent: nothing. */
  readonly caps?: ReadonlySet<DatagramCap>;
  /** This side's address, with a real port. Readable after `onClose`. */
  readonly local: Address;
  /** Where a connected socket sends to. */
  readonly remote: Address | undefined;
  /** Bytes taken by `send` that the kernel is not known to have taken; asked for only while something was not heard of. */
  readonly queued: number;
  /** Sends one datagram (`to` is absent on a connected socket). Never throws; failures go to the receipt. */
  send(data: Uint8Array, to: Address | undefined, receipt: SendReceipt | undefined): void;
  /** Sends the first `count` datagrams of a batch; the receipt is told once for each, in order. */
  sendMany(batch: readonly OutgoingBytes[], count: number, receipt: SendReceipt): void;
  /** Drivers are born paused. */
  resume(): void;
  /**
   * The queue above is full. A driver with `pause` in its `caps` gives nothing more, not even of this turn, until `resume`:
   * it holds its senders back. Any other goes on: what does not fit is dropped and counted above.
   */
  pause(): void;
  close(): void;
  /** Cap `ttl`: hops of what goes to one receiver, 1 to 255. */
  setTtl?(hops: number): void;
  /** Cap `ttl`: hops of what goes to a group, 0 to 255. */
  setMulticastTtl?(hops: number): void;
  /** Cap `multicast`. */
  setMulticastLoop?(on: boolean): void;
  /** Cap `multicast`: by its name or one of its addresses. */
  setMulticastInterface?(name: string): void;
  /** Cap `broadcast`. */
  setBroadcast?(on: boolean): void;
  /** Cap `multicast`, and `sourceMulticast` for one with a source. */
  join?(membership: Membership): void;
  /** Undoes a `join`. */
  leave?(membership: Membership): void;
  /** Cap `kernelDrops`: what the kernel dropped since the socket was opened; `undefined`: it cannot be told now. */
  kernelDropped?(): number | undefined;
}

/** What a datagram driver tells the socket above it. */
export interface DatagramEvents {
  /** One datagram came. `truncated`: its rest is lost. */
  onDatagram(data: Uint8Array, from: Address, truncated: boolean): void;
  /**
   * Something went wrong that concerns no call: the network said something of a connected peer, the kernel of the socket, or
   * a send without receipt failed (`op` is `send`). The socket stays open.
   */
  onError(error: TransportError): void;
  /** The socket is gone. Exactly once, last. */
  onClose(error: TransportError | null): void;
}

/** Probes of a silent connection, every default filled in: whole seconds, in milliseconds. */
export interface DriverKeepAlive {
  /** Silence before the first one. */
  readonly idleMs: number;
  /** Between two. */
  readonly intervalMs: number;
  /** Unanswered ones that end it. */
  readonly count: number;
}

/** Options of `Backend.listen`, in range, every default filled in. What cannot be kept is `ERR_UNSUPPORTED`, never ignored. */
export interface DriverListenOptions {
  /** Connections that the kernel completes ahead of us. */
  readonly backlog: number;
  /** TCP_NODELAY for each connection. */
  readonly noDelay: boolean;
  /** Probes of each connection, where a peer can go unnoticed. */
  readonly keepAlive: DriverKeepAlive | undefined;
  /** Unix paths: the permissions of the socket file, from its first moment. */
  readonly mode: number;
  /** Unix paths: a socket file that is ours and that nobody listens on is replaced. */
  readonly takeOverStale: boolean;
  /** Ports: shared with other listeners that say so too. */
  readonly reusePort: boolean;
  /** IPv6: no IPv4 on the same socket. Of no meaning to other families. */
  readonly ipv6Only: boolean;
  /** Where `caps` has `inherited`: the descriptor, or the name, of the socket to listen on. */
  readonly inherited: number | string | undefined;
}

/** Options of `Backend.connect`, in range, every default filled in. What cannot be kept is `ERR_UNSUPPORTED`, never ignored. */
export interface DriverConnectOptions {
  /** TCP_NODELAY. */
  readonly noDelay: boolean;
  /** Probes, where a peer can go unnoticed. */
  readonly keepAlive: DriverKeepAlive | undefined;
  /** Where to connect from, of the family of the address; port 0 is any. */
  readonly localAddress: InetAddress | undefined;
  /** Calls the attempt off: `connect` then rejects with its reason, and leaves nothing open. */
  readonly signal: AbortSignal | undefined;
}

/** Options of `Backend.bind` and `Backend.connectDatagram`, every default filled in. */
export interface DriverBindOptions {
  /** Bytes of the kernel's buffers; absent: the system's choice. Cap `bufferSizes`. */
  readonly recvBufferBytes: number | undefined;
  readonly sendBufferBytes: number | undefined;
  /** Caps of the same names. Where a driver lacks one and it is asked for, the socket is closed and refused above. */
  readonly reusePort: boolean;
  readonly reuseAddress: boolean;
  readonly ipv6Only: boolean;
  readonly broadcast: boolean;
  /** `connectDatagram`: where to send from, of the family of the peer; absent: the system's choice. */
  readonly localAddress: Address | undefined;
  /** `bind`, where the backend's `caps` has `inherited`: the descriptor, or the name, of the socket to take. */
  readonly inherited: number | string | undefined;
}

/**
 * A family of drivers. It dials one address, listens on one address; names, racing and deadlines are above.
 *
 * A driver that arrives after `signal` aborted is closed by the backend.
 */
export interface Backend {
  /** For messages: `node`, `memory`. */
  readonly name: string;
  /** What it can do. */
  readonly caps: ReadonlySet<Capability>;
  /** The endpoint schemes it claims (`tcp`, `unix`). */
  readonly schemes: readonly string[];
  /** Schemes that one may look for here, and why they are not claimed: for the error, when nobody else claims them. */
  readonly lacks?: Readonly<Record<string, string>>;
  /** What everything on it takes its time from. */
  readonly clock: Clock;
  /** Looks a name up; absent: no names here. The deadline and the signal are kept above, whatever is made of `op`. */
  resolve?(host: string, op: Op): Promise<readonly string[]>;
  /** Where `caps` has `tls`: throws what is wrong with options that this side speaks TLS by, before anybody connects. */
  checkTls?(options: UpgradeTlsOptions): void;
  /** Dials one address. */
  connect(to: Address, options: DriverConnectOptions): Promise<StreamDriver>;
  /** Listens on one address; settles when it can be dialled. No event comes before it has settled. */
  listen(at: Address, options: DriverListenOptions, events: ListenerEvents): Promise<ListenerDriver>;
  /** Opens a datagram socket, paused. */
  bind(at: Address, events: DatagramEvents, options: DriverBindOptions): Promise<DatagramDriver>;
  /** Opens a datagram socket with one peer, paused. */
  connectDatagram(to: Address, events: DatagramEvents, options: DriverBindOptions): Promise<DatagramDriver>;
}
