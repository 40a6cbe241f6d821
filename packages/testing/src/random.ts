/** Random values from a seed: the same seed gives the same values, on every machine. */
export interface Random {
  /** A whole number from 0 to 2³² - 1. */
  uint32(): number;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  /** `count` random bytes. */
  bytes(count: number): Uint8Array<ArrayBuffer>;
  /** Cuts bytes into pieces of 1 to `mostBytes`, in order: views, not copies. */
  pieces(bytes: Uint8Array, mostBytes: number): Uint8Array[];
}

class SeededRandom implements Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** The mixing of MurmurHash3 over a counter: short, and good enough to choose sizes and fill buffers. */
  uint32(): number {
    this.#state = (this.#state + 0x9e_37_79_b9) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85_eb_ca_6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2_b2_ae_35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  }

  between(least: number, most: number): number {
    return least + (this.uint32() % (most - least + 1));
  }

  bytes(count: number): Uint8Array<ArrayBuffer> {
    const words = new Uint32Array(Math.ceil(count / 4));
    for (let i = 0; i < words.length; i += 1) words[i] = this.uint32();
    return new Uint8Array(words.buffer, 0, count);
  }

  pieces(bytes: Uint8Array, mostBytes: number): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    for (let start = 0; start < bytes.length; start += pieces.at(-1)?.length ?? 0) {
      pieces.push(bytes.subarray(start, start + this.between(1, mostBytes)));
    }
    return pieces;
  }
}

/**
 * Makes a source of random values.
 *
 * @param seed - a whole number from 0 to 2³² - 1
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { seededRandom } from '@stack/testing';
 *
 * assert.deepEqual(seededRandom(7).bytes(100), seededRandom(7).bytes(100));
 * assert.notDeepEqual(seededRandom(7).bytes(100), seededRandom(8).bytes(100));
 * ```
 */
export const seededRandom = (seed: number): Random => new SeededRandom(seed);
