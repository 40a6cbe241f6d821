/**
 * How messages are marked off in a stream of bytes: bytes in, frames out, and frames in, bytes out. A codec knows no socket
 * and no time; one value serves any number of connections, since what belongs to one is in its decoder.
 *
 * @typeParam Frame - what one message is: bytes, text, a JSON value. Never `null` or `undefined`: those mean that there is none.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { type Codec, lines } from '@stack/app/codec';
 *
 * // A codec of one's own, over another one: a word and its value, one pair a line.
 * interface Pair {
 *   readonly word: string;
 *   readonly value: string;
 * }
 * const pairs = (inner: Codec<string> = lines()): Codec<Pair> => ({
 *   name: 'pairs',
 *   decoder() {
 *     const decoder = inner.decoder();
 *     const next = (): Pair | undefined => {
 *       const [word, ...rest] = decoder.next()?.split(' ') ?? [];
 *       return word === undefined ? undefined : { word, value: rest.join(' ') };
 *     };
 *     return {
 *       push: (bytes) => decoder.push(bytes),
 *       end: () => decoder.end(),
 *       next,
 *       get rest() {
 *         return decoder.rest;
 *       },
 *       maxBytes: decoder.maxBytes,
 *     };
 *   },
 *   encode: ({ word, value }, out) => inner.encode(`${word} ${value}`, out),
 * });
 *
 * const decoder = pairs().decoder();
 * decoder.push(new TextEncoder().encode('SET one 1\n'));
 * assert.deepEqual(decoder.next(), { word: 'SET', value: 'one 1' });
 * ```
 */
export interface Codec<Frame extends {}> {
  /** A short name for logs and messages: `lines`. */
  readonly name: string;
  /** Makes the decoder of one stream. */
  decoder(): Decoder<Frame>;
  /**
   * Writes a frame. What cannot be read back as it is, or is longer than the cap, is refused before anything is written.
   *
   * @throws {FrameError} `ERR_FRAME_TOO_LONG`; `ERR_FRAME_CORRUPT` for what the format cannot carry
   */
  encode(frame: Frame, out: FrameSink): void;
}

/** Where an encoder writes: bytes as they are, text as UTF-8. Bytes are not copied: do not change them before they are out. */
export interface FrameSink {
  write(data: Uint8Array | string): void;
}

/**
 * Finds the frames of one stream. However the stream is cut, the frames are the same.
 *
 * **Ownership**: pushed bytes become the decoder's. A frame is the receiver's for good; it may be a view of what was pushed,
 * but keeps alive at most 8 KiB or eight times its length, whichever is more.
 *
 * **Errors** come from `next`, in their place among the frames. After one that is `resumable`, `next` goes on behind the bad
 * frame; after any other it throws the same again.
 */
export interface Decoder<Frame extends {}> {
  /**
   * Takes bytes of the stream.
   *
   * @throws {TypeError} after `end()`
   */
  push(bytes: Uint8Array): void;

  /**
   * The next frame; `undefined`: it is not whole yet, or, after `end()`, there is none.
   *
   * @throws {FrameError} `ERR_FRAME_TOO_LONG` as soon as it is known, from the length alone where the format has one;
   *   `ERR_FRAME_CORRUPT`; `ERR_FRAME_INCOMPLETE`, after `end()`, when the stream ended within a frame
   */
  next(): Frame | undefined;

  /** The stream is over: what is left is a frame, an error, or nothing. */
  end(): void;

  /** A copy of what was pushed and is not part of any frame yet: what another reader of the stream would go on with. */
  readonly rest: Uint8Array;

  /** The cap, in bytes of content. A change holds for the frames that begin after it. */
  maxBytes: number;

  /** Where the last frame stands as it came. Absent: this decoder does not tell. */
  readonly origin?: FrameOrigin;
}

/**
 * The bytes that the last frame came in, with what marks it off: to send a frame back as it came, without encoding it. It
 * changes with every `next()`.
 */
export interface FrameOrigin {
  readonly bytes: Uint8Array;
  /** Where it begins in `bytes`. */
  readonly from: number;
  /** Where it ends; 0 when encoding the frame again would not give these very bytes. */
  readonly to: number;
}
