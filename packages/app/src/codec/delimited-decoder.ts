import { ByteSearch } from './byte-search.ts';
import { ChunkDecoder } from './chunk-decoder.ts';

/**
 * Looks for the last byte of the delimiter, and then at what stands before it. No byte is searched twice, however the stream
 * is cut.
 */
export class DelimitedDecoder extends ChunkDecoder<Uint8Array> {
  readonly #delimiter: Uint8Array;
  readonly #search: ByteSearch;
  /** The last bytes that were dropped while skipping: a delimiter may begin there. */
  #dropped: Uint8Array = new Uint8Array(0);

  constructor(codec: string, delimiter: Uint8Array, maxBytes: number) {
    super(codec, maxBytes);
    this.#delimiter = delimiter;
    this.#search = new ByteSearch(delimiter[delimiter.length - 1] ?? 0);
  }

  protected boundary(): number {
    const { chunk, at } = this;
    const { length } = this.#delimiter;
    let last = this.#search.indexIn(chunk, at);
    while (last !== -1 && !this.#endsAt(last)) last = this.#search.indexIn(chunk, last + 1);
    if (this.skipping) {
      this.#remember(last === -1);
      return last === -1 ? -1 : last + 1;
    }
    const bytes = this.held.bytes + (last === -1 ? chunk.length : last + 1) - at;
    // Without a delimiter, all but its last byte may be there.
    if (bytes > this.cap + (last === -1 ? length - 1 : length)) this.#refuse(bytes, last);
    return last === -1 ? -1 : last + 1;
  }

  protected extract(): Uint8Array {
    const { from, to } = this.origin;
    return this.origin.view(from, to - this.#delimiter.length);
  }

  #refuse(bytes: number, last: number): never {
    const { length: delimiterBytes } = this.#delimiter;
    const isWhole = last !== -1;
    const length = isWhole ? bytes - delimiterBytes : bytes;
    if (isWhole) {
      this.held.clear();
      this.at = last + 1;
    } else {
      this.#remember(true);
      this.skip();
      this.at = this.chunk.length;
    }
    const reason = `a frame of ${length} ${isWhole ? 'bytes' : 'bytes so far'} is longer than ${this.cap}`;
    throw this.error('ERR_FRAME_TOO_LONG', reason, { length, resumable: true });
  }

  /** Whether the delimiter ends with the byte at `last`. It lies within this frame: it may begin in what is held, not before. */
  #endsAt(last: number): boolean {
    const delimiter = this.#delimiter;
    for (let back = 1; back < delimiter.length; back++) {
      if (this.#byteBefore(last, back) !== delimiter[delimiter.length - 1 - back]) return false;
    }
    return true;
  }

  #byteBefore(last: number, back: number): number | undefined {
    const { at, chunk, held } = this;
    if (last - back >= at) return chunk[last - back];
    const before = at - (last - back);
    if (this.skipping) return this.#dropped[this.#dropped.length - before];
    return before <= held.bytes ? held.at(held.bytes - before) : undefined;
  }

  /** Keeps the end of what is about to be dropped. */
  #remember(goesOn: boolean): void {
    const keep = this.#delimiter.length - 1;
    if (keep === 0) return;
    if (!goesOn) {
      this.#dropped = new Uint8Array(0);
      return;
    }
    const before = this.skipping ? this.#dropped : this.held.copy();
    const fresh = this.chunk.subarray(Math.max(this.at, this.chunk.length - keep));
    const joined = new Uint8Array(before.length + fresh.length);
    joined.set(before);
    joined.set(fresh, before.length);
    this.#dropped = joined.slice(-keep);
  }
}
