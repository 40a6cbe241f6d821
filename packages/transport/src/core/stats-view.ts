import type { ConnectionStats } from '../contract/connection.ts';
import type { ReadHost, ReadSide } from './read-side.ts';
import type { WriteSide } from './write-side.ts';

/** Reads the counters where they are kept. */
export class StatsView implements ConnectionStats {
  readonly #in: ReadSide;
  readonly #out: WriteSide;
  readonly #host: ReadHost;

  constructor(read: ReadSide, write: WriteSide, host: ReadHost) {
    this.#in = read;
    this.#out = write;
    this.#host = host;
  }

  get bytesIn(): number {
    return this.#in.bytesIn;
  }

  get bytesOut(): number {
    return this.#out.bytesOut;
  }

  get queuedBytes(): number {
    return this.#host.driver.queued;
  }

  get lastInMs(): number {
    return this.#in.lastInMs;
  }

  get lastOutMs(): number {
    return this.#out.lastOutMs;
  }
}
