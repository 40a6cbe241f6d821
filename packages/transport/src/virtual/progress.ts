import type { Clock } from '../contract/clock.ts';
import { type Link, travelMs } from './link.ts';

/** The way from a reader to its writer. */
export interface WayBack {
  readonly clock: Clock;
  readonly link: Link;
  readonly passes: boolean;
  /** The writer hears that so many bytes more were read. */
  tellWriter(bytes: number): void;
}

/** Tells a writer how far its reader has come, after the time the link takes; what cannot be told is told later. */
export class Progress {
  readonly #way: WayBack;
  #untold = 0;
  #telling: { bytes: number; readonly sinceMs: number } | undefined;

  constructor(way: WayBack) {
    this.#way = way;
  }

  /** So many bytes more were read. */
  read(bytes: number): void {
    const { clock, link } = this.#way;
    const nowMs = clock.now();
    if (this.#telling?.sinceMs === nowMs) {
      this.#telling.bytes += bytes;
      return;
    }
    const telling = { bytes, sinceMs: nowMs };
    this.#telling = telling;
    clock.after(travelMs(link, 0), () => {
      if (this.#way.passes) this.#way.tellWriter(telling.bytes);
      else this.#untold += telling.bytes;
    });
  }

  /** The way is open again. */
  resume(): void {
    if (this.#untold === 0) return;
    const bytes = this.#untold;
    this.#untold = 0;
    this.read(bytes);
  }
}
