/** Up to here, going byte by byte beats making a view of words. */
const shortBytes = 32;

/**
 * Finds one byte, again and again in the same chunk. Four bytes at a time, once that pays: measured, twice as fast as
 * byte by byte, and as `indexOf`, which costs as much as 60 bytes for the call alone.
 */
export class ByteSearch {
  readonly byte: number;
  readonly #pattern: number;
  #bytes: Uint8Array | undefined;
  #words: Uint32Array | undefined;
  /** Where the first word begins. */
  #head = 0;

  constructor(byte: number) {
    this.byte = byte;
    this.#pattern = Math.imul(byte, 0x01010101);
  }

  /** Where the byte is from `from` on; -1: nowhere. */
  indexIn(bytes: Uint8Array, from: number): number {
    const at =
      this.#bytes !== bytes && bytes.length - from <= shortBytes
        ? this.#byByte(bytes, from, bytes.length)
        : this.#byWord(bytes, from);
    // Nobody asks for more of this chunk: it is not kept alive.
    if (at === -1 || at === bytes.length - 1) this.#bytes = this.#words = undefined;
    return at;
  }

  #byByte(bytes: Uint8Array, from: number, to: number): number {
    const { byte } = this;
    for (let at = from; at < to; at++) if (bytes[at] === byte) return at;
    return -1;
  }

  #byWord(bytes: Uint8Array, from: number): number {
    const { byte } = this;
    const { length } = bytes;
    const words = this.#wordsOf(bytes);
    const head = this.#head;
    const pattern = this.#pattern;
    const count = words.length;
    let at = from;
    // Up to the next boundary of a word, byte by byte.
    const aligned = Math.min(head + ((at - head + 3) & ~3), length);
    for (; at < aligned; at++) if (bytes[at] === byte) return at;
    for (let word = (at - head) >> 2; word < count; word++) {
      const rest = (words[word] ?? 0) ^ pattern;
      // A byte of zeros borrows from the one above: its highest bit changes, and it was no highest bit before.
      if (((rest - 0x01010101) & ~rest & 0x80808080) !== 0) {
        at = head + word * 4;
        // The lowest byte that is found is the first one in memory only where words begin with their lowest byte.
        while (bytes[at] !== byte) at++;
        return at;
      }
    }
    return this.#byByte(bytes, Math.max(at, head + count * 4), length);
  }

  #wordsOf(bytes: Uint8Array): Uint32Array {
    if (this.#bytes === bytes && this.#words !== undefined) return this.#words;
    this.#bytes = bytes;
    this.#head = Math.min(-bytes.byteOffset & 3, bytes.length);
    this.#words = new Uint32Array(bytes.buffer, bytes.byteOffset + this.#head, (bytes.length - this.#head) >> 2);
    return this.#words;
  }
}
