import type { Decoder, FrameOrigin } from './codec.ts';
import { FrameError, type FrameErrorCode } from './frame-error.ts';
import { concat } from './concat.ts';
import { PartialFrame } from './partial-frame.ts';

/** What one frame may keep alive besides itself, if it is small. */
const pinnedBytes = 8_192;
/** A frame may be a view of so many times its length. */
const pinnedTimes = 8;

const nothing: Uint8Array = new Uint8Array(0);

/** The live view of a decoder's last frame; `buffer` and `base` say where `bytes` lies, since asking it each time is not free. */
export class Origin implements FrameOrigin {
  bytes: Uint8Array = nothing;
  buffer: ArrayBufferLike = nothing.buffer;
  base = 0;
  from = 0;
  to = 0;

  /** From now on frames lie here. */
  moveTo(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.buffer = bytes.buffer;
    this.base = bytes.byteOffset;
  }

  /** A part of the bytes. */
  view(from: number, to: number): Uint8Array {
    return new Uint8Array(this.buffer, this.base + from, to - from);
  }
}

/**
 * What is the same in every decoder: chunks that wait, a frame that is cut by their borders, errors and the end.
 *
 * A format says where the frame that begins at `at` ends (`boundary`), and what it is (`extract`). It sees a frame in one
 * piece: as it lies in a chunk, or joined. Bytes of a frame whose end has not come are in `held`, and `at` stands behind them.
 *
 * A small frame in a large chunk is cut from a copy of the 8 KiB around it: that pins no more, and one copy serves all the
 * frames in it. Copying each frame for itself cost four times as much (64-byte frames in 64 KiB).
 */
export abstract class ChunkDecoder<Frame extends {}> implements Decoder<Frame> {
  maxBytes: number;
  readonly #origin: Origin = new Origin();
  protected readonly codec: string;
  protected readonly held: PartialFrame = new PartialFrame();
  protected chunk: Uint8Array = nothing;
  /** Where the next byte of `chunk` is that was not looked at. */
  protected at = 0;
  /** A frame that was told to be wrong is dropped up to its `boundary`. */
  protected skipping = false;
  protected ended = false;
  /** The cap of the frame that is being read. */
  protected cap: number;
  /** Chunks behind this one. */
  #waiting: Uint8Array[] = [];
  /** The first of them. */
  #nextWaiting = 0;
  #failure: FrameError | undefined;
  /** From this length on a frame may be a view of its chunk. */
  #viewedBytes = 0;
  #piece: Uint8Array = nothing;
  /** Which bytes of `chunk` are in `#piece`. */
  #pieceFrom = 0;
  #pieceTo = 0;

  constructor(codec: string, maxBytes: number) {
    this.codec = codec;
    this.maxBytes = maxBytes;
    this.cap = maxBytes;
  }

  push(bytes: Uint8Array): void {
    if (this.ended) throw new TypeError(`Cannot push to a decoder of ${this.codec}: it was ended`);
    // Not before those that wait: the chunk may have ended with a frame, and nobody has asked for the next.
    if (this.at === this.chunk.length && this.#waiting.length === 0) this.#begin(bytes);
    else this.#waiting.push(bytes);
  }

  end(): void {
    this.ended = true;
  }

  next(): Frame | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    this.#origin.to = 0;
    for (;;) {
      if (this.at < this.chunk.length) {
        const frame = this.#decode();
        if (frame !== undefined) return frame;
      } else if (!this.#advance()) return this.ended ? this.#finish() : undefined;
    }
  }

  get origin(): Origin {
    return this.#origin;
  }

  get rest(): Uint8Array {
    return concat([this.held.copy(), this.chunk.subarray(this.at), ...this.#waiting.slice(this.#nextWaiting)]);
  }

  /**
   * Where the frame that begins with `held` and goes on at `at` ends in `chunk`; -1: not in this chunk. It is never asked at the
   * end of a chunk, and, while `skipping`, only asked where what is dropped ends. It throws what `refuse` makes.
   */
  protected abstract boundary(): number;

  /** What stands in `origin`; `undefined`: nothing that anybody asked for. Where encoding it gives other bytes, it clears `origin.to`. */
  protected abstract extract(): Frame | undefined;

  /** What `held` is at the end of the stream, where that may be a frame. */
  protected last(): Frame | undefined {
    const length = this.held.bytes;
    this.held.clear();
    throw this.error('ERR_FRAME_INCOMPLETE', `the stream ended after ${length} bytes of a frame`, { length });
  }

  protected error(
    code: FrameErrorCode,
    reason: string,
    more: { length?: number; resumable?: boolean } = {},
  ): FrameError {
    return new FrameError({ code, op: 'decode', codec: this.codec, reason, maxBytes: this.cap, ...more });
  }

  /** What is thrown where no further frame can be found. */
  protected fatal(code: FrameErrorCode, reason: string, length?: number): FrameError {
    this.#failure = this.error(code, reason, length === undefined ? {} : { length });
    return this.#failure;
  }

  /** Drops the frame under way, up to its boundary: what is thrown then is said before the frame is over. */
  protected skip(): void {
    this.held.clear();
    this.skipping = true;
  }

  #decode(): Frame | undefined {
    if (this.held.bytes === 0 && !this.skipping) this.cap = this.maxBytes;
    const end = this.boundary();
    if (end === -1) {
      if (!this.skipping) this.held.add(this.chunk, this.at, this.chunk.length);
      this.at = this.chunk.length;
      return undefined;
    }
    const from = this.at;
    this.at = end;
    if (this.skipping) {
      this.skipping = false;
      return undefined;
    }
    if (this.held.bytes > 0) this.#join(from, end);
    else this.#cut(from, end);
    return this.extract();
  }

  #join(from: number, end: number): void {
    this.held.add(this.chunk, from, end);
    const whole = this.held.take();
    const origin = this.#origin;
    origin.moveTo(whole);
    origin.from = 0;
    origin.to = whole.length;
  }

  #cut(from: number, end: number): void {
    const origin = this.#origin;
    let skew = 0;
    if (end - from >= this.#viewedBytes) {
      if (origin.bytes !== this.chunk) origin.moveTo(this.chunk);
    } else {
      if (end > this.#pieceTo) this.#copyPiece(from, end);
      if (origin.bytes !== this.#piece) origin.moveTo(this.#piece);
      skew = this.#pieceFrom;
    }
    origin.from = from - skew;
    origin.to = end - skew;
  }

  #copyPiece(from: number, end: number): void {
    this.#pieceFrom = from;
    this.#pieceTo = Math.max(end, Math.min(from + pinnedBytes, this.chunk.length));
    // Not `slice`: that of a Node Buffer copies nothing.
    this.#piece = new Uint8Array(this.chunk.subarray(this.#pieceFrom, this.#pieceTo));
  }

  #begin(chunk: Uint8Array): void {
    this.chunk = chunk;
    this.at = 0;
    const { byteLength } = chunk.buffer;
    this.#viewedBytes = byteLength <= pinnedBytes ? 0 : byteLength / pinnedTimes;
    this.#piece = nothing;
    this.#pieceTo = 0;
  }

  #advance(): boolean {
    const chunk = this.#waiting[this.#nextWaiting];
    if (chunk === undefined) {
      // What is used up is not kept alive.
      this.#begin(nothing);
      this.#origin.moveTo(nothing);
      return false;
    }
    this.#begin(chunk);
    this.#nextWaiting += 1;
    // Half of it is used up: so each is moved once, whoever stays ahead of whom.
    if (this.#nextWaiting * 2 >= this.#waiting.length) {
      this.#waiting.splice(0, this.#nextWaiting);
      this.#nextWaiting = 0;
    }
    return true;
  }

  #finish(): Frame | undefined {
    return this.held.bytes === 0 ? undefined : this.last();
  }
}
