import type { Address } from '@stack/address';
import type { DatagramSocket, Listener } from '@stack/transport';
import type { SessionRegistry } from './session.ts';

/** Where sessions or datagrams come from. */
export type Source = Listener | DatagramSocket;

/** How to serve. */
export interface ServeOptions {
  /**
   * Sessions at once, over all listeners; past it nothing more is accepted until one ends (connections wait in the listener,
   * then are turned away there and counted; of several listeners each may hold one more that it has accepted). Default 10,000; `Infinity` only in so many words.
   */
  readonly maxSessions?: number | undefined;
  /**
   * How a handler parked in `recv` learns of a drain. `'between-reads'`: reading ends as if the peer had finished, so its
   * `recv` gives `null`. `'never'`: only by `session.onDrain` and `session.signal`. Default `'never'`.
   */
  readonly drain?: 'between-reads' | 'never' | undefined;
  /** Milliseconds an accept loop rests after the system could not give it a connection, more than 0 and finite. Default 100. */
  readonly acceptRetryMs?: number | undefined;
  /** Told of everything that went wrong and did not end the server. What it throws, or rejects with, is lost. */
  readonly onError?: ((error: unknown, where: ErrorPlace) => void) | undefined;
}

/** Where an error came from. */
export interface ErrorPlace {
  /** `'socket'`: a datagram socket, and no datagram in particular. */
  readonly during: 'accept' | 'session' | 'datagram' | 'socket' | 'drain';
  /** Of a session or datagram: whose it was. */
  readonly peer?: Address | undefined;
  readonly sessionId?: number | undefined;
}

/** How long a drain may take. */
export interface DrainOptions {
  /** Milliseconds that open sessions have to finish; what is left is aborted. 0: at once. */
  readonly graceMs: number;
}

/** What a drain did. */
export interface DrainReport {
  /** Sessions that ended before the grace was over: their handlers returned or threw, or they were killed one by one. */
  readonly finished: number;
  /** Sessions that were aborted when the grace was over. */
  readonly forced: number;
  /** Connections that were accepted after the drain began: they had been completed before. Counted above, too. */
  readonly acceptedLate: number;
  readonly ms: number;
}

/** Why a server is done. */
export interface ServerExit {
  readonly reason: 'drained' | 'failed';
  /** The last drain's report. */
  readonly report?: DrainReport | undefined;
  /** Of `'failed'`: what broke the last of the sources that did not end in order. */
  readonly error?: unknown;
}

/** Counters of a server, as of now. */
export interface ServerSnapshot {
  readonly state: ServerState;
  /** Sessions open now. */
  readonly open: number;
  /** Sessions ever started. */
  readonly accepted: number;
  /** Sessions whose handler returned. */
  readonly finished: number;
  /** Sessions whose handler threw, or that were aborted. */
  readonly failed: number;
  /** Connections turned away by the listeners. */
  readonly refused: number;
  /** Datagrams handled. */
  readonly datagrams: number;
  /** Datagrams dropped by the sockets. */
  readonly dropped: number;
  /** Times the system could not give a connection, and the loop rested. */
  readonly acceptErrors: number;
  /** Times a datagram socket told of an error that concerned no datagram, and its loop rested. */
  readonly socketErrors: number;
}

/** `serving` → `draining` → `done`. */
export type ServerState = 'serving' | 'draining' | 'done';

/** A running server. Disposing of it drains with a grace of 5 seconds. */
export interface Server extends AsyncDisposable {
  readonly addresses: readonly Address[];
  readonly sessions: SessionRegistry;
  /** Settles when every source and session is gone. Never rejects. */
  readonly done: Promise<ServerExit>;
  /**
   * Stops accepting, serves what was completed, tells sessions, waits, and at the end of the grace aborts what is left. A
   * second call joins the first; a shorter grace takes effect. Once the server is done it settles at once.
   *
   * @throws {RangeError} when `graceMs` is negative or NaN; then nothing is drained
   */
  drain(options: DrainOptions): Promise<DrainReport>;
  snapshot(): ServerSnapshot;
}

/** What can be drained and waited for: a server, or several behind one face. */
export type Drainable = Pick<Server, 'drain' | 'done'>;
