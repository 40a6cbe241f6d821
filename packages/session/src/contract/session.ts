import type { Address } from '@stack/address';
import type { Connection } from '@stack/transport';

/** One connection being served. */
export interface Session {
  /** Unique in its server; rises from 1. */
  readonly id: number;
  /** Whom it serves: the connection's remote address. */
  readonly peer: Address;
  readonly connection: Connection;
  /** The server drains: finish what is under way, start nothing new. */
  readonly draining: boolean;
  /** Aborts when the drain's grace is over or the session is killed. Made when first asked for. */
  readonly signal: AbortSignal;
  /**
   * Calls `f` once, when the server begins to drain; at once if it drains already. What it throws is told to `onError`;
   * where it is called at once, its caller gets it.
   */
  onDrain(f: () => void): void;
  /** Room for what layers want to tell each other, by their own symbols. */
  readonly data: Map<symbol, unknown>;
}

/** The sessions of a server that are open now. */
export interface SessionRegistry extends Iterable<Session> {
  readonly size: number;
  /** Aborts one session. False: there is none with this id. */
  kill(id: number, reason?: unknown): boolean;
}
