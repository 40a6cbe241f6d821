import type { Address } from '@stack/address';
import type { Clock } from '../contract/clock.ts';
import type { BindOptions } from '../contract/datagram-options.ts';
import type { Datagram } from '../contract/datagram.ts';
import type { DatagramDriver, DatagramEvents } from '../contract/driver.ts';
import { isTransportError, TransportError } from '../contract/errors.ts';
import type { Op, Step } from '../contract/op.ts';
import { DatagramOut, type OutHost } from './datagram-out.ts';
import { DatagramQueue, queueLimits } from './datagram-queue.ts';
import { Intake, type IntakeHost } from './intake.ts';
import type { ReadKind } from './item-queue.ts';
import { countOption } from './limits.ts';

const closed = (): never => {
  throw new TransportError({ code: 'ERR_CLOSED', op: 'recv' });
};

const recvFromKind: ReadKind<DatagramQueue<Datagram>, void, Datagram> = {
  ready: (queue) => queue.size > 0,
  take: (queue) => queue.shift() ?? closed(),
  atEnd: closed,
};

const recvManyKind: ReadKind<DatagramQueue<Datagram>, number, Datagram[]> = {
  ready: (queue) => queue.size > 0,
  take: (queue, max) => Array.from({ length: Math.min(max, queue.size) }, () => queue.shift() ?? closed()),
  atEnd: closed,
};

/** What datagram sockets have in common, connected or not: the bounded queue, its reader, errors of no call, and the end. */
export class DatagramCore implements DatagramEvents, IntakeHost, OutHost {
  readonly clock: Clock;
  readonly at: string;
  readonly out: DatagramOut;
  readonly #intake: Intake<Datagram, DatagramQueue<Datagram>>;
  readonly #onError: BindOptions['onError'];
  readonly #gone = Promise.withResolvers<void>();
  #driver: DatagramDriver | undefined;
  #isClosed = false;
  /** Closed by `close()`: then `consume` ends, otherwise it fails. */
  #inOrder = false;
  #paused = false;
  /** Somebody asked how long a silence lasts: only then is the time of each datagram of interest. */
  #isTimed = false;
  lastInMs: number;

  constructor(at: string, clock: Clock, options: BindOptions) {
    this.at = at;
    this.clock = clock;
    this.out = new DatagramOut(this, {
      maxQueuedBytes: countOption('maxQueuedBytes', options.maxQueuedBytes, 1_048_576),
      maxQueuedPackets: countOption('maxQueuedPackets', options.maxQueuedPackets, 16_384),
    });
    this.#onError = options.onError;
    this.#intake = new Intake(this, new DatagramQueue(queueLimits(options.queue)));
    this.lastInMs = clock.now();
  }

  /** Gives it the driver that was made for it, and begins to read. */
  start(driver: DatagramDriver): void {
    this.#driver = driver;
    this.#intake.queue.holdsAll = driver.caps?.has('pause') === true;
    driver.resume();
  }

  get driver(): DatagramDriver {
    if (this.#driver === undefined) throw new TransportError({ code: 'ERR_CLOSED', op: 'use', at: this.at });
    return this.#driver;
  }

  get dropped(): number {
    return this.#intake.queue.dropped;
  }

  kernelDropped(): number | undefined {
    return this.#isClosed ? undefined : this.driver.kernelDropped?.();
  }

  refusal(): TransportError | undefined {
    return this.#isClosed ? this.#error() : undefined;
  }

  recvFrom(op: Op | undefined): Promise<Datagram> {
    return this.#intake.read(recvFromKind, undefined, op);
  }

  recvMany(max: number, op: Op | undefined): Promise<Datagram[]> {
    try {
      return this.#intake.read(recvManyKind, countOption('max', max, Infinity), op);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Settles without an error when the socket is closed here: for datagrams that is the end there is. */
  consume(each: (datagram: Datagram) => Step, op: Op | undefined): Promise<void> {
    this.#isTimed ||= op?.timeoutMs !== undefined;
    return this.#intake.consume(each, op).catch((error: unknown) => {
      if (!this.#inOrder || !isTransportError(error, 'ERR_CLOSED')) throw error;
    });
  }

  /** Every datagram until the socket is closed. */
  async *datagrams(): AsyncGenerator<Datagram> {
    while (!this.#isClosed) {
      const datagram = await this.recvFrom(undefined).catch((error: unknown) => {
        if (!this.#inOrder) throw error;
      });
      if (datagram === undefined) return;
      yield datagram;
    }
  }

  close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#inOrder = true;
      this.#intake.refuse(() => this.#error());
      this.out.refuse(() => this.#error());
      this.driver.close();
    }
    return this.#gone.promise;
  }

  onDatagram(data: Uint8Array, from: Address, truncated: boolean): void {
    if (this.#isClosed) return;
    if (this.#isTimed) this.lastInMs = this.clock.now();
    this.#intake.onItem({ data, from, truncated });
    if (!this.#paused && this.#intake.queue.full) {
      this.#paused = true;
      this.driver.pause();
    }
  }

  onError(error: TransportError): void {
    if (error.op === 'send') return this.onUnwatched(error);
    if (this.#isClosed) return;
    // What the network says of a peer is what a read of that peer comes to.
    const isNews = this.#driver?.remote !== undefined;
    if (isNews || this.#onError === undefined) this.#interrupt(error);
    else this.#tell(error);
  }

  /**
   * On an unconnected socket it is the affair of one receiver, and no read may fail of it. Told after `close()`, too: what
   * was taken and not sent by then is lost.
   */
  onUnwatched(error: TransportError): void {
    if (this.#onError !== undefined) this.#tell(error);
    else if (this.#driver?.remote !== undefined) this.#interrupt(error);
  }

  onClose(error: TransportError | null): void {
    if (!this.#isClosed) {
      this.#isClosed = true;
      let news: TransportError | null = error;
      this.#intake.end(() => {
        const first = news ?? this.#error();
        news = null;
        return first;
      });
      this.out.refuse(() => error ?? this.#error());
    }
    this.#gone.resolve();
  }

  onWanted(): void {
    if (!this.#paused || this.#intake.queue.full) return;
    this.#paused = false;
    this.driver.resume();
  }

  #interrupt(error: TransportError): void {
    if (!this.#isClosed) this.#intake.interrupt(error);
  }

  /** What the one who is told throws, or rejects with, is lost. */
  #tell(error: TransportError): void {
    new Promise((resolve) => resolve(this.#onError?.(error))).catch(() => undefined);
  }

  #error(): TransportError {
    return new TransportError({ code: 'ERR_CLOSED', op: 'use', at: this.at });
  }
}
