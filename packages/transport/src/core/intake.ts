import type { Clock } from '../contract/clock.ts';
import { TransportError } from '../contract/errors.ts';
import type { Op, Step } from '../contract/op.ts';
import { stoppedBefore, watch, watchSilence, type Stopped } from './deadline.ts';
import type { ItemQueue, ReadKind } from './item-queue.ts';

/** What the intake needs of the connection or socket around it. */
export interface IntakeHost {
  readonly clock: Clock;
  /** The place in words, for messages. */
  readonly at: string;
  /** When an item last came. */
  readonly lastInMs: number;
  /** Somebody reads, or the queue got shorter. */
  onWanted(): void;
}

interface Waiter<Q> {
  readonly kind: ReadKind<Q, unknown, unknown>;
  readonly argument: unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
  release: (() => void) | undefined;
}

interface Consumer<T> {
  readonly each: (item: T) => Step;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
  /** `each` runs, or a promise of it is pending. */
  held: boolean;
  /** When it began to wait: silence counts from here. */
  waitingMs: number;
  release: (() => void) | undefined;
}

/** What a callback returns besides promises is of no meaning, whatever its type says: `(chunk) => chunks.push(chunk)`. */
const isPending = (step: Step): step is Promise<void> =>
  typeof (step as { readonly then?: unknown } | undefined | null)?.then === 'function';

/** What ended the intake: nothing more comes (after what is queued), or a failure (likewise), made anew for each reader. */
type Ending = { readonly error?: () => unknown };

/**
 * One read queue and its one reader, for streams and datagrams alike.
 *
 * Rules: one reader at a time, a second is `ERR_BUSY` and harms nobody. What is queued comes before the end or failure.
 * A cancelled read leaves everything in the queue. `each` of `consume` is never re-entered.
 */
export class Intake<T, Q extends ItemQueue<T>> {
  readonly queue: Q;
  readonly #host: IntakeHost;
  #waiter: Waiter<Q> | undefined;
  #consumer: Consumer<T> | undefined;
  #ending: Ending | undefined;
  #refusal: (() => unknown) | undefined;
  #interruption: Stopped | undefined;

  constructor(host: IntakeHost, queue: Q) {
    this.#host = host;
    this.queue = queue;
  }

  /** A read waits: what is queued does not suffice for it. */
  get waiting(): boolean {
    return this.#waiter !== undefined;
  }

  /** Somebody reads. */
  get busy(): boolean {
    return this.#waiter !== undefined || this.#consumer !== undefined;
  }

  /** Takes an item in: hands it to the consumer that waits for it, or queues it. */
  onItem(item: T): void {
    const consumer = this.#consumer;
    if (consumer !== undefined && !consumer.held && this.queue.size === 0) {
      this.#step(consumer, item);
      // `each` may have put something back, or ended the reading.
      const isOwed = this.queue.size > 0 || this.#ending !== undefined;
      if (isOwed && !consumer.held && consumer === this.#consumer) this.#resumeSoon(consumer);
      return;
    }
    this.queue.push(item);
    const waiter = this.#waiter;
    if (waiter?.kind.ready(this.queue, waiter.argument) === true) this.#answer(waiter);
  }

  /** Nothing more comes. With `error`, reads fail with what it makes, once the queue is empty. The first ending stands. */
  end(error?: () => unknown): void {
    if (this.#ending !== undefined) return;
    this.#ending = error === undefined ? {} : { error };
    if (this.#waiter !== undefined) this.#answer(this.#waiter);
    else if (this.#consumer !== undefined) this.#pump(this.#consumer);
  }

  /** Fails the read under way, or else the next one after what is queued, and goes on. */
  interrupt(reason: unknown): void {
    const reader = this.#waiter ?? this.#consumer;
    // A consumer that is held has not seen yet what came before.
    if (reader === undefined || this.#consumer?.held === true) this.#interruption ??= { reason };
    else this.#fail(reader, reason);
  }

  /** Lets `insert` put items in front of the queue, and wakes a waiting reader. */
  putBack(insert: (queue: Q) => void): void {
    if (this.#refusal !== undefined) throw this.#refusal();
    insert(this.queue);
    const waiter = this.#waiter;
    const consumer = this.#consumer;
    if (waiter?.kind.ready(this.queue, waiter.argument) === true) this.#answer(waiter);
    // A consumer in the middle of `each` comes to it by itself.
    else if (consumer !== undefined && !consumer.held) this.#resumeSoon(consumer);
  }

  /** From now on every read is refused, whatever is queued. */
  refuse(error: () => unknown): void {
    this.#refusal = error;
    this.queue.clear();
    const reader = this.#waiter ?? this.#consumer;
    if (reader !== undefined) this.#fail(reader, error());
  }

  /** Reads once. */
  read<Argument, Result>(kind: ReadKind<Q, Argument, Result>, argument: Argument, op: Op | undefined): Promise<Result> {
    try {
      const stopped = this.#obstacle(op);
      if (stopped !== undefined) return Promise.reject(stopped.reason);
      if (this.#answerable(kind, argument)) {
        const result = this.#result(kind, argument);
        this.#host.onWanted();
        return Promise.resolve(result);
      }
    } catch (error) {
      return Promise.reject(error);
    }
    return new Promise<Result>((resolve, reject) => {
      const waiter: Waiter<Q> = {
        kind: kind as ReadKind<Q, unknown, unknown>,
        argument,
        resolve: resolve as (result: unknown) => void,
        reject,
        release: undefined,
      };
      this.#waiter = waiter;
      if (op !== undefined) {
        waiter.release = watch(op, this.#host.clock, 'recv', this.#host.at, (reason) => this.#fail(waiter, reason));
      }
      this.#host.onWanted();
    });
  }

  /** Reads once, now: the result, or `undefined` where `read` would wait. Throws as `read` rejects. */
  tryRead<Argument, Result>(kind: ReadKind<Q, Argument, Result>, argument: Argument): Result | undefined {
    const stopped = this.#obstacle(undefined);
    if (stopped !== undefined) throw stopped.reason;
    const result = this.#answerable(kind, argument) ? this.#result(kind, argument) : undefined;
    this.#host.onWanted();
    return result;
  }

  /** Hands every item to `each`, until the end. */
  consume(each: (item: T) => Step, op: Op | undefined): Promise<void> {
    if (typeof each !== 'function') return Promise.reject(new TypeError('consume needs a function'));
    try {
      const stopped = this.#obstacle(op);
      if (stopped !== undefined) return Promise.reject(stopped.reason);
    } catch (error) {
      return Promise.reject(error);
    }
    return new Promise<void>((resolve, reject) => {
      const consumer: Consumer<T> = {
        each,
        resolve,
        reject,
        held: false,
        waitingMs: this.#host.clock.now(),
        release: undefined,
      };
      this.#consumer = consumer;
      if (op !== undefined) {
        consumer.release = watchSilence(op, this.#host.clock, this.#host.at, {
          sinceMs: () => (consumer.held ? undefined : Math.max(consumer.waitingMs, this.#host.lastInMs)),
          stop: (reason) => this.#fail(consumer, reason),
        });
      }
      this.#host.onWanted();
      // Never from inside `consume`: the caller has not got its promise yet.
      if (this.queue.size > 0 || this.#ending !== undefined || this.#interruption !== undefined) {
        this.#resumeSoon(consumer);
      }
    });
  }

  /** Why a read cannot start. */
  #obstacle(op: Op | undefined): Stopped | undefined {
    const stopped = op === undefined ? undefined : stoppedBefore(op, 'recv', this.#host.at);
    if (stopped !== undefined) return stopped;
    if (this.#refusal !== undefined) return { reason: this.#refusal() };
    if (this.#waiter !== undefined || this.#consumer !== undefined)
      return { reason: new TransportError({ code: 'ERR_BUSY', op: 'recv', at: this.#host.at }) };
    return undefined;
  }

  #answerable<Argument>(kind: ReadKind<Q, Argument, unknown>, argument: Argument): boolean {
    if (kind.ready(this.queue, argument)) return true;
    return this.#ending !== undefined || this.#interruption !== undefined;
  }

  /** What an answerable read gives; throws the failure where there is one and the queue does not suffice. */
  #result<Argument, Result>(kind: ReadKind<Q, Argument, Result>, argument: Argument): Result {
    if (kind.ready(this.queue, argument)) return kind.take(this.queue, argument);
    const interruption = this.#interruption;
    if (interruption !== undefined) {
      this.#interruption = undefined;
      throw interruption.reason;
    }
    if (this.#ending?.error !== undefined) throw this.#ending.error();
    return kind.atEnd(this.queue, argument);
  }

  #answer(waiter: Waiter<Q>): void {
    this.#clear(waiter);
    try {
      waiter.resolve(this.#result(waiter.kind, waiter.argument));
    } catch (error) {
      waiter.reject(error);
    }
  }

  #fail(reader: Waiter<Q> | Consumer<T>, reason: unknown): void {
    this.#clear(reader);
    reader.reject(reason);
  }

  #clear(reader: Waiter<Q> | Consumer<T>): void {
    if (reader === this.#waiter) this.#waiter = undefined;
    if (reader === this.#consumer) this.#consumer = undefined;
    reader.release?.();
  }

  #step(consumer: Consumer<T>, item: T): void {
    let step: Step;
    consumer.held = true;
    try {
      step = consumer.each(item);
    } catch (error) {
      if (consumer === this.#consumer) this.#fail(consumer, error);
      return;
    }
    if (!isPending(step)) {
      consumer.held = false;
      return;
    }
    Promise.resolve(step).then(
      () => this.#resume(consumer),
      (error: unknown) => {
        if (consumer === this.#consumer) this.#fail(consumer, error);
      },
    );
  }

  #resumeSoon(consumer: Consumer<T>): void {
    consumer.held = true;
    queueMicrotask(() => this.#resume(consumer));
  }

  #resume(consumer: Consumer<T>): void {
    consumer.held = false;
    consumer.waitingMs = this.#host.clock.now();
    this.#pump(consumer);
  }

  /** Gives a consumer what is queued, then the end. */
  #pump(consumer: Consumer<T>): void {
    while (consumer === this.#consumer && !consumer.held) {
      const item = this.queue.shift();
      if (item === undefined) break;
      this.#step(consumer, item);
    }
    if (consumer !== this.#consumer) return;
    this.#host.onWanted();
    if (consumer.held || this.queue.size > 0) return;
    const failure =
      this.#interruption ?? (this.#ending?.error === undefined ? undefined : { reason: this.#ending.error() });
    if (failure !== undefined) {
      this.#interruption = undefined;
      this.#fail(consumer, failure.reason);
    } else if (this.#ending !== undefined) {
      this.#clear(consumer);
      consumer.resolve();
    }
  }
}
