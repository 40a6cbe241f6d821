import type { Bytes } from '@stack/transport';
import { Batch } from './batch.ts';
import { byteString } from './byte-string.ts';
import type { Pace, PacedSink } from './pace.ts';

/** A sink without a connection: keeps what is written until it is taken. Time does not pass here: nothing wakes. */
export class MemorySink implements PacedSink {
  readonly #batch = new Batch();
  readonly #markBytes: number;
  readonly pace: Pace;
  #isOpen = true;
  /** Why it was aborted, where it was. */
  aborted: { readonly reason: unknown } | undefined;

  /**
   * @param markBytes - past so many bytes the sink is full, until they are taken
   * @param paceWhenFull - whether anything is made of more than that
   */
  constructor(markBytes: number, paceWhenFull: 'go' | 'stop') {
    this.#markBytes = markBytes;
    this.pace = paceWhenFull;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether `write` was not called since the last `take`, not even with 0 bytes. */
  get untouched(): boolean {
    return this.#batch.empty;
  }

  get full(): boolean {
    return !this.#isOpen || this.#batch.bytes > this.#markBytes;
  }

  write(bytes: Bytes): boolean {
    if (!this.#isOpen) return false;
    this.#batch.add(byteString(bytes));
    return !this.full;
  }

  end(): void {
    this.#isOpen = false;
  }

  abort(reason?: unknown): void {
    if (this.aborted !== undefined) return;
    this.aborted = { reason };
    this.#isOpen = false;
    this.#batch.clear();
  }

  wakeAfter(): void {}

  /** Hands out what was written since the last call, as one. */
  take(): Uint8Array {
    return this.#batch.take();
  }
}
