import type { Address } from '@stack/address';
import type { Clock } from '../contract/clock.ts';
import type { Datagram, Outgoing } from '../contract/datagram.ts';
import type { DatagramDriver, DatagramEvents, OutgoingBytes, SendReceipt } from '../contract/driver.ts';
import { isTransportError, TransportError } from '../contract/errors.ts';
import type { BindOptions } from '../contract/network.ts';
import type { Bytes, Op, Step } from '../contract/op.ts';
import { DatagramQueue } from './datagram-queue.ts';
import { stoppedBefore, watch } from './deadline.ts';
import { Intake, type IntakeHost } from './intake.ts';
import type { ReadKind } from './item-queue.ts';
import { countOption } from './limits.ts';
import { handled, toBytes } from './write-side.ts';

const closed = (): never => {
  throw new TransportError({ code: 'ERR_CLOSED', op: 'recv' });
};

const recvFromKind: ReadKind<DatagramQueue, void, Datagram> = {
  ready: (queue) => queue.size > 0,
  take: (queue) => queue.shift() ?? closed(),
  atEnd: closed,
};

const recvManyKind: ReadKind<DatagramQueue, number, Datagram[]> = {
  ready: (queue) => queue.size > 0,
  take: (queue, max) => Array.from({ length: Math.min(max, queue.size) }, () => queue.shift() ?? closed()),
  atEnd: closed,
};

/** What datagram sockets have in common, connected or not: the bounded queue, its reader, receipts, and the end. */
export class DatagramCore implements DatagramEvents, IntakeHost {
  readonly clock: Clock;
  readonly at: string;
  readonly #intake: Intake<Datagram, DatagramQueue>;
  readonly #maxQueuedBytes: number;
  readonly #gone = Promise.withResolvers<void>();
  #driver: DatagramDriver | undefined;
  #isClosed = false;
  /** Closed by `close()`: then `consume` ends, otherwise it fails. */
  #inOrder = false;
  #paused = false;
  lastInMs: number;

  constructor(at: string, clock: Clock, options: BindOptions) {
    this.at = at;
    this.clock = clock;
    this.#maxQueuedBytes = countOption('maxQueuedBytes', options.maxQueuedBytes, 1_048_576);
    this.#intake = new Intake(this, new DatagramQueue(options.queue));
    this.lastInMs = clock.now();
  }

  /** Gives it the driver that was made for it, and begins to read. */
  start(driver: DatagramDriver): void {
    this.#driver = driver;
    driver.resume();
  }

  get driver(): DatagramDriver {
    if (this.#driver === undefined) throw new TransportError({ code: 'ERR_CLOSED', op: 'use', at: this.at });
    return this.#driver;
  }

  get dropped(): number {
    return this.#intake.queue.dropped;
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

  send(data: Bytes, to: Address | undefined, op: Op | undefined): Promise<void> {
    try {
      this.#admit(op);
      const bytes = toBytes(data);
      this.#checkRoom(bytes.length);
      return this.#receipt(op, (receipt) => this.driver.send(bytes, to, receipt), 1);
    } catch (error) {
      return handled(Promise.reject(error));
    }
  }

  trySend(data: Bytes, to: Address | undefined): boolean {
    this.#admit(undefined);
    const bytes = toBytes(data);
    if (this.driver.queued + bytes.length > this.#maxQueuedBytes) return false;
    this.driver.send(bytes, to, undefined);
    return true;
  }

  sendMany(batch: readonly Outgoing[], op: Op | undefined): Promise<number> {
    return handled(this.#sendMany(batch, op));
  }

  async #sendMany(batch: readonly Outgoing[], op: Op | undefined): Promise<number> {
    this.#admit(op);
    const taken: OutgoingBytes[] = [];
    let queued = this.driver.queued;
    for (const { data, to } of batch) {
      const bytes = toBytes(data);
      queued += bytes.length;
      if (queued > this.#maxQueuedBytes) break;
      taken.push({ data: bytes, to });
    }
    if (taken.length > 0) {
      await this.#receipt(op, (receipt) => this.driver.sendMany(taken, taken.length, receipt), taken.length);
    }
    return taken.length;
  }

  close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#inOrder = true;
      this.#intake.refuse(() => this.#error());
      this.driver.close();
    }
    return this.#gone.promise;
  }

  onDatagram(data: Uint8Array, from: Address, truncated: boolean): void {
    if (this.#isClosed) return;
    this.lastInMs = this.clock.now();
    this.#intake.onItem({ data, from, truncated });
    if (!this.#paused && this.#intake.queue.full) {
      this.#paused = true;
      this.driver.pause();
    }
  }

  onError(error: TransportError): void {
    if (!this.#isClosed) this.#intake.interrupt(error);
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
    }
    this.#gone.resolve();
  }

  onWanted(): void {
    if (!this.#paused || this.#intake.queue.full) return;
    this.#paused = false;
    this.driver.resume();
  }

  #admit(op: Op | undefined): void {
    const stopped = stoppedBefore(op, 'send', this.at);
    if (stopped !== undefined) throw stopped.reason;
    if (this.#isClosed) throw this.#error();
  }

  #checkRoom(bytes: number): void {
    if (this.driver.queued + bytes <= this.#maxQueuedBytes) return;
    const reason = `${this.driver.queued} bytes wait to be sent, and ${bytes} more would pass ${this.#maxQueuedBytes}`;
    throw new TransportError({ code: 'ERR_SEND_BUFFER', op: 'send', at: this.at, reason });
  }

  /** Sends, and settles when the kernel has said of every one of `count` datagrams what became of it. */
  #receipt(op: Op | undefined, send: (receipt: SendReceipt) => void, count: number): Promise<void> {
    const promise = new Promise<void>((resolve, reject) => {
      let left = count;
      const release = op === undefined ? undefined : watch(op, this.clock, 'send', this.at, reject);
      send({
        onSent: (error) => {
          left -= 1;
          if (left === 0 || error !== null) release?.();
          if (error !== null) reject(error);
          else if (left === 0) resolve();
        },
      });
    });
    return handled(promise);
  }

  #error(): TransportError {
    return new TransportError({ code: 'ERR_CLOSED', op: 'use', at: this.at });
  }
}
