import { ByteSearch } from './byte-search.ts';
import { ChunkDecoder } from './chunk-decoder.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** How a line ends where it is written. */
export type Newline = '\n' | '\r\n';

/** Finds lines, and leaves to others what they are. Either end of line is taken; a carriage return elsewhere is content. */
export abstract class LineDecoder<Frame extends {}> extends ChunkDecoder<Frame> {
  readonly #search = new ByteSearch(lineFeed);
  /** Whether the encoder writes a carriage return too. */
  protected readonly writesReturn: boolean;

  constructor(codec: string, maxBytes: number, newline: Newline) {
    super(codec, maxBytes);
    this.writesReturn = newline === '\r\n';
  }

  protected boundary(): number {
    const { chunk, at } = this;
    const feed = this.#search.indexIn(chunk, at);
    const end = feed === -1 ? chunk.length : feed;
    if (!this.skipping) {
      const bytes = this.held.bytes + end - at;
      // One more may be the carriage return of the line's end.
      if (bytes > this.cap && !(bytes === this.cap + 1 && this.#byteBefore(end) === carriageReturn)) {
        this.#refuse(bytes, feed);
      }
    }
    return feed === -1 ? -1 : feed + 1;
  }

  protected extract(): Frame {
    const { origin } = this;
    const { bytes, from, to } = origin;
    const hasReturn = to - 2 >= from && bytes[to - 2] === carriageReturn;
    if (hasReturn !== this.writesReturn) origin.to = 0;
    return this.content(from, hasReturn ? to - 2 : to - 1);
  }

  /** The last line may lack its end: then a carriage return is content. */
  protected override last(): Frame {
    const bytes = this.held.take();
    if (bytes.length > this.cap) throw this.tooLong(bytes.length, 'bytes');
    this.origin.moveTo(bytes);
    return this.content(0, bytes.length);
  }

  /** The line in `origin`, without its end. */
  protected abstract content(from: number, to: number): Frame;

  protected tooLong(length: number, unit: 'bytes' | 'bytes so far'): Error {
    const reason = `a line of ${length} ${unit} is longer than ${this.cap}`;
    return this.error('ERR_FRAME_TOO_LONG', reason, { length, resumable: true });
  }

  #refuse(bytes: number, feed: number): never {
    if (feed === -1) {
      this.skip();
      this.at = this.chunk.length;
      throw this.tooLong(bytes, 'bytes so far');
    }
    const length = this.#byteBefore(feed) === carriageReturn ? bytes - 1 : bytes;
    this.held.clear();
    this.at = feed + 1;
    throw this.tooLong(length, 'bytes');
  }

  #byteBefore(end: number): number | undefined {
    if (end > this.at) return this.chunk[end - 1];
    return this.held.bytes > 0 ? this.held.at(this.held.bytes - 1) : undefined;
  }
}
