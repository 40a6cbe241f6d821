import { type Address, formatAddress } from '@stack/address';
import type { StreamCap } from '../contract/caps.ts';
import type { Clock } from '../contract/clock.ts';
import type { CloseInfo, CloseOptions, Connection, ConnectionStats } from '../contract/connection.ts';
import type { StreamDriver, StreamEvents } from '../contract/driver.ts';
import { TransportError, type TransportErrorCode, type TransportOp } from '../contract/errors.ts';
import type { Bytes, Op, Step } from '../contract/op.ts';
import type { WebStreams } from '../contract/web-streams.ts';
import type { TlsInfo, UpgradeTlsOptions } from '../contract/tls.ts';
import { closeInOrder, type Closing } from './close-in-order.ts';
import { type Life, lifeAfter } from './connection-life.ts';
import { stoppedBefore, watch } from './deadline.ts';
import { durationOption } from './limits.ts';
import { ReadSide } from './read-side.ts';
import { toWebStreams } from './web-streams.ts';
import { StatsView } from './stats-view.ts';
import { isSecure, serverNameOf } from './tls.ts';
import { upgradeObstacle } from './upgrade-obstacle.ts';
import { handled, WriteSide, type WriteLimits } from './write-side.ts';

/** The bounds of one connection, checked. */
export interface ConnectionLimits extends WriteLimits {
  readonly maxReadAheadBytes: number;
}

/** The one `Connection` over every stream driver: queue, busy rule, deadlines, errors and counters live here, once. */
export class StreamConnection implements Connection, StreamEvents {
  readonly unit = 'bytes';
  readonly clock: Clock;
  /** Another one from `upgradeTls` on. */
  driver: StreamDriver;
  readonly #in: ReadSide;
  readonly #out: WriteSide;
  #life: Life = 'open';
  #reason: unknown;
  /** Why this side refuses operations, once it does. */
  #refusal: (() => unknown) | undefined;
  #info: CloseInfo | undefined;
  #closed: PromiseWithResolvers<CloseInfo> | undefined;
  #closing: Promise<void> | undefined;
  #stats: ConnectionStats | undefined;
  #at: string | undefined;

  constructor(driver: StreamDriver, clock: Clock, limits: ConnectionLimits) {
    this.driver = driver;
    this.clock = clock;
    this.#in = new ReadSide(this, limits.maxReadAheadBytes);
    this.#out = new WriteSide(this, limits);
    driver.events = this;
  }

  get local(): Address {
    return this.driver.local;
  }

  get remote(): Address {
    return this.driver.remote;
  }

  get caps(): ReadonlySet<StreamCap> {
    return this.driver.caps;
  }

  /** The peer in words, for messages. */
  get at(): string {
    return (this.#at ??= formatAddress(this.driver.remote));
  }

  /** It is over, and there was nothing to read. */
  get cameToNothing(): boolean {
    return this.#life === 'gone' && this.#in.bytesIn === 0;
  }

  get stats(): ConnectionStats {
    return (this.#stats ??= new StatsView(this.#in, this.#out, this));
  }

  get closed(): Promise<CloseInfo> {
    this.#closed ??= Promise.withResolvers();
    if (this.#info !== undefined) this.#closed.resolve(this.#info);
    return this.#closed.promise;
  }

  recv(max?: number, op?: Op): Promise<Uint8Array | null> {
    return this.#in.recv(max, op);
  }

  recvInto(buffer: Uint8Array, op?: Op): Promise<number> {
    return this.#in.recvInto(buffer, op);
  }

  recvExactly(n: number, op?: Op): Promise<Uint8Array> {
    return this.#in.recvExactly(n, op);
  }

  tryRecv(max?: number): Uint8Array | null | undefined {
    return this.#in.tryRecv(max);
  }

  unrecv(bytes: Uint8Array): void {
    this.#in.unrecv(bytes);
  }

  consume(each: (chunk: Uint8Array) => Step, op?: Op): Promise<void> {
    return this.#in.consume(each, op);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for (let chunk = await this.recv(); chunk !== null; chunk = await this.recv()) yield chunk;
  }

  send(data: Bytes | readonly Bytes[], op?: Op): Promise<void> {
    return this.#out.send(data, op);
  }

  trySend(data: Bytes): boolean {
    return this.#out.trySend(data);
  }

  writable(op?: Op): Promise<void> {
    return this.#out.writable(op);
  }

  closeRead(): void {
    if (this.#life === 'open') this.#in.finish();
  }

  closeWrite(op?: Op): Promise<void> {
    if (this.caps.has('halfClose')) return this.#out.finish(op);
    const reason = 'this transport cannot finish one direction; close() finishes both';
    return handled(Promise.reject(this.#error('ERR_UNSUPPORTED', 'close', { reason })));
  }

  close(options: CloseOptions = {}): Promise<void> {
    let lingerMs: number;
    let flushMs: number;
    try {
      flushMs = durationOption('flushMs', options.flushMs, 5_000);
      lingerMs = durationOption('lingerMs', options.lingerMs, 2_000);
      const stopped = stoppedBefore(options, 'close', this.at);
      if (stopped !== undefined) return this.#cutShort(stopped.reason);
    } catch (error) {
      return Promise.reject(error);
    }
    this.#closing ??= this.#close(flushMs, lingerMs);
    if (options.signal === undefined && options.timeoutMs === undefined) return this.#closing;
    const closing = this.#closing;
    return new Promise((resolve, reject) => {
      const cutShort = (reason: unknown): void => void this.#cutShort(reason).catch(reject);
      const release = watch(options, this.clock, 'close', this.at, cutShort);
      void closing.then(() => {
        release();
        resolve();
      });
    });
  }

  get secured(): Promise<TlsInfo> | undefined {
    return isSecure(this.driver) ? this.driver.secured : undefined;
  }

  upgradeTls(options: UpgradeTlsOptions): Promise<TlsInfo> {
    return handled(this.#upgradeTls(options));
  }

  abort(reason?: unknown): void {
    if (this.#life === 'aborted') return;
    this.#refuse(() => this.#error('ERR_CLOSED', 'use', { reason: 'it was aborted', cause: reason }));
    if (this.#life === 'gone') return;
    this.#become('aborted');
    this.#reason = reason;
    this.driver.reset();
  }

  toWeb(): WebStreams {
    return toWebStreams(this);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  onData(chunk: Uint8Array): void {
    this.#in.onData(chunk);
  }

  onEnd(): void {
    this.#in.onEnd();
    // Where one direction cannot outlive the other, the end of the peer is the end.
    if (!this.caps.has('halfClose')) this.#out.finishNow();
  }

  onDrain(): void {
    this.#out.onDrain();
  }

  onClose(error: TransportError | null): void {
    const aborted = this.#life === 'aborted';
    this.#become('gone');
    const unsentBytes = this.driver.queued;
    const how = aborted ? 'aborted' : error === null ? 'finished' : 'broken';
    const clean = how === 'finished' && unsentBytes === 0 && this.#in.ended;
    const cause = aborted ? this.#reason : (error ?? undefined);
    this.#info = { how, clean, unsentBytes, ...(cause === undefined ? {} : { error: cause }) };
    if (error === null) {
      this.#in.onGone();
      this.#out.onGone(this.#refusal ?? (() => this.#error('ERR_CLOSED', 'send')));
    } else {
      this.#in.onGone(() => this.#error(error.code, 'recv', { cause: error }));
      this.#out.onGone(this.#refusal ?? (() => this.#error(error.code, 'send', { cause: error })));
    }
    this.#closed?.resolve(this.#info);
  }

  /** A bound was passed that cannot be passed without loss. */
  overflow(error: TransportError): void {
    this.abort(error);
  }

  /** The one place that changes `#life`. */
  #become(life: Life): void {
    if (!lifeAfter[this.#life].includes(life)) throw new Error(`Cannot go from ${this.#life} to ${life}`);
    this.#life = life;
  }

  async #upgradeTls(options: UpgradeTlsOptions): Promise<TlsInfo> {
    const server = serverNameOf(options, undefined);
    this.#mayUpgrade();
    await this.#out.flushed();
    // Somebody may have begun to read meanwhile.
    this.#mayUpgrade();
    const secure = this.driver.secure?.({ tls: options, head: () => this.#in.handOver(), server });
    if (secure === undefined) throw this.#error('ERR_UNSUPPORTED', 'use');
    this.driver = secure;
    secure.events = this;
    return secure.secured;
  }

  #mayUpgrade(): void {
    if (this.#refusal !== undefined) throw this.#refusal();
    const obstacle = upgradeObstacle(this.driver, this.#in, this.#out);
    if (obstacle !== undefined) throw this.#error(obstacle.code, 'use', obstacle);
  }

  async #close(flushMs: number, lingerMs: number): Promise<void> {
    if (this.#life !== 'aborted') this.#refuse(() => this.#error('ERR_CLOSED', 'use'));
    if (this.#life !== 'open') {
      await this.closed;
      return;
    }
    this.#become('closing');
    this.#in.readOn();
    this.#out.finishNow();
    await closeInOrder(this.#phases(flushMs), this.driver.queued > 0, this.#in.ended, { flushMs, lingerMs });
  }

  #phases(flushMs: number): Closing {
    return {
      clock: this.clock,
      flushed: () => this.#out.flushed(),
      peerEnded: () => this.#in.untilEnded(),
      release: async () => {
        if (this.#life === 'closing') this.driver.close();
        await this.closed;
      },
      drop: () => this.abort(this.#error('ERR_TIMEOUT', 'close', { reason: `not flushed within ${flushMs} ms` })),
    };
  }

  /** A close that is called off closes all the same, at once. */
  #cutShort(reason: unknown): Promise<never> {
    this.abort(reason);
    return Promise.reject(reason);
  }

  /** From now on everything is refused; what waits is rejected, what came is dropped. */
  #refuse(error: () => unknown): void {
    this.#refusal = error;
    this.#out.refuse(error);
    this.#in.refuse(error);
  }

  #error(code: TransportErrorCode, op: TransportOp, more: { reason?: string; cause?: unknown } = {}): TransportError {
    return new TransportError({ code, op, at: this.at, local: this.local, remote: this.remote, ...more });
  }
}
