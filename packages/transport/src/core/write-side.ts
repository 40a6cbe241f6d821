import type { Clock } from '../contract/clock.ts';
import type { StreamDriver } from '../contract/driver.ts';
import { TransportError } from '../contract/errors.ts';
import type { Bytes, Op } from '../contract/op.ts';
import { stoppedBefore, watch } from './deadline.ts';

/** What a write side needs of its connection. */
export interface WriteHost {
  readonly clock: Clock;
  readonly at: string;
  readonly driver: StreamDriver;
  /** Drops the connection because a bound was passed. */
  overflow(error: TransportError): void;
}

/** The bounds of a write side. */
export interface WriteLimits {
  readonly maxQueuedBytes: number;
  readonly highWaterBytes: number;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
  release: (() => void) | undefined;
}

const encoder = new TextEncoder();
const settled: Promise<void> = Promise.resolve();
const ignore = (): void => undefined;

/** Text as UTF-8; bytes as they are. */
export const toBytes = (data: Bytes): Uint8Array => {
  if (typeof data === 'string') return encoder.encode(data);
  if (data instanceof Uint8Array) return data;
  throw new TypeError(`data must be a Uint8Array or a string, not ${data === null ? 'null' : typeof data}`);
};

/** Bytes of one or several parts, as one. */
export const joinBytes = (data: Bytes | readonly Bytes[]): Uint8Array => {
  if (!isParts(data)) return toBytes(data);
  const parts = data.map(toBytes);
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const part of parts) {
    whole.set(part, filled);
    filled += part.length;
  }
  return whole;
};

/** Keeps a rejection that nobody awaits from ending the process: the connection itself tells the failure. */
export const handled = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(ignore);
  return promise;
};

/**
 * The sending half of a connection. Everything goes to the driver at once and in call order; who must wait is settled when
 * the driver's queue is empty (sends: their bytes are free then) or below the mark (`writable`).
 */
export class WriteSide {
  readonly #host: WriteHost;
  readonly #limits: WriteLimits;
  /** Sends that the kernel has not taken, oldest first. */
  #sends: Waiter[] | undefined;
  /** Those who wait for room. */
  #hopeful: Waiter[] | undefined;
  /** Bytes given to the driver since the oldest unsettled send. */
  #behind = 0;
  #isGone = false;
  #refusal: (() => unknown) | undefined;
  /** What every plain send gets once it is refused: whoever awaits nothing may send on without end, and an error each is dear. */
  #refused: Promise<never> | undefined;
  finished = false;
  bytesOut = 0;
  lastOutMs: number;

  constructor(host: WriteHost, limits: WriteLimits) {
    this.#host = host;
    this.#limits = limits;
    this.lastOutMs = host.clock.now();
  }

  send(data: Bytes | readonly Bytes[], op: Op | undefined): Promise<void> {
    if (this.#refusal !== undefined && op === undefined) {
      return (this.#refused ??= handled(Promise.reject(this.#refusal())));
    }
    try {
      this.#admit(op);
      if (isParts(data)) {
        const parts = data.map(toBytes);
        const bytes = parts.reduce((sum, part) => sum + part.length, 0);
        this.#checkRoom(bytes);
        return this.#taken(bytes, this.#host.driver.writev(parts, parts.length), op);
      }
      const bytes = toBytes(data);
      this.#checkRoom(bytes.length);
      return this.#taken(bytes.length, this.#host.driver.write(bytes), op);
    } catch (error) {
      return handled(Promise.reject(error));
    }
  }

  trySend(data: Bytes): boolean {
    this.#admit(undefined);
    const bytes = toBytes(data);
    if (this.#host.driver.queued >= this.#limits.highWaterBytes) return false;
    this.#host.driver.write(bytes);
    this.#count(bytes.length);
    return true;
  }

  writable(op: Op | undefined): Promise<void> {
    try {
      this.#admit(op);
    } catch (error) {
      return handled(Promise.reject(error));
    }
    if (this.#host.driver.queued < this.#limits.highWaterBytes) return settled;
    return this.#wait((this.#hopeful ??= []), op, 'leaves');
  }

  /** Finishes the direction, once; waits until everything before it is out. */
  finish(op: Op | undefined): Promise<void> {
    try {
      this.#mayStart(op);
      if (!this.finished) {
        this.#admit(undefined);
        this.finishNow();
      }
    } catch (error) {
      return handled(Promise.reject(error));
    }
    return this.#flushed(op);
  }

  finishNow(): void {
    if (this.finished) return;
    this.finished = true;
    this.#host.driver.finish();
  }

  /** Settles when the driver holds nothing; rejects when the connection is gone before. */
  flushed(): Promise<void> {
    return this.#flushed(undefined);
  }

  #flushed(op: Op | undefined): Promise<void> {
    if (this.#host.driver.queued === 0) return settled;
    if (this.#isGone && this.#refusal !== undefined) return handled(Promise.reject(this.#refusal()));
    return this.#wait((this.#sends ??= []), op, 'leaves');
  }

  onDrain(): void {
    const { queued } = this.#host.driver;
    if (queued === 0 && this.#sends !== undefined) {
      const sends = this.#sends;
      this.#sends = undefined;
      this.#behind = 0;
      for (const waiter of sends) settle(waiter);
    }
    if (queued < this.#limits.highWaterBytes && this.#hopeful !== undefined) {
      const hopeful = this.#hopeful;
      this.#hopeful = undefined;
      for (const waiter of hopeful) settle(waiter);
    }
    this.#askForDrain();
  }

  /** The driver is gone: what waits for it now waits in vain. */
  onGone(error: () => unknown): void {
    this.#isGone = true;
    this.refuse(error);
  }

  /** Rejects those who wait, and from now on every send, with what `error` makes. */
  refuse(error: () => unknown): void {
    this.#refusal = error;
    this.#refused = undefined;
    const waiting = [...(this.#sends ?? []), ...(this.#hopeful ?? [])];
    this.#sends = undefined;
    this.#hopeful = undefined;
    for (const waiter of waiting) {
      waiter.release?.();
      waiter.reject(error());
    }
  }

  /** The place is put into words only where there is something to say of it: a send without `op` costs nothing here. */
  #mayStart(op: Op | undefined): void {
    const obstacle = op === undefined ? undefined : stoppedBefore(op, 'send', this.#host.at);
    if (obstacle !== undefined) throw obstacle.reason;
  }

  #admit(op: Op | undefined): void {
    this.#mayStart(op);
    if (this.#refusal !== undefined) throw this.#refusal();
    if (!this.finished) return;
    const reason = 'this side has finished sending';
    throw new TransportError({ code: 'ERR_CLOSED', op: 'send', at: this.#host.at, reason });
  }

  #checkRoom(bytes: number): void {
    if (this.#sends === undefined || this.#sends.length === 0) return;
    // What the kernel has taken since then stands behind nothing any more, though nobody was told: the queue was never empty.
    const behind = Math.min(this.#behind, this.#host.driver.queued) + bytes;
    if (behind <= this.#limits.maxQueuedBytes) return;
    const reason = `${behind} bytes stand behind a send that has not settled, more than ${this.#limits.maxQueuedBytes}`;
    const error = new TransportError({ code: 'ERR_SEND_BUFFER', op: 'send', at: this.#host.at, reason });
    this.#host.overflow(error);
    throw error;
  }

  #count(bytes: number): void {
    this.bytesOut += bytes;
    if (this.#sends !== undefined) this.#behind += bytes;
    this.lastOutMs = this.#host.clock.now();
  }

  #taken(bytes: number, queued: number, op: Op | undefined): Promise<void> {
    this.#count(bytes);
    if (queued === 0) return settled;
    return this.#wait((this.#sends ??= []), op, 'stays');
  }

  /** A send that is called off stays in its place: its bytes may still go out, and count until then. */
  #wait(among: Waiter[], op: Op | undefined, calledOff: 'stays' | 'leaves'): Promise<void> {
    const promise = new Promise<void>((resolve, reject) => {
      const waiter: Waiter = { resolve, reject, release: undefined };
      among.push(waiter);
      if (op === undefined) return;
      waiter.release = watch(op, this.#host.clock, 'send', this.#host.at, (reason) => {
        if (calledOff === 'leaves') among.splice(among.indexOf(waiter), 1);
        reject(reason);
      });
    });
    this.#askForDrain();
    return handled(promise);
  }

  /** The highest threshold that somebody waits for comes first. */
  #askForDrain(): void {
    if (this.#hopeful !== undefined) this.#host.driver.wantDrain(this.#limits.highWaterBytes);
    else if (this.#sends !== undefined) this.#host.driver.wantDrain(1);
  }
}

const settle = (waiter: Waiter): void => {
  waiter.release?.();
  waiter.resolve();
};

const isParts = (data: Bytes | readonly Bytes[]): data is readonly Bytes[] => Array.isArray(data);
