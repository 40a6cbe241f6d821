import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Address } from '@stack/address';
import type { StreamCap } from '../../contract/caps.ts';
import type { SecureDriver, StreamDriver, StreamEvents } from '../../contract/driver.ts';
import { TransportError, type TransportErrorInit } from '../../contract/errors.ts';
import type { TlsCertificate, TlsInfo } from '../../contract/tls.ts';
import { systemClock } from '../../core/system-clock.ts';
import { certificateError, handshakeError } from './errors.ts';
import { tlsInfo } from './info.ts';
import type { HandshakeEvents } from './server.ts';

/**
 * - `born`: not a byte has been read; the handshake begins with the first operation
 * - `handshaking`: what is written waits here
 * - `secured`: a driver over the TLS socket does everything
 * - `gone`: `onClose` was told, or waits for `events`
 */
type State = 'born' | 'handshaking' | 'secured' | 'gone';

/** Where each state may lead. */
const next: Readonly<Record<State, readonly State[]>> = {
  born: ['handshaking', 'gone'],
  handshaking: ['secured', 'gone'],
  secured: ['gone'],
  gone: [],
};

/** What a TLS driver is made of. */
export interface TlsParts {
  /** The connected socket, without listeners of others. */
  readonly raw: Socket;
  readonly local: Address;
  readonly remote: Address;
  /** What it can do once it is secured. */
  readonly caps: ReadonlySet<StreamCap>;
  /** The host of the peer in words, for messages. */
  readonly peer: string;
  /** How long the handshake may take. */
  readonly timeoutMs: number;
  /** Begins the handshake; what it throws, or rejects with, fails it. */
  start(raw: Socket, events: HandshakeEvents): Promise<void> | void;
  /** Makes the driver of the TLS socket. */
  drive(socket: TLSSocket): StreamDriver;
}

/** TLS on a socket of Node. The raw socket stays at hand: it can be reset, which a `TLSSocket` cannot. */
export class NodeTlsDriver implements SecureDriver, HandshakeEvents {
  readonly local: Address;
  readonly remote: Address;
  readonly caps: ReadonlySet<StreamCap>;
  readonly #parts: TlsParts;
  readonly #secured = Promise.withResolvers<TlsInfo>();
  #state: State = 'born';
  #events: StreamEvents | undefined;
  #inner: StreamDriver | undefined;
  #cancelTimer: (() => void) | undefined;
  /** Written before the handshake was done. */
  #waiting: Uint8Array[] = [];
  #queued = 0;
  #drainBelow = 0;
  #isFlowing = false;
  #isFinished = false;
  #isClosing = false;
  #isReset = false;
  #failure: TransportError | null = null;
  #certificate: TlsCertificate | undefined;

  constructor(parts: TlsParts) {
    this.#parts = parts;
    this.local = parts.local;
    this.remote = parts.remote;
    this.caps = parts.caps;
    this.#secured.promise.catch(() => undefined);
    parts.raw.on('close', () => this.#onRawClose());
    // Whatever it is, the handshake or the TLS socket tells it too.
    parts.raw.on('error', (error) => this.onFailed(error));
  }

  get secured(): Promise<TlsInfo> {
    this.#start();
    return this.#secured.promise;
  }

  get events(): StreamEvents {
    if (this.#events === undefined) throw new Error('the driver has no events yet');
    return this.#events;
  }

  set events(events: StreamEvents) {
    this.#events = events;
    if (this.#state === 'gone') queueMicrotask(() => events.onClose(this.#failure));
  }

  get queued(): number {
    return this.#isReset || this.#inner === undefined ? this.#queued : this.#inner.queued;
  }

  write(data: Uint8Array): number {
    if (this.#inner !== undefined) return this.#isReset ? this.#queued : this.#inner.write(data);
    if (data.length === 0 || this.#state === 'gone') return this.#queued;
    this.#waiting.push(data);
    this.#queued += data.length;
    this.#start();
    return this.#queued;
  }

  writev(parts: readonly Uint8Array[], count: number): number {
    if (this.#inner !== undefined && !this.#isReset) return this.#inner.writev(parts, count);
    for (const part of parts.slice(0, count)) this.write(part);
    return this.#queued;
  }

  wantDrain(below: number): void {
    if (this.#inner !== undefined) return this.#inner.wantDrain(below);
    this.#drainBelow = below;
    if (this.#queued < below) queueMicrotask(() => this.#onMaybeDrained());
  }

  resume(): void {
    this.#isFlowing = true;
    if (this.#inner === undefined) this.#start();
    else this.#inner.resume();
  }

  pause(): void {
    this.#isFlowing = false;
    this.#inner?.pause();
  }

  finish(): void {
    if (this.#inner !== undefined) return this.#inner.finish();
    this.#isFinished = true;
    this.#start();
  }

  close(): void {
    this.#isClosing = true;
    if (this.#inner !== undefined) this.#inner.close();
    // What was written goes first; without it nobody needs the handshake any more.
    else if (this.#queued === 0) this.#parts.raw.destroy();
  }

  reset(): void {
    if (this.#state === 'gone') return;
    this.#queued = this.queued;
    this.#isReset = true;
    this.#resetRaw();
  }

  onCertificate(certificate: TlsCertificate): void {
    this.#certificate = certificate;
  }

  onSecure(socket: TLSSocket): void {
    if (this.#state !== 'handshaking' || this.#isReset) return void socket.destroy();
    this.#become('secured');
    this.#cancelTimer?.();
    const inner = this.#parts.drive(socket);
    inner.events = {
      onData: (chunk) => this.#events?.onData(chunk),
      onEnd: () => this.#events?.onEnd(),
      onDrain: () => this.#events?.onDrain(),
      onClose: (error) => this.#end(this.#isReset ? null : error),
    };
    this.#inner = inner;
    this.#queued = 0;
    for (const data of this.#waiting.splice(0)) inner.write(data);
    if (this.#drainBelow > 0) inner.wantDrain(this.#drainBelow);
    if (this.#isFlowing) inner.resume();
    if (this.#isFinished) inner.finish();
    if (this.#isClosing) inner.close();
    this.#secured.resolve(tlsInfo(socket));
  }

  onFailed(error: Error): void {
    if (this.#state !== 'handshaking') return;
    this.#failure ??= handshakeError(error, { ...this.#where, certificate: this.#certificate });
    // OpenSSL has told the peer: a reset would overtake that.
    this.#parts.raw.destroy();
  }

  onRefused(reason: string): void {
    if (this.#state !== 'handshaking') return;
    this.#failure ??= certificateError(reason, { ...this.#where, certificate: this.#certificate });
    this.#resetRaw();
  }

  get #where(): Pick<TransportErrorInit, 'op' | 'at' | 'local' | 'remote'> {
    return { op: 'use', at: this.#parts.peer, local: this.local, remote: this.remote };
  }

  #resetRaw(): void {
    const { raw } = this.#parts;
    if (!this.caps.has('reset') || raw.destroyed) raw.destroy();
    else raw.resetAndDestroy();
  }

  #start(): void {
    if (this.#state !== 'born') return;
    this.#become('handshaking');
    const { timeoutMs } = this.#parts;
    this.#cancelTimer = systemClock.after(timeoutMs, () => this.#onTimeout(timeoutMs));
    new Promise<void>((resolve) => resolve(this.#parts.start(this.#parts.raw, this))).catch((error: unknown) => {
      this.onFailed(error instanceof Error ? error : new Error(String(error)));
    });
  }

  #onTimeout(timeoutMs: number): void {
    if (this.#state !== 'handshaking') return;
    const reason = `TLS handshake: not done within ${timeoutMs} ms`;
    this.#failure ??= new TransportError({ code: 'ERR_TIMEOUT', ...this.#where, reason });
    this.#resetRaw();
  }

  #onRawClose(): void {
    // The TLS socket goes a turn later, after what it still had to give.
    if (this.#state === 'gone' || this.#inner !== undefined) return;
    const isWanted = this.#isReset || this.#isClosing;
    if (!isWanted) this.onFailed(new Error('the peer left before it was done'));
    this.#end(isWanted ? null : this.#failure);
  }

  #onMaybeDrained(): void {
    if (this.#inner !== undefined || this.#queued >= this.#drainBelow) return;
    this.#drainBelow = 0;
    this.#events?.onDrain();
  }

  #end(failure: TransportError | null): void {
    this.#become('gone');
    this.#cancelTimer?.();
    // After a reset what was queued then, which Node forgets with the socket.
    if (!this.#isReset) this.#queued = this.#inner?.queued ?? this.#queued;
    this.#failure = failure;
    this.#secured.reject(failure ?? new TransportError({ code: 'ERR_CLOSED', ...this.#where }));
    this.#events?.onClose(failure);
  }

  /** The one place that changes `#state`. */
  #become(state: State): void {
    if (!next[this.#state].includes(state)) throw new Error(`Cannot go from ${this.#state} to ${state}`);
    this.#state = state;
  }
}
