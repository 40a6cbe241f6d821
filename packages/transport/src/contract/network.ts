import type { Address, Endpoint, HostAddress } from '@stack/address';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import type { BindOptions, ConnectDatagramOptions } from './datagram-options.ts';
import type { DatagramPeer, DatagramSocket } from './datagram.ts';
import type { Listener } from './listener.ts';
import type { Op } from './op.ts';
import type { TlsClientOptions, TlsServerOptions } from './tls.ts';

/** An endpoint, parsed or as text (`tcp://127.0.0.1:9090`). */
export type EndpointLike = Endpoint | string;

/**
 * Probes on a TCP connection that is silent, so that a peer that went without a word is found out (RFC 9293 section 3.8.4).
 * Systems count them in whole seconds.
 */
export interface KeepAliveOptions {
  /** Milliseconds of silence before the first probe; whole seconds, 1,000 to 32,767,000. Default 60,000. */
  readonly idleMs?: number | undefined;
  /** Milliseconds between probes; whole seconds, 1,000 to 32,767,000. Default 1,000. */
  readonly intervalMs?: number | undefined;
  /** Probes in a row that nobody answers before the connection fails with `ETIMEDOUT`; 1 to 127. Default 10. */
  readonly count?: number | undefined;
}

/**
 * What listening and connecting have in common.
 *
 * An option whose purpose an endpoint fulfils by itself is nothing to do there (`noDelay` and `keepAlive` of a Unix socket,
 * whose peer cannot go unnoticed); one that it cannot keep is `ERR_UNSUPPORTED`. Both before anything is opened.
 */
export interface StreamOptions {
  /** Sends small writes at once (TCP_NODELAY). Default true. */
  readonly noDelay?: boolean | undefined;
  /** Probes of silent connections; absent: none. `{}` is all defaults. `ERR_UNSUPPORTED` where they cannot be told. */
  readonly keepAlive?: KeepAliveOptions | undefined;
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
  /** Connections the kernel completes ahead of us, 1 to 65,535; it may cap it (net.core.somaxconn). Default 511. */
  readonly backlog?: number | undefined;
  /** Connections that may wait to be accepted, paused; past it each is reset at once and counted. Default 64. */
  readonly maxUnclaimed?: number | undefined;
  /**
   * Unix paths: who may connect, as permissions of the socket file (0 to 0o777; connecting takes the right to write), in
   * force before the file is there; the umask changes nothing. Elsewhere `ERR_UNSUPPORTED`: an abstract name has no
   * permissions. Default 0o600.
   */
  readonly mode?: number | undefined;
  /**
   * Unix paths: replaces a socket file that is ours and that nobody listens on any more. Of several who do so at once, one
   * gets it. Default false.
   */
  readonly takeOverStale?: boolean | undefined;
  /**
   * TCP: several listeners, of this user, share one address (SO_REUSEPORT), and the kernel deals out the connections; each
   * must ask for it. `ERR_UNSUPPORTED` where the system does not deal. Default false.
   */
  readonly reusePort?: boolean | undefined;
  /**
   * IPv6: `::` takes no IPv4. Without it, `::` is every address of the machine, of both families, and IPv4 peers have mapped
   * addresses (`::ffff:192.0.2.1`). Default false.
   */
  readonly ipv6Only?: boolean | undefined;
  /**
   * Listens on a socket that whoever started this process opened: its descriptor, or its name among
   * `inheritedSockets()` of `@stack/transport/inherited`. It must be a socket of the endpoint's kind at the endpoint's
   * address, where port 0 stands for any; a Unix path is taken at its word. What was decided when it was opened is
   * `ERR_UNSUPPORTED` here: `mode`, `reusePort`, `ipv6Only`; `backlog` is set anew. Closing releases our
   * descriptor and nothing else: no file is removed, and whoever else has the socket goes on. Default none.
   */
  readonly inherited?: number | string | undefined;
  /** Speaks TLS; `tls://` cannot do without. Connections are handed out before their handshake: see `Connection.secured`. */
  readonly tls?: TlsServerOptions | undefined;
}

/** How to connect. `timeoutMs` covers DNS, `permit` and every attempt. */
export interface ConnectOptions extends StreamOptions, Op {
  /**
   * Milliseconds after which the next address is tried beside the ones under way (RFC 8305 section 5: 250 recommended,
   * 10 at least). Default 250.
   */
  readonly attemptDelayMs?: number | undefined;
  /**
   * TCP: the address to connect from, as a value or as text, `192.0.2.1` or `[2001:db8::1]:5000`; port 0 or none is any.
   * Addresses of the other family are not tried, and say so in `attempts`. Default none; the system chooses.
   */
  readonly localAddress?: Address | string | undefined;
  /** Speaks TLS, as `tls://` always does; the connection is there when the handshake is done. */
  readonly tls?: TlsClientOptions | undefined;
  /**
   * Asked for every address before any is dialled, also for one that was given and not looked up, so that a name cannot
   * lead where it must not. Only `true` permits; a refused address counts as a failed attempt (`ERR_DENIED`), and what
   * `permit` throws is what `connect` rejects with. An IPv4-mapped address is asked for as the IPv4 address it reaches;
   * `0.0.0.0` and `::` reach this machine. Default: every address.
   */
  readonly permit?: ((address: Address) => boolean | Promise<boolean>) | undefined;
}

/** A way to reach others: the system's, one in memory, or several in one. Code under test takes `network: Network = system`. */
export interface Network {
  /** Its time, of several backends that of the first. Connections and sockets have the clock of their own backend. */
  readonly clock: Clock;

  /**
   * Connects, racing the addresses of a name by RFC 8305: one deadline over DNS and all attempts, the first wins, the
   * others are closed. A connection to itself, which a dial to a closed port of this machine can give, is `ECONNREFUSED`.
   *
   * @throws {TransportError} with every attempt in `attempts`; `ERR_DENIED` when `permit` refused all; `ENOTFOUND`,
   *   `EAI_AGAIN` of a name; `ERR_TIMEOUT`; `ERR_UNSUPPORTED` for a scheme nobody claims, for an option that cannot be
   *   kept, and for `udp:`, which is `connectDatagram`
   * @throws {RangeError | TypeError} for an option out of its range
   */
  connect(endpoint: EndpointLike, options?: ConnectOptions): Promise<Connection>;
  /**
   * Listens; settles when the endpoint can be dialled. A name listens on each of its addresses, on one port, or on none; a
   * family that the machine lacks is left out. A relative Unix path is made absolute.
   *
   * @throws {TransportError} `EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`, `ENOENT`; `ERR_UNSUPPORTED` for a scheme nobody claims,
   *   for an option that cannot be kept, and for `udp:`, which is `bind`; `ERR_TIMEOUT`. What opens after it was called off
   *   is closed. Of `inherited`: `EBADF`, `ENOTSOCK`, `EPROTOTYPE`, `EINVAL`, `EADDRNOTAVAIL`, `ERR_BUSY`, saying what it is
   * @throws {RangeError | TypeError} for an option out of its range
   */
  listen(endpoint: EndpointLike, options?: ListenOptions): Promise<Listener>;
  /**
   * Opens a datagram socket, of a name at its first address.
   *
   * @throws {TransportError} `EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`; `ERR_UNSUPPORTED` for a stream's scheme, and for an option
   *   that the transport cannot keep; `ERR_TIMEOUT`
   */
  bind(endpoint: EndpointLike, options?: BindOptions): Promise<DatagramSocket>;
  /**
   * Opens a datagram socket with one peer. Over a network nobody is asked whether the peer is there: that surfaces when
   * something is sent. A Unix socket must be there.
   *
   * @throws {TransportError} as `bind`, and `ENETUNREACH`; `ENOENT`, `ECONNREFUSED` where no Unix socket is
   */
  connectDatagram(endpoint: EndpointLike, options?: ConnectDatagramOptions): Promise<DatagramPeer>;
  /**
   * Turns a name into addresses, each once, in the order of the system; they carry its port. An address resolves to itself.
   *
   * @throws {TransportError} `ENOTFOUND`, `EAI_AGAIN`, `ERR_TIMEOUT`; `ERR_UNSUPPORTED` where no names are looked up
   */
  resolve(at: HostAddress | Endpoint, op?: Op): Promise<readonly Address[]>;
}
