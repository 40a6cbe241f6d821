import { type Address, addressKey, formatAddress } from '@stack/address';
import type { Clock } from '../contract/clock.ts';
import type { Datagram, DatagramSocket } from '../contract/datagram.ts';
import { isTransportError } from '../contract/errors.ts';
import type { Op } from '../contract/op.ts';
import type { PeerConnection, PeerListener, PeersOptions } from '../contract/peers.ts';
import { AcceptQueue } from './accept-queue.ts';
import { type QueueLimits, queueLimits } from './datagram-queue.ts';
import { countOption } from './limits.ts';
import { MessageConnection, type PeerHost } from './peer-connection.ts';

/** Of each peer: there may be very many of them. */
const peerQueue = { packets: 64, bytes: 131_072 };

class SocketPeers implements PeerListener, PeerHost {
  readonly socket: DatagramSocket;
  readonly limits: QueueLimits;
  readonly #peers = new Map<string, MessageConnection>();
  readonly #queue: AcceptQueue<MessageConnection>;
  #isStopped = false;
  #isClosed = false;
  /** A peer does not say that it has gone. */
  readonly abandoned = 0;
  refused = 0;
  dropped = 0;

  constructor(socket: DatagramSocket, { maxUnclaimed, queue }: PeersOptions) {
    this.socket = socket;
    this.limits = queueLimits({ ...peerQueue, ...queue });
    const bound = countOption('maxUnclaimed', maxUnclaimed, 64);
    this.#queue = new AcceptQueue(formatAddress(socket.local), socket.clock, bound);
    void this.#run();
  }

  get addresses(): readonly Address[] {
    return [this.socket.local];
  }

  get clock(): Clock {
    return this.socket.clock;
  }

  get size(): number {
    return this.#peers.size;
  }

  accept(op?: Op): Promise<PeerConnection | null> {
    return this.#queue.accept(op);
  }

  stop(): void {
    this.#isStopped = true;
    this.#queue.finish();
  }

  async close(): Promise<void> {
    this.stop();
    this.#isClosed = true;
    for (const peer of this.#queue.takeUnclaimed()) peer.abort();
    if (this.#peers.size === 0) await this.socket.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<PeerConnection> {
    try {
      for (let peer = await this.accept(); peer !== null; peer = await this.accept()) yield peer;
    } finally {
      await this.close();
    }
  }

  onDropped(count: number): void {
    this.dropped += count;
  }

  onClosed(peer: MessageConnection): void {
    this.#peers.delete(addressKey(peer.remote));
    if (this.#isClosed && this.#peers.size === 0) void this.socket.close();
  }

  /** Reads the socket until it is gone. What is not fatal is told to who accepts, and reading goes on. */
  async #run(): Promise<void> {
    const each = (datagram: Datagram): void => this.#each(datagram);
    let isGone = false;
    while (!isGone) {
      try {
        await this.socket.consume(each);
        isGone = true;
      } catch (error) {
        isGone = isTransportError(error, 'ERR_CLOSED') || isTransportError(error, 'ERR_BUSY');
        // A broken socket has told why before it says that it is closed.
        if (!isTransportError(error, 'ERR_CLOSED')) this.#queue.fail(error);
      }
    }
    this.stop();
    for (const peer of this.#peers.values()) peer.onSocketGone();
  }

  #each({ data, from, truncated }: Datagram): void {
    const known = this.#peers.get(addressKey(from));
    if (known !== undefined) known.onDatagram(data, truncated);
    else this.#greet(from)?.onDatagram(data, truncated);
  }

  /** Makes a peer of who is new, if there is room. */
  #greet(from: Address): MessageConnection | undefined {
    const isNameless = from.family === 'AF_UNIX' && from.kind === 'unnamed';
    if (this.#isStopped || isNameless) {
      this.dropped += 1;
      return undefined;
    }
    if (!this.#queue.hasRoom) {
      this.refused += 1;
      return undefined;
    }
    const peer = new MessageConnection(from, this);
    this.#peers.set(addressKey(from), peer);
    this.#queue.add(peer);
    return peer;
  }
}

/**
 * Sees a datagram socket as a listener: every address that something comes from is a connection of its own, with
 * `unit: 'message'`. Mechanism only: nobody expires, and how many peers there may be is for the one who accepts to decide.
 *
 * The listener reads the socket from now on, and closes it when it is closed itself and the last connection is. When the
 * socket is closed instead, connections break after what came. The source of a datagram is easily forged: a connection
 * stands for an address, not for somebody.
 *
 * @throws {RangeError} when a bound is less than 1
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { peers } from '@stack/transport';
 * import { memoryNetwork } from '@stack/transport/memory';
 *
 * const net = memoryNetwork();
 * const listener = peers(await net.bind('udp://127.0.0.1:7777'));
 * const client = await net.connectDatagram('udp://127.0.0.1:7777');
 * await client.send('hello');
 *
 * const peer = await listener.accept();
 * assert(peer !== null);
 * assert.equal(peer.unit, 'message');
 * assert.equal(new TextDecoder().decode((await peer.recv()) ?? undefined), 'hello');
 * await peer.send(['one ', 'datagram']);
 * assert.equal(new TextDecoder().decode(await client.recv()), 'one datagram');
 *
 * await Promise.all([peer.close(), listener.close(), client.close()]);
 * ```
 */
export const peers = (socket: DatagramSocket, options: PeersOptions = {}): PeerListener =>
  new SocketPeers(socket, options);
