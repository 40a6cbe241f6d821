import type { Socket } from 'node:net';
import { type Address, formatAddress } from '@stack/address';
import type { StreamCap } from '../contract/caps.ts';
import type { StreamDriver, StreamEvents } from '../contract/driver.ts';
import type { TransportError } from '../contract/errors.ts';
import { fromNodeError } from './errors.ts';
import { localOf, remoteOf } from './socket-address.ts';

const tcpCaps: ReadonlySet<StreamCap> = new Set<StreamCap>(['pause', 'halfClose', 'reset', 'peerName']);
/** Node offers no reset of a Unix socket: there an abort is an end, or a reset with bytes unread. */
const unixCaps: ReadonlySet<StreamCap> = new Set<StreamCap>(['pause', 'halfClose']);

/** Up to here, joining parts into one buffer costs less than a vectored write. */
const joinBytes = 16_384;

/** The two ends of a Unix socket. */
interface UnixEnds {
  readonly local: Address;
  readonly remote: Address;
}

const driverOf: unique symbol = Symbol('driver');

/** A socket that knows its driver: so that listeners are shared functions, not one closure a connection. */
interface DrivenSocket extends Socket {
  [driverOf]?: NodeStreamDriver;
}

function onData(this: DrivenSocket, chunk: Uint8Array): void {
  this[driverOf]?.events.onData(chunk);
}

function onEnd(this: DrivenSocket): void {
  this[driverOf]?.events.onEnd();
}

function onError(this: DrivenSocket, error: Error): void {
  this[driverOf]?.fail(error);
}

function onClose(this: DrivenSocket): void {
  this[driverOf]?.onGone();
}

function onDrain(this: DrivenSocket): void {
  this[driverOf]?.onDrained();
}

/** Drops what is told to a driver that has no `events` yet; its end is kept apart. */
const nobody: StreamEvents = {
  onData: () => undefined,
  onEnd: () => undefined,
  onDrain: () => undefined,
  onClose: () => undefined,
};

/**
 * A TCP or Unix stream socket of `node:net`.
 *
 * The socket has `allowHalfOpen` and a `highWaterMark` of 1: with Node's defaults, bytes that came before a reset are lost
 * in its buffer, and a half-close of the peer ends both directions.
 */
export class NodeStreamDriver implements StreamDriver {
  readonly #socket: DrivenSocket;
  readonly #isUnix: boolean;
  #events: StreamEvents = nobody;
  #local: Address | undefined;
  #remote: Address | undefined;
  #failure: TransportError | null = null;
  #isGone = false;

  /**
   * @param socket - paused, and without listeners of others
   * @param unix - of a Unix socket: its addresses, which Node does not tell
   */
  constructor(socket: Socket, unix: UnixEnds | undefined) {
    this.#socket = socket;
    this.#isUnix = unix !== undefined;
    this.#local = unix?.local;
    this.#remote = unix?.remote;
    this.#socket[driverOf] = this;
    socket.on('data', onData);
    socket.on('end', onEnd);
    socket.on('error', onError);
    socket.on('close', onClose);
  }

  get events(): StreamEvents {
    return this.#events;
  }

  set events(events: StreamEvents) {
    this.#events = events;
    if (this.#isGone) queueMicrotask(() => events.onClose(this.#failure));
  }

  get caps(): ReadonlySet<StreamCap> {
    return this.#isUnix ? unixCaps : tcpCaps;
  }

  get local(): Address {
    return (this.#local ??= localOf(this.#socket));
  }

  get remote(): Address {
    return (this.#remote ??= remoteOf(this.#socket));
  }

  get queued(): number {
    return this.#socket.writableLength;
  }

  write(data: Uint8Array): number {
    if (data.length > 0) this.#socket.write(data);
    return this.#socket.writableLength;
  }

  writev(parts: readonly Uint8Array[], count: number): number {
    let bytes = 0;
    for (let i = 0; i < count; i += 1) bytes += parts[i]?.length ?? 0;
    if (bytes <= joinBytes) return this.write(Buffer.concat(parts.slice(0, count), bytes));
    this.#socket.cork();
    for (const part of parts.slice(0, count)) this.write(part);
    this.#socket.uncork();
    return this.#socket.writableLength;
  }

  /** With a `highWaterMark` of 1 Node tells of an empty queue only; it is below every mark. */
  wantDrain(): void {
    if (this.#socket.listenerCount('drain') === 0) this.#socket.once('drain', onDrain);
  }

  resume(): void {
    this.#socket.resume();
  }

  pause(): void {
    this.#socket.pause();
  }

  finish(): void {
    this.#keepAddresses();
    this.#socket.end();
  }

  close(): void {
    this.#keepAddresses();
    this.#socket.destroySoon();
  }

  reset(): void {
    this.#keepAddresses();
    if (this.#isUnix || this.#socket.destroyed) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  fail(error: NodeJS.ErrnoException): void {
    const op = error.syscall === 'write' ? 'send' : 'recv';
    this.#failure ??= fromNodeError(error, {
      op,
      at: formatAddress(this.remote),
      local: this.local,
      remote: this.remote,
    });
  }

  onDrained(): void {
    this.#events.onDrain();
  }

  onGone(): void {
    // A chunk may rest in Node's buffer if the failure came while we were paused: it came before, so it goes first.
    for (let chunk: unknown = this.#socket.read(); chunk !== null; chunk = this.#socket.read()) {
      this.#events.onData(chunk as Uint8Array);
    }
    this.#isGone = true;
    this.#events.onClose(this.#failure);
  }

  /** Node forgets the addresses with the descriptor; ours stay readable. */
  #keepAddresses(): void {
    void this.local;
    void this.remote;
  }
}
