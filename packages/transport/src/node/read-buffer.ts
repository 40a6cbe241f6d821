/** As much as one read takes. */
const roomBytes = 65_536;

/** From here on, memory that is handed over costs less than a copy, and a chunk pins at most four times its size. */
const largeBytes = 16_384;

/** Every socket that does not expect much reads into this, one at a time: it is copied from before the next read. */
const shared: Uint8Array = Buffer.allocUnsafeSlow(roomBytes);

/**
 * What a dialled socket reads into, past Node's `Readable`; the shape of the `onread` option of `net.connect`.
 *
 * Chunks are the receiver's for good: small ones are copies, and a socket that reads much at a time reads into memory of its own
 * that is handed over with the chunk.
 */
export class ReadBuffer {
  readonly #onChunk: (chunk: Uint8Array) => void;
  #expectsMuch = false;

  constructor(onChunk: (chunk: Uint8Array) => void) {
    this.#onChunk = onChunk;
  }

  /** Where the next read goes. */
  readonly buffer = (): Uint8Array => (this.#expectsMuch ? Buffer.allocUnsafeSlow(roomBytes) : shared);

  /** So many bytes were read into `room`. */
  readonly callback = (count: number, room: Uint8Array): boolean => {
    this.#expectsMuch = count >= largeBytes;
    const bytes = room.subarray(0, count);
    this.#onChunk(room === shared ? Buffer.from(bytes) : bytes);
    return true;
  };
}
