import type { Bytes } from '@stack/transport';
import type { Codec, Decoder, FrameSink } from '../codec/codec.ts';

/** Where a writer leaves what it gathered. */
export interface WriterTarget {
  write(bytes: Bytes): unknown;
}

/** Text is passed on from this length on, so that the target's mark is not passed by much. */
const longText = 16_384;

/**
 * Writes frames, and joins what lies side by side: text is gathered and encoded once, and views that adjoin become one view.
 * A frame that is sent back as it came is not encoded at all; in a row they are one view of the chunk they came in.
 */
export class FrameWriter<Frame extends {}> implements FrameSink {
  readonly #codec: Codec<Frame>;
  readonly #target: WriterTarget;
  #text = '';
  /** The view that goes on, in `#bytes`. */
  #bytes: Uint8Array | undefined;
  #from = 0;
  #to = 0;

  constructor(codec: Codec<Frame>, target: WriterTarget) {
    this.#codec = codec;
    this.#target = target;
  }

  /**
   * Writes a frame.
   *
   * @param received - whose last frame it may be
   * @param last - that frame
   */
  send(frame: Frame, received?: Decoder<Frame>, last?: Frame): void {
    const origin = frame === last ? received?.origin : undefined;
    if (origin === undefined || origin.to === 0) this.#codec.encode(frame, this);
    else this.#range(origin.bytes, origin.from, origin.to);
  }

  write(data: Uint8Array | string): void {
    if (typeof data !== 'string') {
      this.#range(data, 0, data.length);
      return;
    }
    this.#flushRange();
    this.#text += data;
    if (this.#text.length >= longText) this.#flushText();
  }

  /** Passes on what was gathered. */
  flush(): void {
    this.#flushText();
    this.#flushRange();
  }

  #range(bytes: Uint8Array, from: number, to: number): void {
    this.#flushText();
    const last = this.#bytes;
    if (last !== undefined) {
      const ends = last.byteOffset + this.#to;
      if (last.buffer === bytes.buffer && ends === bytes.byteOffset + from) {
        this.#to += to - from;
        return;
      }
      this.#flushRange();
    }
    this.#bytes = bytes;
    this.#from = from;
    this.#to = to;
  }

  #flushText(): void {
    if (this.#text === '') return;
    const text = this.#text;
    this.#text = '';
    this.#target.write(text);
  }

  #flushRange(): void {
    const bytes = this.#bytes;
    if (bytes === undefined) return;
    this.#bytes = undefined;
    const isWhole = this.#from === 0 && this.#to === bytes.length;
    const length = this.#to - this.#from;
    this.#target.write(isWhole ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset + this.#from, length));
  }
}
