import { ChunkDecoder } from './chunk-decoder.ts';
import type { FrameError } from './frame-error.ts';

/** What a header says. One object a decoder, written anew for every frame. */
export interface Header {
  /** Its own length in bytes. */
  bytes: number;
  /** The content's length in bytes: it may be negative, or more than can be counted. */
  contentBytes: number;
}

/** Frames whose header tells how long they are: they are refused from the header alone, before any of the content is kept. */
export abstract class LengthDecoder extends ChunkDecoder<Uint8Array> {
  protected readonly header: Header = { bytes: 0, contentBytes: 0 };
  /** Bytes behind the content. */
  readonly #trailerBytes: number;
  /** The beginning of a frame whose header is cut. */
  readonly #start: Uint8Array;
  /** Of the frame under way, header and trailer included; 0: its header is not whole. */
  #frameBytes = 0;
  /** Bytes of a refused frame that are still to be dropped. */
  #dropBytes = 0;

  /** @param maxHeaderBytes - a header is known to be whole or wrong after so many */
  constructor(codec: string, maxBytes: number, maxHeaderBytes: number, trailerBytes: number) {
    super(codec, maxBytes);
    this.#start = new Uint8Array(maxHeaderBytes);
    this.#trailerBytes = trailerBytes;
  }

  /** Reads the header between `from` and `to` into `header`. False: it goes on behind `to`. Throws `corrupt`. */
  protected abstract readHeader(bytes: Uint8Array, from: number, to: number): boolean;

  protected boundary(): number {
    const { chunk, at } = this;
    if (this.skipping) return this.#drop();
    if (this.#frameBytes === 0) {
      if (!this.#hasHeader()) return -1;
      const { bytes, contentBytes } = this.header;
      if (contentBytes < 0) throw this.corrupt(`a length of ${contentBytes} bytes`);
      if (contentBytes > this.cap) this.#refuse(contentBytes);
      this.#frameBytes = bytes + contentBytes + this.#trailerBytes;
    }
    const end = at + this.#frameBytes - this.held.bytes;
    if (end > chunk.length) return -1;
    this.#frameBytes = 0;
    return end;
  }

  protected extract(): Uint8Array {
    const from = this.origin.from + this.header.bytes;
    return this.origin.view(from, from + this.header.contentBytes);
  }

  /** No further frame can be found. */
  protected corrupt(reason: string): FrameError {
    return this.fatal('ERR_FRAME_CORRUPT', reason);
  }

  #hasHeader(): boolean {
    const { chunk, at, held } = this;
    if (held.bytes === 0) return this.readHeader(chunk, at, chunk.length);
    const start = this.#start;
    const before = held.bytes;
    for (let index = 0; index < before; index++) start[index] = held.at(index);
    const fresh = Math.min(start.length - before, chunk.length - at);
    for (let index = 0; index < fresh; index++) start[before + index] = chunk[at + index] ?? 0;
    return this.readHeader(start, 0, before + fresh);
  }

  #refuse(length: number): never {
    const reason = `a frame of ${length} bytes is longer than ${this.cap}`;
    // Past it, lengths are no longer exact.
    if (length > Number.MAX_SAFE_INTEGER) throw this.fatal('ERR_FRAME_TOO_LONG', reason, length);
    this.#dropBytes = this.header.bytes + length + this.#trailerBytes - this.held.bytes;
    this.skip();
    throw this.error('ERR_FRAME_TOO_LONG', reason, { length, resumable: true });
  }

  #drop(): number {
    const end = this.at + this.#dropBytes;
    if (end <= this.chunk.length) return end;
    this.#dropBytes = end - this.chunk.length;
    return -1;
  }
}
