import type { ItemQueue } from './item-queue.ts';

/** Used places in front that are kept before they are cut off: rarely, so that a shift costs the same whatever the length. */
const cutAt = 64;

/** Chunks in order, taken whole or by bytes. The array is made with the first chunk: an idle connection has none. */
export class ChunkQueue implements ItemQueue<Uint8Array> {
  #chunks: (Uint8Array | undefined)[] | undefined;
  #head = 0;
  /** Bytes in the queue. */
  size = 0;

  push(chunk: Uint8Array): void {
    (this.#chunks ??= []).push(chunk);
    this.size += chunk.length;
  }

  /** Puts a chunk back in front. */
  unshift(chunk: Uint8Array): void {
    const chunks = (this.#chunks ??= []);
    if (this.#head > 0) chunks[--this.#head] = chunk;
    else chunks.unshift(chunk);
    this.size += chunk.length;
  }

  shift(): Uint8Array | undefined {
    const chunks = this.#chunks;
    const chunk = chunks?.[this.#head];
    if (chunks === undefined || chunk === undefined) return undefined;
    chunks[this.#head] = undefined;
    this.#head += 1;
    if (this.#head === chunks.length) {
      chunks.length = 0;
      this.#head = 0;
    } else if (this.#head >= cutAt && this.#head * 2 >= chunks.length) {
      // A queue that is never quite empty must not grow with all that ever went through it.
      chunks.splice(0, this.#head);
      this.#head = 0;
    }
    this.size -= chunk.length;
    return chunk;
  }

  /** Takes the first chunk, or as much of it as `max` allows. */
  shiftUpTo(max: number): Uint8Array | undefined {
    const chunk = this.shift();
    if (chunk === undefined || chunk.length <= max) return chunk;
    this.unshift(chunk.subarray(max));
    return chunk.subarray(0, max);
  }

  /** Copies as many bytes as there are into `target`, and tells how many. */
  shiftInto(target: Uint8Array): number {
    let filled = 0;
    while (filled < target.length) {
      const chunk = this.shiftUpTo(target.length - filled);
      if (chunk === undefined) break;
      target.set(chunk, filled);
      filled += chunk.length;
    }
    return filled;
  }

  /** Takes exactly `count` bytes, which must be there; one whole chunk is handed over without a copy. */
  shiftExactly(count: number): Uint8Array {
    const first = this.shiftUpTo(count);
    if (first?.length === count) return first;
    const whole = new Uint8Array(count);
    if (first !== undefined) whole.set(first);
    this.shiftInto(whole.subarray(first?.length ?? 0));
    return whole;
  }

  clear(): void {
    this.#chunks = undefined;
    this.#head = 0;
    this.size = 0;
  }
}
