import type { Address, Endpoint, HostAddress } from '@stack/address';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import type { DatagramPeer, DatagramSocket } from './datagram.ts';
import type { Listener } from './listener.ts';
import type { Op } from './op.ts';

/** An endpoint, parsed or as text (`tcp://127.0.0.1:9090`). */
export type EndpointLike = Endpoint | string;

/** What listening and connecting have in common. */
export interface StreamOptions {
  /** Sends small writes at once (TCP_NODELAY). Default true. */
  readonly noDelay?: boolean | undefined;
  /** Bytes that may stand behind the oldest unsettled send before the connection is aborted. Default 1 MiB. */
  readonly maxQueuedBytes?: number | undefined;
  /** Queued bytes at which `trySend` says no. Default 64 KiB; at most `maxQueuedBytes`. */
  readonly highWaterBytes?: number | undefined;
  /**
   * Bytes read from the kernel before anyone asked for them; past it the peer is pushed back. Reading ahead is what keeps
   * bytes that came before a reset. Default 64 KiB.
   */
  readonly maxReadAheadBytes?: number | undefined;
}

/** How to listen. */
export interface ListenOptions extends StreamOptions, Op {
  /** Connections the kernel completes ahead of us; it may cap it (net.core.somaxconn). Default 511. */
  readonly backlog?: number | undefined;
  /** Connections that may wait to be accepted, paused; past it each is reset at once and counted. Default 64. */
  readonly maxUnclaimed?: number | undefined;
  /** Unix paths: replaces a socket file that is ours and that nobody listens on any more. Default false. */
  readonly takeOverStale?: boolean | undefined;
}

/** How to connect. `timeoutMs` covers DNS and every attempt. */
export interface ConnectOptions extends StreamOptions, Op {
  /**
   * Milliseconds after which the next address is tried beside the ones under way (RFC 8305 section 5: 250 recommended,
   * 10 at least). Default 250.
   */
  readonly attemptDelayMs?: number | undefined;
}

/** How to open a datagram socket. */
export interface BindOptions extends Op {
  /** The bound of the receive queue. */
  readonly queue?: DatagramQueueOptions | undefined;
  /** Bytes that may wait to be sent. Default 1 MiB. */
  readonly maxQueuedBytes?: number | undefined;
}

/** The bound of a receive queue, and what happens to a datagram that finds it full. */
export interface DatagramQueueOptions {
  /** Default 1,024. */
  readonly packets?: number | undefined;
  /** Default 1 MiB. */
  readonly bytes?: number | undefined;
  /** Which one is dropped, and counted. Default `'newest'`. */
  readonly policy?: 'newest' | 'oldest' | undefined;
}

/** A way to reach others: the system's, one in memory, or several in one. Code under test takes `network: Network = system`. */
export interface Network {
  /** Its time, of several backends that of the first. Connections and sockets have the clock of their own backend. */
  readonly clock: Clock;

  /**
   * Connects, racing the addresses of a name by RFC 8305: one deadline over DNS and all attempts, the first wins, the
   * others are closed.
   *
   * @throws {TransportError} with every attempt in `attempts`; `ERR_UNSUPPORTED` for a scheme nobody claims, and for
   *   `udp:`, which is `connectDatagram`
   */
  connect(endpoint: EndpointLike, options?: ConnectOptions): Promise<Connection>;
  /**
   * Listens; settles when the endpoint can be dialled. A name listens on each of its addresses, on one port, or on none; a
   * family that the machine lacks is left out. A relative Unix path is made absolute.
   *
   * @throws {TransportError} `EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`, `ENOENT`; `ERR_UNSUPPORTED` for a scheme nobody claims,
   *   and for `udp:`, which is `bind`; `ERR_TIMEOUT`. What opens after it was called off is closed.
   */
  listen(endpoint: EndpointLike, options?: ListenOptions): Promise<Listener>;
  /**
   * Opens a datagram socket, of a name at its first address.
   *
   * @throws {TransportError} `EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`; `ERR_UNSUPPORTED` for a stream's scheme; `ERR_TIMEOUT`
   */
  bind(endpoint: EndpointLike, options?: BindOptions): Promise<DatagramSocket>;
  /**
   * Opens a datagram socket with one peer. Nobody is asked whether the peer is there: that surfaces when something is sent.
   *
   * @throws {TransportError} as `bind`, and `ENETUNREACH`
   */
  connectDatagram(endpoint: EndpointLike, options?: BindOptions): Promise<DatagramPeer>;
  /**
   * Turns a name into addresses, each once, in the order of the system; they carry its port. An address resolves to itself.
   *
   * @throws {TransportError} `ENOTFOUND`, `EAI_AGAIN`, `ERR_TIMEOUT`; `ERR_UNSUPPORTED` where no names are looked up
   */
  resolve(at: HostAddress | Endpoint, op?: Op): Promise<readonly Address[]>;
}
