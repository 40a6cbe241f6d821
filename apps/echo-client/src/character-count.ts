/** How many bytes a UTF-8 sequence has that begins with `byte` (RFC 3629 section 3); a byte that begins none counts alone. */
const sequenceLength = (byte: number): number => {
  if (byte >= 0xf0) return 4;
  if (byte >= 0xe0) return 3;
  return byte >= 0xc0 ? 2 : 1;
};

const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80;

/**
 * Counts the whole characters in a stream of UTF-8, however it is cut. Bytes that are no UTF-8 are counted somehow, but
 * always the same way. Changing between upper and lower case changes the number of bytes, but never lessens this one.
 */
export class CharacterCount {
  #whole = 0;
  #missing = 0;

  get whole(): number {
    return this.#whole;
  }

  push(bytes: Uint8Array): this {
    for (const byte of bytes) {
      const belongs = this.#missing > 0 && isContinuation(byte);
      this.#missing = belongs ? this.#missing - 1 : sequenceLength(byte) - 1;
      if (this.#missing === 0) this.#whole += 1;
    }
    return this;
  }
}
