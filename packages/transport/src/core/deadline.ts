import type { Clock } from '../contract/clock.ts';
import { TransportError, type TransportOp } from '../contract/errors.ts';
import type { Op } from '../contract/op.ts';

/** Why an operation must not start or go on; wrapped, since the reason of an abort may be any value. */
export interface Stopped {
  readonly reason: unknown;
}

/** The error of an operation that took too long. */
const timedOut = (op: TransportOp, at: string | undefined, timeoutMs: number): TransportError =>
  new TransportError({ code: 'ERR_TIMEOUT', op, at, reason: `timed out after ${timeoutMs} ms` });

/**
 * Tells why an operation must not even start: its signal is aborted, or its deadline past.
 *
 * @throws {RangeError} when `timeoutMs` is NaN
 * @throws {TypeError} when it is no number at all
 */
export const stoppedBefore = (op: Op | undefined, what: TransportOp, at?: string): Stopped | undefined => {
  if (op === undefined) return undefined;
  const { signal, timeoutMs } = op;
  if (timeoutMs !== undefined && Number.isNaN(timeoutMs)) throw new RangeError('timeoutMs must be a number, not NaN');
  if (timeoutMs !== undefined && typeof timeoutMs !== 'number') {
    throw new TypeError(`timeoutMs must be a number, not ${typeof timeoutMs}`);
  }
  if (signal?.aborted === true) return { reason: signal.reason };
  if (timeoutMs !== undefined && timeoutMs <= 0) return { reason: timedOut(what, at, timeoutMs) };
  return undefined;
};

/**
 * Calls `stop` once, when the signal aborts or the time is over, and returns what ends the watch. Nothing stays behind:
 * no timer, no listener on the signal.
 */
export const watch = (
  op: Op,
  clock: Clock,
  what: TransportOp,
  at: string | undefined,
  stop: (reason: unknown) => void,
): (() => void) => {
  const { signal, timeoutMs } = op;
  let cancelTimer: (() => void) | undefined;
  const release = (): void => {
    cancelTimer?.();
    signal?.removeEventListener('abort', onAbort);
  };
  const onAbort = (): void => {
    release();
    stop(signal?.reason);
  };
  signal?.addEventListener('abort', onAbort);
  if (timeoutMs !== undefined && timeoutMs !== Infinity) {
    cancelTimer = clock.after(timeoutMs, () => {
      release();
      stop(timedOut(what, at, timeoutMs));
    });
  }
  return release;
};

/** What `work` comes to, or the reason it was called off for, whichever is first. Work that is left behind goes on unheard. */
export const unlessStopped = <T>(op: Op, clock: Clock, what: TransportOp, at: string, work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const release = watch(op, clock, what, at, reject);
    work.then(resolve, reject).finally(release);
  });

/** What is watched for silence. */
interface Listening {
  /** When it last heard something, or began to listen; `undefined` while it does not listen. */
  readonly sinceMs: () => number | undefined;
  readonly stop: (reason: unknown) => void;
}

/**
 * Like `watch`, but the time is the longest silence. Hearing something costs nothing here: the timer looks back when it
 * fires, and sleeps for the rest.
 */
export const watchSilence = (op: Op, clock: Clock, at: string | undefined, listening: Listening): (() => void) => {
  const { timeoutMs } = op;
  const releaseSignal = watch({ signal: op.signal }, clock, 'recv', at, (reason) => {
    cancelTimer?.();
    listening.stop(reason);
  });
  let cancelTimer: (() => void) | undefined;
  const sleep = (ms: number, silenceMs: number): void => {
    cancelTimer = clock.after(ms, () => {
      const sinceMs = listening.sinceMs();
      const leftMs = sinceMs === undefined ? silenceMs : sinceMs + silenceMs - clock.now();
      if (leftMs > 0) return sleep(leftMs, silenceMs);
      releaseSignal();
      listening.stop(timedOut('recv', at, silenceMs));
    });
  };
  if (timeoutMs !== undefined && timeoutMs !== Infinity) sleep(timeoutMs, timeoutMs);
  return () => {
    cancelTimer?.();
    releaseSignal();
  };
};
