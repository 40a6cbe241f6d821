import type { Clock } from '../contract/clock.ts';
import type { StreamDriver } from '../contract/driver.ts';
import { TransportError } from '../contract/errors.ts';
import type { Op, Step } from '../contract/op.ts';
import { ChunkQueue } from './chunk-queue.ts';
import { Intake, type IntakeHost } from './intake.ts';
import type { ReadKind } from './item-queue.ts';
import { countOption } from './limits.ts';

/** What a read side needs of its connection. */
export interface ReadHost {
  readonly clock: Clock;
  readonly at: string;
  readonly driver: StreamDriver;
  /** Drops the connection because a bound was passed. */
  overflow(error: TransportError): void;
}

const recvKind: ReadKind<ChunkQueue, number, Uint8Array | null> = {
  ready: (queue) => queue.size > 0,
  take: (queue, max) => queue.shiftUpTo(max) ?? null,
  atEnd: () => null,
};

const recvIntoKind: ReadKind<ChunkQueue, Uint8Array, number> = {
  ready: (queue) => queue.size > 0,
  take: (queue, buffer) => queue.shiftInto(buffer),
  atEnd: () => 0,
};

interface ExactRead {
  readonly count: number;
  readonly host: ReadHost;
}

const recvExactlyKind: ReadKind<ChunkQueue, ExactRead, Uint8Array> = {
  ready: (queue, { count }) => queue.size >= count,
  take: (queue, { count }) => queue.shiftExactly(count),
  atEnd: (queue, { count, host }) => {
    const partial = queue.shiftExactly(queue.size);
    const reason = `the peer finished after ${partial.length} of ${count} bytes`;
    throw new TransportError({ code: 'ERR_EOF', op: 'recv', at: host.at, reason, partial });
  },
};

/** Whether the driver reads: not yet asked to, reading, held back because the queue is full, or gone. */
type Flow = 'unasked' | 'reading' | 'paused' | 'gone';

/**
 * The receiving half of a connection: reads ahead into a queue of our own, up to a bound, and pushes the peer back past it.
 *
 * Reading starts with the first read, and goes on while nobody asks: what came before a reset must be in our hands by then.
 */
export class ReadSide implements IntakeHost {
  readonly #host: ReadHost;
  readonly #intake: Intake<Uint8Array, ChunkQueue>;
  readonly #limit: number;
  #flow: Flow = 'unasked';
  #discarding = false;
  bytesIn = 0;
  lastInMs: number;
  ended = false;
  #onEnded: (() => void) | undefined;

  constructor(host: ReadHost, maxReadAheadBytes: number) {
    this.#host = host;
    this.#limit = maxReadAheadBytes;
    this.#intake = new Intake(this, new ChunkQueue());
    this.lastInMs = host.clock.now();
  }

  get clock(): Clock {
    return this.#host.clock;
  }

  get at(): string {
    return this.#host.at;
  }

  onData(chunk: Uint8Array): void {
    this.bytesIn += chunk.length;
    this.lastInMs = this.#host.clock.now();
    if (this.#discarding) return;
    this.#intake.onItem(chunk);
    // A read that waits for more than the bound is what the bound makes room for.
    if (this.#intake.queue.size >= this.#limit && this.#flow === 'reading' && !this.#intake.waiting) this.#holdBack();
  }

  onEnd(): void {
    this.ended = true;
    this.#intake.end();
    this.#onEnded?.();
  }

  /** The driver is gone: reads end, or fail with what `error` makes, after what is queued. */
  onGone(error?: () => unknown): void {
    this.#flow = 'gone';
    this.#intake.end(error);
    this.#onEnded?.();
  }

  /** Settles when nothing more will come. */
  untilEnded(): Promise<void> {
    if (this.ended || this.#flow === 'gone') return Promise.resolve();
    return new Promise((resolve) => {
      this.#onEnded = resolve;
    });
  }

  onWanted(): void {
    if (this.#flow === 'reading') return;
    if (this.#intake.queue.size < this.#limit || this.#intake.waiting) this.readOn();
  }

  recv(max: number | undefined, op: Op | undefined): Promise<Uint8Array | null> {
    try {
      return this.#intake.read(recvKind, countOption('max', max, Infinity), op);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  tryRecv(max: number | undefined): Uint8Array | null | undefined {
    return this.#intake.tryRead(recvKind, countOption('max', max, Infinity));
  }

  recvInto(buffer: Uint8Array, op: Op | undefined): Promise<number> {
    if (!(buffer instanceof Uint8Array)) return Promise.reject(new TypeError('recvInto needs a Uint8Array'));
    if (buffer.length > 0) return this.#intake.read(recvIntoKind, buffer, op);
    return Promise.reject(new RangeError('recvInto needs a buffer of at least 1 byte, not 0: 0 means the end'));
  }

  recvExactly(count: number, op: Op | undefined): Promise<Uint8Array> {
    try {
      if (countOption('n', count, 0, 0) === Infinity)
        throw new RangeError('n must be finite: recvExactly waits for it');
      return this.#intake.read(recvExactlyKind, { count, host: this.#host }, op);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  unrecv(bytes: Uint8Array): void {
    if (!(bytes instanceof Uint8Array)) throw new TypeError('unrecv needs a Uint8Array');
    this.#intake.putBack((queue) => {
      if (bytes.length > 0) queue.unshift(bytes);
    });
  }

  /** A read is under way. */
  get busy(): boolean {
    return this.#intake.busy;
  }

  /** Takes everything that is unread; another driver takes over, which has not been asked to read. */
  handOver(): Uint8Array {
    this.#flow = 'unasked';
    return this.#intake.queue.shiftExactly(this.#intake.queue.size);
  }

  consume(each: (chunk: Uint8Array) => Step, op: Op | undefined): Promise<void> {
    return this.#intake.consume(each, op);
  }

  /** What came is still there to read, then the end; what comes is dropped. */
  finish(): void {
    this.#discarding = true;
    this.#intake.end();
    this.readOn();
  }

  /** Drops what came and comes; reads are refused with `error`. */
  refuse(error: () => unknown): void {
    this.#discarding = true;
    this.#intake.refuse(error);
  }

  /** Reads whatever the queue holds: what is dropped stands before the end of the peer. */
  readOn(): void {
    if (this.#flow === 'reading' || this.#flow === 'gone') return;
    this.#flow = 'reading';
    this.#host.driver.resume();
  }

  #holdBack(): void {
    if (this.#host.driver.caps.has('pause')) {
      this.#flow = 'paused';
      this.#host.driver.pause();
      return;
    }
    const reason = `more than ${this.#limit} bytes wait to be read, and this transport cannot push the peer back`;
    this.#host.overflow(new TransportError({ code: 'ERR_RECV_BUFFER', op: 'recv', at: this.at, reason }));
  }
}
