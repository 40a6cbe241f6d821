import type { Address } from '@stack/address';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import type { Op } from './op.ts';

/** Hands out connections, one by one, as they are asked for. */
export interface Listener extends AsyncDisposable, AsyncIterable<Connection> {
  /** Where it listens; with port 0 asked for, the port that was given. Right before the first accept. */
  readonly addresses: readonly Address[];
  /** The clock that deadlines run on, of the listener and of its connections. */
  readonly clock: Clock;
  /** Connections turned away because `maxUnclaimed` others waited already. */
  readonly refused: number;
  /**
   * Connections that were over before anybody claimed them, with nothing left to read: they are not handed out, and make
   * room. Where the driver learns of a reset by reading only, as on Node, a connection that waits is not known to be over:
   * it keeps its place, and is handed out with what came before the reset, then the reset.
   */
  readonly abandoned: number;

  /**
   * Waits for a connection. Several accepts may wait: each gets a connection of its own, in call order.
   *
   * @returns `null` when the listener was stopped or closed and nothing is left to hand out
   * @throws {TransportError} what broke the listener, once, after what it had to hand out, then `null`; `EMFILE` and its
   *   like when a connection could not be taken for want of something, where the system tells: the listener goes on;
   *   `ERR_TIMEOUT`
   */
  accept(op?: Op): Promise<Connection | null>;

  /**
   * Takes no new connections once a whole turn of the event loop brought none, and goes on handing out what came.
   * After that `accept` gives `null`.
   */
  stop(): void;

  /** Stops, resets what nobody claimed, and settles when the address can be bound again. Pending accepts give `null`. */
  close(): Promise<void>;
}
