import type { Address } from '@stack/address';
import type { Clock } from '../contract/clock.ts';
import type { Connection } from '../contract/connection.ts';
import type { DriverTlsOptions, ListenerDriver, ListenerEvents, StreamDriver } from '../contract/driver.ts';
import type { TransportError } from '../contract/errors.ts';
import type { Listener } from '../contract/listener.ts';
import type { Op } from '../contract/op.ts';
import { AcceptQueue } from './accept-queue.ts';
import { type ConnectionLimits, StreamConnection } from './stream-connection.ts';

/** The bounds of one listener and its connections, checked. */
export interface ListenerLimits extends ConnectionLimits {
  readonly maxUnclaimed: number;
  /** Its connections speak TLS. */
  readonly tls?: DriverTlsOptions | undefined;
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
  readonly #limits: ListenerLimits;
  readonly #drivers: ListenerDriver[] = [];
  readonly #queue: AcceptQueue<StreamConnection>;
  #phase: Phase = 'open';
  #closing: Promise<void> | undefined;
  refused = 0;
  /** Those that were over before the kernel could hand them over. */
  #aborted = 0;

  constructor(at: string, clock: Clock, limits: ListenerLimits) {
    this.clock = clock;
    this.#limits = limits;
    this.#queue = new AcceptQueue(at, clock, limits.maxUnclaimed, ({ cameToNothing }) => cameToNothing);
  }

  get abandoned(): number {
    return this.#aborted + this.#queue.abandoned;
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
    return this.#queue.accept(op);
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
    if (this.#phase === 'closed') return driver.reset();
    if (!this.#queue.hasRoom) {
      this.refused += 1;
      return driver.reset();
    }
    const { tls } = this.#limits;
    const secure = tls === undefined ? undefined : driver.secure?.(tls);
    this.#queue.add(new StreamConnection(secure ?? driver, this.clock, this.#limits));
  }

  onError(error: TransportError): void {
    if (this.#phase === 'closed') return;
    // The peer left before the kernel could hand it over: nobody is missing anything.
    if (error.code === 'ECONNABORTED') this.#aborted += 1;
    else this.#queue.fail(error);
  }

  onClose(error: TransportError): void {
    if (this.#phase === 'closed') return;
    this.#queue.fail(error);
    this.#finish();
    void this.#release();
  }

  async #close(): Promise<void> {
    this.#finish();
    for (const connection of this.#queue.takeUnclaimed()) connection.abort();
    await this.#release();
  }

  async #release(): Promise<void> {
    await Promise.all(this.#drivers.map((driver) => driver.close()));
  }

  /** Nothing more will come: those who wait get `null`. */
  #finish(): void {
    this.#phase = 'closed';
    this.#queue.finish();
  }
}
