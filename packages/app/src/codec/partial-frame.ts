import { smallBuffer } from './small-buffer.ts';

const firstBlockBytes = 256;
const largestBlockBytes = 65_536;
/** From here on a piece that has its memory to itself is kept as it is. */
const keptBytes = 4_096;

/**
 * The beginning of a frame whose end has not come. Small pieces are gathered in blocks, so that a frame that comes byte by
 * byte costs as many steps as it has bytes; large ones are kept as they are. It never holds more than 64 KiB besides what it was
 * given.
 */
export class PartialFrame {
  /** Bytes held. */
  bytes = 0;
  /** All but the last block. */
  #full: Uint8Array[] | undefined;
  #block: Uint8Array | undefined;
  /** Of the last block. */
  #used = 0;

  /** Takes the bytes of `chunk` from `from` to `to`. */
  add(chunk: Uint8Array, from: number, to: number): void {
    let at = from;
    this.bytes += to - from;
    if (this.#block !== undefined) at = this.#fill(chunk, from, to);
    if (at === to) return;
    if (this.#block !== undefined) {
      (this.#full ??= []).push(this.#block);
      this.#block = undefined;
    }
    const piece = new Uint8Array(chunk.buffer, chunk.byteOffset + at, to - at);
    if (piece.length >= keptBytes && chunk.buffer.byteLength === piece.length) {
      (this.#full ??= []).push(piece);
      return;
    }
    // Most partial frames are whole with the next chunk, and need no room to grow.
    const room = this.bytes === piece.length ? 0 : Math.min(Math.max(this.bytes, firstBlockBytes), largestBlockBytes);
    this.#block = smallBuffer(Math.max(piece.length, room));
    this.#block.set(piece);
    this.#used = piece.length;
  }

  /** The byte at `index`, of few. */
  at(index: number): number {
    let left = index;
    for (const part of this.#full ?? []) {
      if (left < part.length) return part[left] ?? 0;
      left -= part.length;
    }
    return this.#block?.[left] ?? 0;
  }

  /** All of it as one, in memory of its own, and starts anew. */
  take(): Uint8Array {
    const whole = this.copy();
    this.clear();
    return whole;
  }

  /** All of it as one, in memory of its own. */
  copy(): Uint8Array {
    const whole = smallBuffer(this.bytes);
    let at = 0;
    for (const part of this.#full ?? []) {
      whole.set(part, at);
      at += part.length;
    }
    if (this.#block !== undefined) whole.set(this.#block.subarray(0, this.#used), at);
    return whole;
  }

  clear(): void {
    this.bytes = 0;
    this.#full = undefined;
    this.#block = undefined;
    this.#used = 0;
  }

  /** Fills the last block, and tells where it stopped. */
  #fill(chunk: Uint8Array, from: number, to: number): number {
    const block = this.#block;
    if (block === undefined) return from;
    const count = Math.min(block.length - this.#used, to - from);
    if (count === 1) block[this.#used] = chunk[from] ?? 0;
    else if (count > 0) block.set(new Uint8Array(chunk.buffer, chunk.byteOffset + from, count), this.#used);
    this.#used += count;
    return from + count;
  }
}
