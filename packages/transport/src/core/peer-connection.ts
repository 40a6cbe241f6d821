import { type Address, formatAddress } from '@stack/address';
import type { StreamCap } from '../contract/caps.ts';
import type { Clock } from '../contract/clock.ts';
import type { CloseInfo, CloseOptions, ConnectionStats } from '../contract/connection.ts';
import type { DatagramSocket } from '../contract/datagram.ts';
import { TransportError, type TransportErrorCode, type TransportOp } from '../contract/errors.ts';
import type { Bytes, Op, Step } from '../contract/op.ts';
import type { PeerConnection } from '../contract/peers.ts';
import type { WebStreams } from '../contract/web-streams.ts';
import { DatagramQueue, type QueueLimits } from './datagram-queue.ts';
import { stoppedBefore } from './deadline.ts';
import { Intake, type IntakeHost } from './intake.ts';
import { countOption, durationOption } from './limits.ts';
import { type MessageRead, recvIntoKind, recvKind } from './message-reads.ts';
import { toWebStreams } from './web-streams.ts';
import { handled, joinBytes } from './write-side.ts';

/** What a peer needs of the listener that made it. */
export interface PeerHost {
  readonly socket: DatagramSocket;
  readonly limits: QueueLimits;
  /** Datagrams of a peer were dropped. */
  onDropped(count: number): void;
  /** A peer was closed. */
  onClosed(peer: MessageConnection): void;
}

const caps: ReadonlySet<StreamCap> = new Set<StreamCap>(['peerName']);

/** One peer of a datagram socket. There may be very many: it holds what it needs, and makes the rest when asked. */
export class MessageConnection implements PeerConnection, IntakeHost, ConnectionStats {
  readonly unit = 'message';
  readonly remote: Address;
  readonly #host: PeerHost;
  readonly #intake: Intake<Uint8Array, DatagramQueue<Uint8Array>>;
  /** What was dropped before the queue, which counts what it drops itself. */
  #unqueued = 0;
  #isDeaf = false;
  /** Why everything is refused, once it is. */
  #refusal: (() => TransportError) | undefined;
  #info: CloseInfo | undefined;
  #closed: PromiseWithResolvers<CloseInfo> | undefined;
  bytesIn = 0;
  bytesOut = 0;
  lastInMs: number;
  lastOutMs: number;

  constructor(remote: Address, host: PeerHost) {
    this.remote = remote;
    this.#host = host;
    this.#intake = new Intake(this, new DatagramQueue(host.limits));
    this.lastInMs = host.socket.clock.now();
    this.lastOutMs = this.lastInMs;
  }

  get local(): Address {
    return this.#host.socket.local;
  }

  get caps(): ReadonlySet<StreamCap> {
    return caps;
  }

  get clock(): Clock {
    return this.#host.socket.clock;
  }

  get at(): string {
    return formatAddress(this.remote);
  }

  get stats(): ConnectionStats {
    return this;
  }

  get queuedBytes(): number {
    return 0;
  }

  get dropped(): number {
    return this.#intake.queue.dropped + this.#unqueued;
  }

  get closed(): Promise<CloseInfo> {
    this.#closed ??= Promise.withResolvers();
    if (this.#info !== undefined) this.#closed.resolve(this.#info);
    return this.#closed.promise;
  }

  recv(max?: number, op?: Op): Promise<Uint8Array | null> {
    try {
      return this.#intake.read(recvKind, this.#read(countOption('max', max, Infinity)), op);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  recvInto(buffer: Uint8Array, op?: Op): Promise<number> {
    if (!(buffer instanceof Uint8Array)) return Promise.reject(new TypeError('recvInto needs a Uint8Array'));
    if (buffer.length === 0) {
      return Promise.reject(new RangeError('recvInto needs a buffer of at least 1 byte, not 0'));
    }
    return this.#intake.read(recvIntoKind, { ...this.#read(buffer.length), buffer }, op);
  }

  recvExactly(): Promise<Uint8Array> {
    const reason = 'a datagram is taken as a whole; use recv()';
    return Promise.reject(this.#error('ERR_UNSUPPORTED', 'recv', { reason }));
  }

  tryRecv(max?: number): Uint8Array | null | undefined {
    return this.#intake.tryRead(recvKind, this.#read(countOption('max', max, Infinity)));
  }

  unrecv(bytes: Uint8Array): void {
    if (!(bytes instanceof Uint8Array)) throw new TypeError('unrecv needs a Uint8Array');
    this.#intake.putBack((queue) => queue.unshift(bytes));
  }

  consume(each: (chunk: Uint8Array) => Step, op?: Op): Promise<void> {
    return this.#intake.consume(each, op);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for (let data = await this.recv(); data !== null; data = await this.recv()) yield data;
  }

  send(data: Bytes | readonly Bytes[], op?: Op): Promise<void> {
    try {
      const bytes = this.#outgoing(data);
      this.#count(bytes.length);
      return this.#host.socket.sendTo(bytes, this.remote, op);
    } catch (error) {
      return handled(Promise.reject(error));
    }
  }

  trySend(data: Bytes): boolean {
    const bytes = this.#outgoing(data);
    const isTaken = this.#host.socket.trySendTo(bytes, this.remote);
    if (isTaken) this.#count(bytes.length);
    return isTaken;
  }

  writable(op?: Op): Promise<void> {
    if (this.#refusal !== undefined) return handled(Promise.reject(this.#refusal()));
    return this.#host.socket.writable(op);
  }

  closeRead(): void {
    this.#isDeaf = true;
    this.#intake.end();
  }

  closeWrite(): Promise<void> {
    const reason = 'a peer of a datagram socket is not told of an end; close() forgets it';
    return handled(Promise.reject(this.#error('ERR_UNSUPPORTED', 'close', { reason })));
  }

  close(options: CloseOptions = {}): Promise<void> {
    try {
      durationOption('flushMs', options.flushMs, 0);
      durationOption('lingerMs', options.lingerMs, 0);
      const stopped = stoppedBefore(options, 'close', this.at);
      if (stopped !== undefined) {
        this.abort(stopped.reason);
        return Promise.reject(stopped.reason);
      }
    } catch (error) {
      return Promise.reject(error);
    }
    this.#end({ how: 'finished', clean: false, unsentBytes: 0 }, () => this.#error('ERR_CLOSED', 'use'));
    return Promise.resolve();
  }

  abort(reason?: unknown): void {
    const cause = reason === undefined ? {} : { error: reason };
    this.#end({ how: 'aborted', clean: false, unsentBytes: 0, ...cause }, () =>
      this.#error('ERR_CLOSED', 'use', { reason: 'it was aborted', cause: reason }),
    );
  }

  get secured(): undefined {
    return undefined;
  }

  upgradeTls(): Promise<never> {
    const reason = 'TLS is for streams, and nothing here speaks DTLS';
    return handled(Promise.reject(this.#error('ERR_UNSUPPORTED', 'use', { reason })));
  }

  toWeb(): WebStreams {
    return toWebStreams(this);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Takes what came from this peer. Half a datagram would look like a whole one: it is dropped. */
  onDatagram(data: Uint8Array, truncated: boolean): void {
    this.bytesIn += data.length;
    this.lastInMs = this.clock.now();
    const before = this.dropped;
    if (truncated || this.#isDeaf) this.#unqueued += 1;
    else this.#intake.onItem(data);
    const count = this.dropped - before;
    if (count > 0) this.#host.onDropped(count);
  }

  /** The socket is gone: what came is still there to read, then reads fail. */
  onSocketGone(): void {
    if (this.#info !== undefined) return;
    const gone = (): TransportError => this.#error('ERR_CLOSED', 'use', { reason: 'its socket is closed' });
    this.#refusal = gone;
    this.#intake.end(gone);
    this.#settle({ how: 'broken', clean: false, unsentBytes: 0, error: gone() });
  }

  onWanted(): void {}

  #read(max: number): MessageRead {
    return { max, at: this };
  }

  #outgoing(data: Bytes | readonly Bytes[]): Uint8Array {
    if (this.#refusal !== undefined) throw this.#refusal();
    return joinBytes(data);
  }

  #count(bytes: number): void {
    this.bytesOut += bytes;
    this.lastOutMs = this.clock.now();
  }

  /** The end from this side; the first one stands. */
  #end(info: CloseInfo, refusal: () => TransportError): void {
    this.#refusal ??= refusal;
    this.#intake.refuse(this.#refusal);
    if (this.#info === undefined) this.#settle(info);
  }

  #settle(info: CloseInfo): void {
    this.#info = info;
    this.#closed?.resolve(info);
    this.#host.onClosed(this);
  }

  #error(code: TransportErrorCode, op: TransportOp, more: { reason?: string; cause?: unknown } = {}): TransportError {
    return new TransportError({ code, op, at: this.at, local: this.local, remote: this.remote, ...more });
  }
}
