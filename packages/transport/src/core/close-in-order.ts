import type { Clock } from '../contract/clock.ts';

/** What the phases of a close need of their connection. */
export interface Closing {
  readonly clock: Clock;
  /** Settles when the driver holds nothing; rejects when the connection is gone before. */
  flushed(): Promise<void>;
  /** Settles when the peer has finished too, or the connection is gone. */
  peerEnded(): Promise<void>;
  /** Releases the driver; settles when it is gone. */
  release(): Promise<void>;
  /** The time to flush is over: drops the connection. */
  drop(): void;
}

/** True when `promise` settled within `ms`, however it settled. */
const within = (clock: Clock, ms: number, promise: Promise<void>): Promise<boolean> =>
  new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve(false));
    const settled = (): void => {
      cancel();
      resolve(true);
    };
    promise.then(settled, settled);
  });

/**
 * Closes a connection whose sending direction has been finished: flush, read and discard until the peer has finished,
 * release. The discarding matters: a socket that is released with unread bytes answers with a reset, and the reset can
 * destroy what the peer has not read yet (RFC 1122 section 4.2.2.13, RFC 9112 section 9.6).
 */
export const closeInOrder = async (
  connection: Closing,
  queued: boolean,
  ended: boolean,
  limits: { readonly flushMs: number; readonly lingerMs: number },
): Promise<void> => {
  if (queued && !(await within(connection.clock, limits.flushMs, connection.flushed()))) connection.drop();
  else if (!ended) await within(connection.clock, limits.lingerMs, connection.peerEnded());
  await connection.release();
};
