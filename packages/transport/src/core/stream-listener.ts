import type { Address } from '@stack/address';
import type { Clock } from '../contract/clock.ts';
import type { Connection } from '../contract/connection.ts';
import type { DriverTlsOptions, ListenerDriver, ListenerEvents, StreamDriver } from '../contract/driver.ts';
import type { TransportError } from '../contract/errors.ts';
import type { Listener } from '../contract/listener.ts';
import type { Op } from '../contract/op.ts';
import { stoppedBefore, watch } from './deadline.ts';
import { type ConnectionLimits, StreamConnection } from './stream-connection.ts';

/** The bounds of one listener and its connections, checked. */
export interface ListenerLimits extends ConnectionLimits {
  readonly maxUnclaimed: number;
  /** Its connections speak TLS. */
  readonly tls?: DriverTlsOptions | undefined;
}

interface Acceptor {
  readonly resolve: (connection: Connection | null) => void;
  readonly reject: (reason: unknown) => void;
  release: (() => void) | undefined;
}

/** `open` → `stopping` (no new ones soon, hands out what comes) → `closed` (nothing comes any more). */
type Phase = 'open' | 'stopping' | 'closed';

/**
 * The one `Listener` over every backend: hands out connections as they are asked for, over one or several listening sockets.
 *
 * What nobody has asked for yet waits here, paused, up to a bound; past it, it is reset at once and counted. What its
 * driver says is over before anybody asked makes room; where the driver does not say, it keeps its place, as it does in
 * the queue of a kernel.
 */
export class StreamListener implements Listener, ListenerEvents {
  readonly clock: Clock;
  readonly #at: string;
  readonly #limits: ListenerLimits;
  readonly #drivers: ListenerDriver[] = [];
  readonly #unclaimed: StreamConnection[] = [];
  readonly #acceptors: Acceptor[] = [];
  #phase: Phase = 'open';
  #failure: TransportError | undefined;
  #closing: Promise<void> | undefined;
  refused = 0;
  #abandoned = 0;

  constructor(at: string, clock: Clock, limits: ListenerLimits) {
    this.#at = at;
    this.clock = clock;
    this.#limits = limits;
  }

  get abandoned(): number {
    this.#prune();
    return this.#abandoned;
  }

  get addresses(): readonly Address[] {
    return this.#drivers.map((driver) => driver.address);
  }

  /** Adds a listening socket that reports to this listener; one that comes too late is closed. */
  add(driver: ListenerDriver): void {
    if (this.#phase === 'closed') void driver.close();
    else this.#drivers.push(driver);
  }

  accept(op?: Op): Promise<Connection | null> {
    try {
      const stopped = stoppedBefore(op, 'accept', this.#at);
      if (stopped !== undefined) return Promise.reject(stopped.reason);
    } catch (error) {
      return Promise.reject(error);
    }
    const waiting = this.#nextUnclaimed();
    if (waiting !== undefined) return Promise.resolve(waiting);
    const failure = this.#failure;
    if (failure !== undefined) {
      this.#failure = undefined;
      return Promise.reject(failure);
    }
    if (this.#phase === 'closed') return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      const acceptor: Acceptor = { resolve, reject, release: undefined };
      this.#acceptors.push(acceptor);
      if (op === undefined) return;
      acceptor.release = watch(op, this.clock, 'accept', this.#at, (reason) => {
        this.#acceptors.splice(this.#acceptors.indexOf(acceptor), 1);
        reject(reason);
      });
    });
  }

  stop(): void {
    if (this.#phase !== 'open') return;
    this.#phase = 'stopping';
    const finish = (): void => this.#finish();
    void Promise.all(this.#drivers.map((driver) => driver.stop())).then(finish, finish);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Connection> {
    try {
      for (let connection = await this.accept(); connection !== null; connection = await this.accept())
        yield connection;
    } finally {
      await this.close();
    }
  }

  onConnection(driver: StreamDriver): void {
    const acceptor = this.#acceptors.shift();
    if (this.#phase === 'closed') return driver.reset();
    if (acceptor === undefined && this.#isFull()) {
      this.refused += 1;
      return driver.reset();
    }
    const { tls } = this.#limits;
    const secure = tls === undefined ? undefined : driver.secure?.(tls);
    const connection = new StreamConnection(secure ?? driver, this.clock, this.#limits);
    if (acceptor === undefined) {
      this.#unclaimed.push(connection);
      return;
    }
    acceptor.release?.();
    acceptor.resolve(connection);
  }

  onError(error: TransportError): void {
    if (this.#phase === 'closed') return;
    // The peer left before the kernel could hand it over: nobody is missing anything.
    if (error.code === 'ECONNABORTED') this.#abandoned += 1;
    else this.#tell(error);
  }

  onClose(error: TransportError): void {
    if (this.#phase === 'closed') return;
    this.#tell(error);
    this.#finish();
    void this.#release();
  }

  /** The one that waits longest hears of it, else the next one that asks. */
  #tell(error: TransportError): void {
    const acceptor = this.#acceptors.shift();
    if (acceptor === undefined) this.#failure = error;
    else {
      acceptor.release?.();
      acceptor.reject(error);
    }
  }

  #nextUnclaimed(): StreamConnection | undefined {
    for (;;) {
      const oldest = this.#unclaimed.shift();
      if (oldest?.cameToNothing !== true) return oldest;
      this.#abandoned += 1;
    }
  }

  #isFull(): boolean {
    if (this.#unclaimed.length < this.#limits.maxUnclaimed) return false;
    this.#prune();
    return this.#unclaimed.length >= this.#limits.maxUnclaimed;
  }

  /** Leaves out those that are over before anybody claimed them; who brought something is still handed out. */
  #prune(): void {
    for (let i = this.#unclaimed.length - 1; i >= 0; i -= 1) {
      if (this.#unclaimed[i]?.cameToNothing !== true) continue;
      this.#unclaimed.splice(i, 1);
      this.#abandoned += 1;
    }
  }

  async #close(): Promise<void> {
    this.#finish();
    for (const connection of this.#unclaimed.splice(0)) connection.abort();
    await this.#release();
  }

  async #release(): Promise<void> {
    await Promise.all(this.#drivers.map((driver) => driver.close()));
  }

  /** Nothing more will come: those who wait get `null`. */
  #finish(): void {
    this.#phase = 'closed';
    for (const acceptor of this.#acceptors.splice(0)) {
      acceptor.release?.();
      acceptor.resolve(null);
    }
  }
}
