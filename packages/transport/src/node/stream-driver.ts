import type { Socket } from 'node:net';
import { type Address, formatAddress } from '@stack/address';
import type { StreamCap } from '../contract/caps.ts';
import type { DriverTlsOptions, StreamDriver, StreamEvents } from '../contract/driver.ts';
import type { TransportError } from '../contract/errors.ts';
import { fromNodeError } from './errors.ts';
import { remoteOf } from './socket-address.ts';
import { checkTls } from './tls/check.ts';
import { startClientTls } from './tls/client.ts';
import { NodeTlsDriver } from './tls/driver.ts';
import { startServerTls } from './tls/server.ts';
import { type Held, turn } from './turn.ts';

const tcpCaps: ReadonlySet<StreamCap> = new Set<StreamCap>(['pause', 'halfClose', 'reset', 'secure', 'peerName']);
/** Node offers no reset of a Unix socket: there an abort is an end, or a reset with bytes unread. */
const unixCaps: ReadonlySet<StreamCap> = new Set<StreamCap>(['pause', 'halfClose', 'secure']);

const defaultHandshakeTimeoutMs = 10_000;

/** Reads of more than this are of a transfer, where every write wakes the peer for good reason. */
const smallBytes = 4_096;

/** Up to here, joining parts into one buffer costs less than a vectored write. */
const joinBytes = 16_384;

/** What is known of the two ends of a socket: this one, and the peer's unless Node is to tell. */
interface KnownEnds {
  readonly local: Address;
  readonly remote: Address | undefined;
}

const driverOf: unique symbol = Symbol('driver');

/** A socket that knows its driver: so that listeners are shared functions, not one closure a connection. */
interface DrivenSocket extends Socket {
  [driverOf]?: NodeStreamDriver;
}

function onData(this: DrivenSocket, chunk: Uint8Array): void {
  this[driverOf]?.onRead(chunk);
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

function resetNow(this: DrivenSocket): void {
  this.resetAndDestroy();
}

/**
 * Whether the FIN is on its way to the kernel: within this turn. Resetting meanwhile fails with EINVAL, and Node then forgets
 * the descriptor without closing it.
 */
const isShuttingDown = (socket: Socket): boolean =>
  socket.writableEnded && !socket.writableFinished && socket.writableLength === 0;

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
export class NodeStreamDriver implements StreamDriver, Held {
  readonly #socket: DrivenSocket;
  readonly #isUnix: boolean;
  #events: StreamEvents = nobody;
  readonly local: Address;
  #remote: Address | undefined;
  #failure: TransportError | null = null;
  /** What was queued when last seen: with the socket destroyed Node forgets it. */
  #held = 0;
  #wantsDrain = false;
  /** Of a socket whose 'drain' cannot be relied on: told of every write. */
  readonly #onWritten: (() => void) | undefined;
  /** What is written rests in Node until `flush`. */
  #isHolding = false;
  #isDestroyed = false;
  #isGone = false;

  /**
   * @param socket - paused, and without listeners of others
   * @param ends - of a Unix socket both: Node tells neither
   */
  constructor(socket: Socket, { local, remote }: KnownEnds) {
    this.#socket = socket;
    this.#isUnix = local.family === 'AF_UNIX';
    this.local = local;
    this.#remote = remote;
    // Node remembers the peer once it was asked. Later may be too late: of a connection that was reset the kernel tells none.
    if (remote === undefined) void socket.remoteAddress;
    // The TLS sockets of a server have a mark of Node's own, below which they tell nothing.
    if (socket.writableHighWaterMark > 1) this.#onWritten = () => this.onDrained();
    this.#socket[driverOf] = this;
    socket.on('data', onData);
    socket.on('end', onEnd);
    socket.on('error', onError);
    socket.on('close', onClose);
  }

  get remote(): Address {
    return (this.#remote ??= remoteOf(this.#socket));
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

  get queued(): number {
    return this.#isDestroyed ? this.#held : this.#socket.writableLength;
  }

  write(data: Uint8Array): number {
    if (this.#isDestroyed) return this.#held;
    if (data.length === 0) return this.#taken(0);
    if (turn.holds && this.#held === 0 && data.length <= joinBytes) this.#hold();
    this.#socket.write(data, this.#onWritten);
    return this.#taken(data.length);
  }

  writev(parts: readonly Uint8Array[], count: number): number {
    let bytes = 0;
    for (let i = 0; i < count; i += 1) bytes += parts[i]?.length ?? 0;
    if (bytes <= joinBytes) return this.write(Buffer.concat(parts.slice(0, count), bytes));
    if (this.#isDestroyed) return this.#held;
    this.#socket.cork();
    for (const part of parts.slice(0, count)) if (part.length > 0) this.#socket.write(part, this.#onWritten);
    this.#socket.uncork();
    return this.#taken(bytes);
  }

  /** Node tells of an empty queue only; that is below every mark. */
  wantDrain(): void {
    this.#wantsDrain = true;
    if (this.queued === 0) queueMicrotask(() => this.onDrained());
  }

  resume(): void {
    this.#socket.resume();
  }

  pause(): void {
    this.#socket.pause();
  }

  finish(): void {
    // From here on Node has no 'drain' to tell, only the end of it all.
    if (this.#held > 0) this.#socket.once('finish', onDrain);
    this.#socket.end();
  }

  close(): void {
    this.#socket.destroySoon();
  }

  reset(): void {
    this.#held = this.queued;
    this.#isDestroyed = true;
    if (this.#isUnix || this.#socket.destroyed) this.#socket.destroy();
    else if (isShuttingDown(this.#socket)) this.#socket.once('finish', resetNow);
    else this.#socket.resetAndDestroy();
  }

  onRead(chunk: Uint8Array): void {
    if (chunk.length <= smallBytes) turn.onRead();
    this.#events.onData(chunk);
  }

  fail(error: NodeJS.ErrnoException): void {
    this.#isDestroyed = true;
    const op = error.syscall === 'write' ? 'send' : 'recv';
    this.#failure ??= fromNodeError(error, {
      op,
      at: formatAddress(this.remote),
      local: this.local,
      remote: this.remote,
    });
  }

  onDrained(): void {
    if (this.#isDestroyed || this.#socket.writableLength > 0) return;
    this.#held = 0;
    if (!this.#wantsDrain) return;
    this.#wantsDrain = false;
    this.#events.onDrain();
  }

  onGone(): void {
    // A chunk may rest in Node's buffer if the failure came while we were paused: it came before, so it goes first.
    for (let chunk: unknown = this.#socket.read(); chunk !== null; chunk = this.#socket.read()) {
      this.#events.onData(chunk as Uint8Array);
    }
    this.#isDestroyed = true;
    this.#isGone = true;
    this.#events.onClose(this.#failure);
  }

  secure({ tls, head, server }: DriverTlsOptions): NodeTlsDriver {
    checkTls(tls);
    const raw = this.#detach();
    const read = head();
    if (read.length > 0) raw.unshift(read);
    const { local, remote } = this;
    return new NodeTlsDriver({
      raw,
      local,
      remote,
      caps: new Set([...this.caps].filter((cap) => cap !== 'secure')),
      peer: server === '' ? formatAddress(remote) : server,
      timeoutMs: tls.handshakeTimeoutMs ?? defaultHandshakeTimeoutMs,
      drive: (socket) => new NodeStreamDriver(socket.pause(), { local, remote }),
      start: (socket, events) =>
        tls.side === 'server' ? startServerTls(socket, tls, events) : startClientTls(socket, tls, server, events),
    });
  }

  /** Lets go of the socket, paused: another will listen to it. */
  #detach(): Socket {
    const socket = this.#socket;
    socket.pause();
    socket.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
    return socket;
  }

  /** What was held goes to the kernel, as one. */
  flush(): void {
    this.#isHolding = false;
    if (this.#isDestroyed) return;
    const bytes = this.#held;
    this.#socket.uncork();
    this.#held = 0;
    if (this.#taken(bytes) === 0) this.onDrained();
  }

  #hold(): void {
    this.#isHolding = true;
    this.#socket.cork();
    turn.hold(this);
  }

  #taken(bytes: number): number {
    const queued = this.#socket.writableLength;
    if (queued === 0) {
      if (this.#socket.errored === null) return 0;
      // The kernel refused them at once: Node has forgotten the bytes already, and tells the failure in a later turn.
      this.#isDestroyed = true;
      return (this.#held += bytes);
    }
    if (this.#held === 0 && !this.#isHolding && this.#onWritten === undefined) this.#socket.once('drain', onDrain);
    this.#held = queued;
    return queued;
  }
}
