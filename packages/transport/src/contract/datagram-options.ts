import type { Address } from '@stack/address';
import type { TransportError } from './errors.ts';
import type { Op } from './op.ts';

/** How to open a datagram socket. What a transport cannot keep is `ERR_UNSUPPORTED`, never left out in silence. */
export interface BindOptions extends Op {
  /** The bound of the receive queue. */
  readonly queue?: DatagramQueueOptions | undefined;
  /** Bytes that may wait to be sent. Default 1 MiB. */
  readonly maxQueuedBytes?: number | undefined;
  /** Datagrams that may be on their way to the kernel, sent and not heard of, awaited or not. Default 16,384. */
  readonly maxQueuedPackets?: number | undefined;
  /** The kernel's receive buffer (SO_RCVBUF); it may give less (net.core.rmem_max). Default: the system's. */
  readonly recvBufferBytes?: number | undefined;
  /** The kernel's send buffer (SO_SNDBUF); it may give less (net.core.wmem_max). Default: the system's. */
  readonly sendBufferBytes?: number | undefined;
  /** Lets several sockets have one port and shares out what comes among them (SO_REUSEPORT). Default `false`. */
  readonly reusePort?: boolean | undefined;
  /**
   * Lets several sockets have one port, so that all of them hear the groups they joined (SO_REUSEADDR). What comes for one
   * goes to any one of them. Default `false`.
   */
  readonly reuseAddress?: boolean | undefined;
  /** An IPv6 socket hears and reaches no IPv4 (IPV6_V6ONLY). Default `false`. */
  readonly ipv6Only?: boolean | undefined;
  /** Allows sending to broadcast addresses (SO_BROADCAST), as `setBroadcast` does. Default `false`. */
  readonly broadcast?: boolean | undefined;
  /**
   * `bind`: a datagram socket that whoever started this process opened, as `ListenOptions.inherited`; its descriptor is 1 at
   * least. `connectDatagram`: `ERR_UNSUPPORTED`. Default none.
   */
  readonly inherited?: number | string | undefined;
  /**
   * Told of errors that concern no call, which are never fatal: what the kernel said of the socket, and why a `trySendTo`
   * that was taken failed (`remote` says whom it was for). What it throws, or rejects with, is lost. Without it, an error of
   * the socket fails the next read, and a failed `trySendTo` is lost. On a connected socket news of the peer always fail a
   * read, and without it a failed `trySend` does too.
   */
  readonly onError?: ((error: TransportError) => unknown) | undefined;
}

/** How to open a datagram socket with one peer. */
export interface ConnectDatagramOptions extends BindOptions {
  /**
   * Where to send from, of the family of the peer: a value, or an IP address as text, `192.0.2.1` or `[2001:db8::1]:5000`;
   * port 0 or none is any. Default none; the system chooses.
   */
  readonly localAddress?: Address | string | undefined;
}

/** The bound of a receive queue, and what happens to a datagram that finds it full. */
export interface DatagramQueueOptions {
  /** Default 1,024. */
  readonly packets?: number | undefined;
  /** Default 1 MiB. */
  readonly bytes?: number | undefined;
  /** Which one is dropped, and counted. Default `'newest'`. Where `caps` has `pause`, none is. */
  readonly policy?: 'newest' | 'oldest' | undefined;
}

/** How to join a multicast group. */
export interface GroupOptions {
  /** Hears this sender only (RFC 4607: source-specific multicast): an IP address of the group's family. */
  readonly source?: string | undefined;
  /** Where to join: an interface by its name (`eth0`) or one of its addresses. Default: the system's choice. */
  readonly interface?: string | undefined;
}
