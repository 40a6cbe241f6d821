import type { Clock } from '@stack/transport';
import type { DrainReport } from './contract/server.ts';

/** What a drain does to its server. */
export interface DrainHost {
  /** Nothing new from now on; sessions are told. */
  stop(): void;
  /** The grace is over: aborts what is left, and tells how many that were. */
  force(): number;
  /** Connections accepted since `stop`. */
  acceptedLate(): number;
}

/** One way out of a server: stop, wait, force at the deadline, report. */
export class Drain {
  readonly #clock: Clock;
  readonly #host: DrainHost;
  readonly #startMs: number;
  readonly #open: number;
  readonly #report = Promise.withResolvers<DrainReport>();
  #deadlineMs = Infinity;
  #forced = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, host: DrainHost, open: number) {
    this.#clock = clock;
    this.#host = host;
    this.#startMs = clock.now();
    this.#open = open;
    host.stop();
  }

  get report(): Promise<DrainReport> {
    return this.#report.promise;
  }

  /** Limits the drain to `graceMs` from now, unless it is limited to less already. */
  limit(graceMs: number): void {
    const deadlineMs = this.#clock.now() + graceMs;
    if (deadlineMs >= this.#deadlineMs) return;
    this.#deadlineMs = deadlineMs;
    this.#cancelTimer?.();
    if (graceMs === 0) this.#force();
    else this.#cancelTimer = this.#clock.after(graceMs, () => this.#force());
  }

  /** Every source and session is gone. */
  finish(): DrainReport {
    this.#cancelTimer?.();
    const acceptedLate = this.#host.acceptedLate();
    const report: DrainReport = {
      finished: this.#open + acceptedLate - this.#forced,
      forced: this.#forced,
      acceptedLate,
      ms: this.#clock.now() - this.#startMs,
    };
    this.#report.resolve(report);
    return report;
  }

  #force(): void {
    this.#forced += this.#host.force();
  }
}
