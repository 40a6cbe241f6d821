import type { Clock } from '../contract/clock.ts';
import type { StreamDriver } from '../contract/driver.ts';
import { TransportError } from '../contract/errors.ts';
import type { Op, Step } from '../contract/op.ts';
import { ChunkQueue } from './chunk-queue.ts';
import { Intake, type IntakeHost, type ReadKind } from './intake.ts';
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
  readonly at: string;
}

const recvExactlyKind: ReadKind<ChunkQueue, ExactRead, Uint8Array> = {
  ready: (queue, { count }) => queue.size >= count,
  take: (queue, { count }) => queue.shiftExactly(count),
  atEnd: (queue, { count, at }) => {
    const partial = queue.shiftExactly(queue.size);
    const reason = `the peer finished after ${partial.length} of ${count} bytes`;
    throw new TransportError({ code: 'ERR_EOF', op: 'recv', at, reason, partial });
  },
};

/** Whether the driver reads: not yet asked to, reading, or held back because the queue is full. */
type Flow = 'unasked' | 'reading' | 'paused';

/**
 * The receiving half of a connection: reads ahead into a queue of our own, up to a bound, and pushes the peer back past it.
 *
 * Reading starts with the first read, and goes on while nobody asks: what came before a reset must be in our hands by then.
 */
export class ReadSide implements IntakeHost {
  readonly #host: ReadHost;
  readonly #intake: Intake<Uint8Array, ChunkQueue>;
  #limit: number;
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
    if (this.#intake.queue.size >= this.#limit && this.#flow === 'reading') this.#holdBack();
  }

  onEnd(): void {
    this.ended = true;
    this.#intake.end();
    this.#onEnded?.();
  }

  onFailure(error: () => unknown): void {
    this.#intake.end(error);
    this.#onEnded?.();
  }

  /** Settles when nothing more will come. */
  untilEnded(): Promise<void> {
    return new Promise((resolve) => {
      this.#onEnded = resolve;
    });
  }

  onWanted(): void {
    if (this.#flow === 'reading' || this.#intake.queue.size >= this.#limit) return;
    this.#flow = 'reading';
    this.#host.driver.resume();
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
    if (buffer.length > 0) return this.#intake.read(recvIntoKind, buffer, op);
    return Promise.reject(new RangeError('recvInto needs a buffer of at least 1 byte, not 0: 0 means the end'));
  }

  recvExactly(count: number, op: Op | undefined): Promise<Uint8Array> {
    try {
      countOption('n', count, 0, 0);
    } catch (error) {
      return Promise.reject(error);
    }
    if (count === 0) return Promise.resolve(new Uint8Array(0));
    if (!this.#intake.busy) this.#limit = Math.max(this.#limit, count);
    return this.#intake.read(recvExactlyKind, { count, at: this.at }, op);
  }

  unrecv(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#intake.putBack((queue) => queue.unshift(bytes));
  }

  consume(each: (chunk: Uint8Array) => Step, op: Op | undefined): Promise<void> {
    return this.#intake.consume(each, op);
  }

  /** What came is still there to read, then the end; what comes is dropped. */
  finish(): void {
    this.#discarding = true;
    this.#intake.end();
    this.onWanted();
  }

  /** Drops what came and comes; reads are refused with `error`. */
  discard(error: () => unknown): void {
    this.#discarding = true;
    this.#intake.refuse(error);
    this.onWanted();
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
