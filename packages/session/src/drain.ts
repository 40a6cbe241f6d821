import type { Clock } from '@stack/transport';
import type { DrainReport } from './contract/server.ts';

/** What a drain does to its server. */
export interface DrainHost {
  /** Nothing new from now on; sessions are told. */
  stop(): void;
  /** The grace is over: aborts what is left, and tells how many that were. */
  force(): number;
}

/** One way out of a server: stop, wait, force at the deadline, report. */
export class Drain {
  readonly #clock: Clock;
  readonly #host: DrainHost;
  readonly #startMs: number;
  readonly #open: number;
  readonly #report = Promise.withResolvers<DrainReport>();
  #deadlineMs = Infinity;
  #isOver = false;
  #isFinished = false;
  #acceptedLate = 0;
  #forced = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, host: DrainHost, open: number) {
    this.#clock = clock;
    this.#host = host;
    this.#startMs = clock.now();
    this.#open = open;
  }

  get report(): Promise<DrainReport> {
    return this.#report.promise;
  }

  /** Apart from the constructor, since those who are told may ask for a drain themselves: they join this one. */
  start(): void {
    this.#host.stop();
  }

  /** Limits the drain to `graceMs` from now, unless it is limited to less already, or finished. */
  limit(graceMs: number): void {
    const deadlineMs = this.#clock.now() + graceMs;
    if (this.#isFinished || deadlineMs >= this.#deadlineMs) return;
    this.#deadlineMs = deadlineMs;
    this.#cancelTimer?.();
    if (graceMs === 0) this.#force();
    else this.#cancelTimer = this.#clock.after(graceMs, () => this.#force());
  }

  /** Counts a connection that was accepted since the drain began. False: the grace is over, it is forced like the others. */
  admit(): boolean {
    this.#acceptedLate += 1;
    if (this.#isOver) this.#forced += 1;
    return !this.#isOver;
  }

  /** Every source and session is gone. */
  finish(): DrainReport {
    this.#isFinished = true;
    this.#cancelTimer?.();
    const report: DrainReport = {
      finished: this.#open + this.#acceptedLate - this.#forced,
      forced: this.#forced,
      acceptedLate: this.#acceptedLate,
      ms: this.#clock.now() - this.#startMs,
    };
    this.#report.resolve(report);
    return report;
  }

  #force(): void {
    this.#isOver = true;
    this.#forced += this.#host.force();
  }
}
