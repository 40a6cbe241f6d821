import type { Clock } from '../contract/clock.ts';
import type { Op } from '../contract/op.ts';
import { stoppedBefore, watch } from './deadline.ts';

interface Acceptor<C> {
  readonly resolve: (connection: C | null) => void;
  readonly reject: (reason: unknown) => void;
  release: (() => void) | undefined;
}

/**
 * Connections and those who ask for them, each in order: what nobody has asked for yet waits here, up to a bound; who asks
 * before there is one waits, too.
 */
export class AcceptQueue<C> {
  readonly #at: string;
  readonly #clock: Clock;
  readonly #maxUnclaimed: number;
  readonly #isOver: (connection: C) => boolean;
  readonly #unclaimed: C[] = [];
  readonly #acceptors: Acceptor<C>[] = [];
  #failure: { readonly error: unknown } | undefined;
  #isClosed = false;
  #abandoned = 0;

  /** @param isOver - tells that a connection came to nothing before anybody claimed it: it makes room */
  constructor(at: string, clock: Clock, maxUnclaimed: number, isOver: (connection: C) => boolean = () => false) {
    this.#at = at;
    this.#clock = clock;
    this.#maxUnclaimed = maxUnclaimed;
    this.#isOver = isOver;
  }

  /** How many were over before anybody claimed them. */
  get abandoned(): number {
    this.#prune();
    return this.#abandoned;
  }

  /** Whether one more would be taken. */
  get hasRoom(): boolean {
    if (this.#acceptors.length > 0 || this.#unclaimed.length < this.#maxUnclaimed) return true;
    this.#prune();
    return this.#unclaimed.length < this.#maxUnclaimed;
  }

  accept(op: Op | undefined): Promise<C | null> {
    try {
      const stopped = stoppedBefore(op, 'accept', this.#at);
      if (stopped !== undefined) return Promise.reject(stopped.reason);
    } catch (error) {
      return Promise.reject(error);
    }
    const waiting = this.#next();
    if (waiting !== undefined) return Promise.resolve(waiting);
    if (this.#failure !== undefined) {
      const { error } = this.#failure;
      this.#failure = undefined;
      return Promise.reject(error);
    }
    if (this.#isClosed) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      const acceptor: Acceptor<C> = { resolve, reject, release: undefined };
      this.#acceptors.push(acceptor);
      if (op === undefined) return;
      acceptor.release = watch(op, this.#clock, 'accept', this.#at, (reason) => {
        this.#acceptors.splice(this.#acceptors.indexOf(acceptor), 1);
        reject(reason);
      });
    });
  }

  /** Hands a connection to who waits longest, or keeps it: there must be room. */
  add(connection: C): void {
    const acceptor = this.#acceptors.shift();
    if (acceptor === undefined) {
      this.#unclaimed.push(connection);
      return;
    }
    acceptor.release?.();
    acceptor.resolve(connection);
  }

  /** Fails who waits longest, or else the next one who finds nothing here. */
  fail(error: unknown): void {
    const acceptor = this.#acceptors.shift();
    if (acceptor === undefined) {
      this.#failure = { error };
      return;
    }
    acceptor.release?.();
    acceptor.reject(error);
  }

  /** Nothing more will come: those who wait get `null`. */
  finish(): void {
    this.#isClosed = true;
    for (const acceptor of this.#acceptors.splice(0)) {
      acceptor.release?.();
      acceptor.resolve(null);
    }
  }

  /** Takes out what nobody asked for. */
  takeUnclaimed(): C[] {
    return this.#unclaimed.splice(0);
  }

  #next(): C | undefined {
    for (;;) {
      const oldest = this.#unclaimed.shift();
      if (oldest === undefined || !this.#isOver(oldest)) return oldest;
      this.#abandoned += 1;
    }
  }

  /** Leaves out those that are over; who brought something is still handed out. */
  #prune(): void {
    for (let i = this.#unclaimed.length - 1; i >= 0; i -= 1) {
      const connection = this.#unclaimed[i];
      if (connection === undefined || !this.#isOver(connection)) continue;
      this.#unclaimed.splice(i, 1);
      this.#abandoned += 1;
    }
  }
}
