import type { Clock } from '../contract/clock.ts';
import type { DriverKeepAlive } from '../contract/driver.ts';

/** How long a machine waits for an answer. */
export interface PatienceLimits {
  /** To what it sent. */
  readonly retransmitMs: number;
  /** To probes of a connection that is silent; absent: it does not probe. */
  readonly keepAlive: DriverKeepAlive | undefined;
}

/** What is waited for: the connection as its machine sees it. */
export interface Waiting {
  readonly clock: Clock;
  /** What is sent arrives, and so does the answer. */
  readonly isWhole: boolean;
  /** Something was sent, and nobody has said that it arrived. */
  readonly isUnsettled: boolean;
  /** The other machine answers, but knows nothing of the connection any more. */
  readonly isForgotten: boolean;
  /** When the machine last heard anything. */
  readonly heardMs: number;
  /** The machine gives the connection up. */
  giveUp(code: 'ETIMEDOUT' | 'ECONNRESET'): void;
}

/** Why a machine waits. */
type Reason = 'unsettled' | 'unanswered' | 'forgotten';

/**
 * Decides when a machine gives a connection up. Nothing is sent for that: while all is well there is no timer, and what a
 * packet would have found out is looked up when it would have been too late.
 */
export class Patience {
  readonly #limits: PatienceLimits;
  readonly #of: Waiting;
  #reason: Reason | undefined;
  #cancel: (() => void) | undefined;

  constructor(of: Waiting, limits: PatienceLimits) {
    this.#of = of;
    this.#limits = limits;
  }

  /** Something changed: waits, goes on waiting, or need not wait any more. */
  watch(): void {
    const reason = this.#why();
    if (reason === this.#reason) return;
    this.stop();
    if (reason !== undefined) this.#wait(reason, this.#of.clock.now());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#reason = undefined;
  }

  #why(): Reason | undefined {
    if (!this.#of.isWhole && this.#of.isUnsettled) return 'unsettled';
    if (this.#limits.keepAlive === undefined) return undefined;
    if (!this.#of.isWhole) return 'unanswered';
    return this.#of.isForgotten ? 'forgotten' : undefined;
  }

  #wait(reason: Reason, sinceMs: number): void {
    const { clock } = this.#of;
    this.#reason = reason;
    this.#cancel = clock.after(this.#endMs(reason, sinceMs) - clock.now(), () => {
      // It heard something in the meantime, which for probes is a new beginning.
      if (this.#endMs(reason, sinceMs) > clock.now()) return this.#wait(reason, sinceMs);
      this.stop();
      this.#of.giveUp(reason === 'forgotten' ? 'ECONNRESET' : 'ETIMEDOUT');
    });
  }

  #endMs(reason: Reason, sinceMs: number): number {
    const { retransmitMs, keepAlive } = this.#limits;
    if (reason === 'unsettled' || keepAlive === undefined) return sinceMs + retransmitMs;
    const { idleMs, intervalMs, count } = keepAlive;
    // The connection may have been silent for long before anything was wrong.
    const probeMs = Math.max(sinceMs, this.#of.heardMs + idleMs);
    return reason === 'forgotten' ? probeMs : probeMs + intervalMs * count;
  }
}
