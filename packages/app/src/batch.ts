import { smallBuffer } from './codec/small-buffer.ts';

/** Gathers what is written within one turn, so that it leaves in one write. One part alone is never copied. */
export class Batch {
  #first: Uint8Array | undefined;
  #more: Uint8Array[] | undefined;
  /** Bytes gathered. */
  bytes = 0;

  /** Whether there is nothing to take, not even an empty part. */
  get empty(): boolean {
    return this.#first === undefined;
  }

  add(part: Uint8Array): void {
    this.bytes += part.length;
    if (this.#first === undefined) this.#first = part;
    else (this.#more ??= []).push(part);
  }

  /** Hands out what was gathered, as one, and starts anew. */
  take(): Uint8Array {
    const first = this.#first;
    const more = this.#more;
    const size = this.bytes;
    this.clear();
    if (first === undefined) return new Uint8Array(0);
    if (more === undefined) return first;
    const joined = smallBuffer(size);
    joined.set(first);
    let at = first.length;
    for (const part of more) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }

  clear(): void {
    this.#first = undefined;
    this.#more = undefined;
    this.bytes = 0;
  }
}
