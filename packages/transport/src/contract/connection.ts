import type { Address } from '@stack/address';
import type { StreamCap } from './caps.ts';
import type { Clock } from './clock.ts';
import type { Bytes, Op, Step } from './op.ts';
import type { WebStreams } from './web-streams.ts';
import type { TlsInfo, UpgradeTlsOptions } from './tls.ts';

/**
 * A connected byte stream (or, with `unit: 'message'`, a peer of a datagram socket).
 *
 * Ends are values (`null`), failures are exceptions (`TransportError`), and a forgotten `await` never ends the process.
 * What was read before a failure is delivered before the failure.
 *
 * **Ownership**: every chunk, from `recv` as from `consume`, is the receiver's for good. A small slice pins the memory
 * of the chunk it was cut from: copy what is kept for long.
 */
export interface Connection extends AsyncDisposable, AsyncIterable<Uint8Array> {
  /** This side's address. Readable after close. */
  readonly local: Address;
  /** The peer's address. Readable after close. */
  readonly remote: Address;
  /** `'bytes'`: chunks have no meaning, only their bytes; `'message'`: one recv is one datagram. */
  readonly unit: 'bytes' | 'message';
  /** What the driver below can do; asking for anything else is `ERR_UNSUPPORTED`. */
  readonly caps: ReadonlySet<StreamCap>;
  /** The clock that this connection's deadlines run on. */
  readonly clock: Clock;
  /** Counters that are kept anyway; a live view, not a copy. */
  readonly stats: ConnectionStats;
  /** Settles when the connection is gone and its descriptor released. Never rejects. */
  readonly closed: Promise<CloseInfo>;

  /**
   * Takes what was received: up to `max` bytes, at least one; `null` when the peer has finished sending.
   *
   * A cancelled `recv` loses no byte: what comes later is there for the next one. On `close()` a pending `recv` rejects
   * with `ERR_CLOSED`; after a failure of the peer, bytes that came before are delivered first.
   *
   * After `close()` and `abort()` reads are refused, whatever had come.
   *
   * @param max - the most bytes to take, 1 or more; absent: a whole chunk as it came
   * @throws {RangeError} when `max` is less than 1
   * @throws {TypeError} when `max` is no whole number
   * @throws {TransportError} `ERR_BUSY` when another read is under way (that one is unharmed), `ERR_TIMEOUT`,
   *   `ERR_CLOSED` after a local close, the kernel's code (`ECONNRESET`) when the connection broke
   */
  recv(max?: number, op?: Op): Promise<Uint8Array | null>;

  /**
   * Copies what was received into `buffer` and tells how many bytes; 0: the peer has finished.
   *
   * @throws {RangeError} when `buffer` is empty: 0 could not be told from the end
   * @throws {TypeError} when `buffer` is no `Uint8Array`
   * @throws {TransportError} as `recv`
   */
  recvInto(buffer: Uint8Array, op?: Op): Promise<number>;

  /**
   * Takes exactly `n` bytes, waiting for them; reads past `maxReadAheadBytes` as far as needed, so `n` is what a peer can make
   * this side hold: check lengths that a peer sent.
   *
   * @param n - how many bytes, 0 or more
   * @throws {TransportError} `ERR_EOF` with `partial`, the bytes there were, when the peer finished before; otherwise as
   *   `recv`. When it is cancelled or the connection breaks, the bytes stay for the next read.
   */
  recvExactly(n: number, op?: Op): Promise<Uint8Array>;

  /** Takes what is there now; `null`: the peer has finished; `undefined`: it would block. Throws as `recv` rejects. */
  tryRecv(max?: number): Uint8Array | null | undefined;

  /**
   * Pushes back bytes that were read too far (a PROXY header's rest, sniffing, STARTTLS): the next read gives them first, a
   * read that waits may be answered by them, and inside `consume` they come next. The bytes become the connection's. Not
   * counted again in `stats`.
   *
   * @throws {TransportError} `ERR_CLOSED` after `close()` or `abort()`
   */
  unrecv(bytes: Uint8Array): void;

  /**
   * The fast path: calls `each` with every chunk until the peer has finished, without a promise, closure or event a chunk.
   *
   * A promise returned by `each` holds back the next chunk (and, past `maxReadAheadBytes`, the peer); `each` is never
   * re-entered, and the end waits for it. If `each` throws or rejects, `consume` rejects with that, the connection stays
   * open and later chunks unread. What `each` returns besides promises means nothing. `op.timeoutMs` is the longest silence
   * between chunks; the time that `each` takes is none.
   *
   * @throws {TransportError} as `recv`
   */
  consume(each: (chunk: Uint8Array) => Step, op?: Op): Promise<void>;

  /**
   * Sends bytes; several parts leave as one.
   *
   * Settles when the bytes are no longer the transport's (the buffer may be used again) *and* its queue is empty. Sends
   * queue in call order. A cancelled send may still go out, in whole: until a later send (an empty one will do) or
   * `closed` settles, its buffer is not free. The promise is marked handled: when nobody awaits it, the next operation and
   * `closed` tell the failure.
   *
   * @throws {TransportError} `ERR_SEND_BUFFER` when more than `maxQueuedBytes` stand behind the oldest unsettled send: the
   *   connection is aborted, since bytes after a lost one would be corruption. `ERR_CLOSED` after a local close or
   *   `closeWrite()`, `ERR_TIMEOUT`, the kernel's code (`EPIPE`, `ECONNRESET`) when the connection broke.
   */
  send(data: Bytes | readonly Bytes[], op?: Op): Promise<void>;

  /**
   * Sends without waiting. True: taken over, do not touch the buffer before a later `send` (an empty one will do) has
   * settled; false: nothing was taken (the queue is at `highWaterBytes`), `writable()` tells when. Throws when closed or
   * broken.
   */
  trySend(data: Bytes): boolean;

  /**
   * Waits until `trySend` would take something. Settles at once when there is room.
   *
   * @throws {TransportError} as `send`
   */
  writable(op?: Op): Promise<void>;

  /**
   * Stops receiving: what came is still there to read, then reads give `null`; what comes is discarded, so that the peer
   * is not held up. A `recv` that waits gets `null` at once.
   */
  closeRead(): void;

  /**
   * Finishes sending (half-close): the peer sees the end after every byte; receiving goes on. Settles when the kernel has
   * every byte; called off, it has finished all the same. Twice is fine. The promise is marked handled, as that of `send`.
   *
   * @throws {TransportError} `ERR_UNSUPPORTED` where `caps` lacks `halfClose`
   */
  closeWrite(op?: Op): Promise<void>;

  /**
   * Starts TLS in place (STARTTLS): the connection stays the same one, and from here on carries what is inside.
   *
   * What was sent goes first, in the clear; sending meanwhile is refused. Bytes that came and are unread are the handshake's input:
   * an honest client's first message may be among them, and text that somebody smuggled in fails the handshake. What a codec took must
   * be given back with `unrecv` before. After a failure the connection is gone.
   *
   * @returns what was negotiated, as `secured`
   * @throws {TypeError} when an option is not one
   * @throws {TransportError} `ERR_UNSUPPORTED` where `caps` lacks `secure` (it speaks TLS already, or has none), `ERR_BUSY` while
   *   a read or an upgrade is under way, `ERR_CLOSED`, `ERR_EOF` when the peer has finished, `ERR_TLS_CERTIFICATE` when the
   *   peer's certificate is not accepted, `ERR_TLS` when the handshake fails otherwise, `ERR_TIMEOUT` when it takes longer than
   *   `handshakeTimeoutMs`
   */
  upgradeTls(options: UpgradeTlsOptions): Promise<TlsInfo>;

  /**
   * What TLS negotiated; `undefined` where none is spoken. The handshake of an accepted connection starts with its first
   * operation, and asking for this is one. Rejects as `upgradeTls`; a rejection that nobody awaits ends nothing.
   */
  readonly secured: Promise<TlsInfo> | undefined;

  /**
   * Closes in order: flush what was sent, finish, read and discard until the peer has finished, release. Pending
   * operations reject with `ERR_CLOSED` at once, later ones too. Twice is fine: the first call's phases go on, and both settle
   * when the connection is gone. Never rejects, but for its own `op`; then the connection is aborted.
   *
   * @throws {RangeError} when `flushMs` or `lingerMs` is negative or NaN; then nothing is closed
   */
  close(options?: CloseOptions): Promise<void>;

  /**
   * Drops the connection at once: queued bytes are lost, and the peer sees a reset where `caps` has `reset`.
   * Pending operations reject with `ERR_CLOSED` and `reason` as its cause. Twice is fine: the first reason stands.
   */
  abort(reason?: unknown): void;

  /**
   * Makes Web Streams of the connection, for `pipeTo`, `Response` and the like: an edge, dearer a chunk than `consume`. For a
   * `Duplex` of Node, see `toNode` in `@stack/transport/node`.
   *
   * Nothing is read before the stream is, and the stream holds nothing back: back-pressure reaches the peer, and after
   * `releaseLock()` with no read pending the connection can be read directly again. A write settles as `send` does. Failures
   * are the `TransportError`s of `recv` and `send`, and what came before one is read before it; `ERR_BUSY` where
   * somebody else reads the connection, who is unharmed.
   *
   * `writer.close()` finishes sending (where `caps` lacks `halfClose`, it closes both directions, and the readable ends);
   * `readable.cancel()` is `closeRead()`; `writer.abort(reason)`, and a chunk that is no bytes, is `abort(reason)`: an end would
   * make a cut message look whole. When both directions are over the connection is closed.
   *
   * With the unit `'message'` a chunk is one datagram, empty ones too, and one that is too long errors the writable.
   */
  toWeb(): WebStreams;
}

/** How long the phases of a close may take. */
export interface CloseOptions extends Op {
  /** Milliseconds for queued bytes to leave; past it the connection is reset. Default 5,000. */
  readonly flushMs?: number | undefined;
  /**
   * Milliseconds to read and discard until the peer has finished too; without it the kernel would answer unread bytes
   * with a reset, which can destroy what the peer has not read yet (RFC 1122 section 4.2.2.13). Default 2,000.
   */
  readonly lingerMs?: number | undefined;
}

/** Counters of one connection. */
export interface ConnectionStats {
  /** Bytes received from the driver, read or not. */
  readonly bytesIn: number;
  /** Bytes given to the driver. */
  readonly bytesOut: number;
  /** Bytes given to the driver that the kernel has not taken. */
  readonly queuedBytes: number;
  /** When bytes last came, on the connection's clock, in milliseconds; at first, when the connection was made. */
  readonly lastInMs: number;
  /** When bytes were last sent, on the connection's clock, in milliseconds; at first, when the connection was made. */
  readonly lastOutMs: number;
}

/**
 * How a connection ended.
 *
 * - `finished`: both sides finished, or this side closed in order
 * - `broken`: the peer or the network broke it; `error` says how
 * - `aborted`: this side dropped it, by `abort()` or because a close could not flush in time
 */
export type CloseHow = 'finished' | 'broken' | 'aborted';

/** What is known once a connection is gone. */
export interface CloseInfo {
  /** Who ended it, and whether in order. */
  readonly how: CloseHow;
  /** Both sides finished and the kernel took every byte. What the peer's program made of them is not known. */
  readonly clean: boolean;
  /**
   * Bytes that were sent and that the kernel is not known to have taken: at most so many never left. Where a driver is not
   * told of parts, a write that was under way counts as a whole.
   */
  readonly unsentBytes: number;
  /** The failure, or the reason given to `abort()`; absent after an end in order. */
  readonly error?: unknown;
}
