/**
 * What is wrong with a frame.
 *
 * - `ERR_FRAME_TOO_LONG`: longer than the cap, or than its length field can tell
 * - `ERR_FRAME_CORRUPT`: it breaks the format
 * - `ERR_FRAME_INCOMPLETE`: the stream ended within it
 */
export type FrameErrorCode = 'ERR_FRAME_TOO_LONG' | 'ERR_FRAME_CORRUPT' | 'ERR_FRAME_INCOMPLETE';

/** The parts of a `FrameError`. */
export interface FrameErrorInit {
  readonly code: FrameErrorCode;
  /** Whether the peer's bytes are wrong (`decode`) or this side's frame (`encode`). */
  readonly op: 'decode' | 'encode';
  /** The codec, for the message: `netstring`. */
  readonly codec: string;
  /** Why not, and what would be right. */
  readonly reason: string;
  /** Of `decode`: whether the next frame can be found. Default false. */
  readonly resumable?: boolean | undefined;
  /** The length of the frame in bytes, as far as it is known. */
  readonly length?: number | undefined;
  /** The cap in bytes. */
  readonly maxBytes?: number | undefined;
  /** What lies behind it. */
  readonly cause?: unknown;
}

const brand: symbol = Symbol.for('@stack/app.frame-error');

/**
 * A frame that cannot be decoded or encoded, as a record.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { isFrameError, lines } from '@stack/app/codec';
 *
 * const decoder = lines({ maxBytes: 5 }).decoder();
 * decoder.push(new TextEncoder().encode('too long\nfine\n'));
 * assert.throws(
 *   () => decoder.next(),
 *   (error) =>
 *     isFrameError(error, 'ERR_FRAME_TOO_LONG') && error.maxBytes === 5 && error.resumable &&
 *     error.message === 'Cannot decode lines: a line of 8 bytes is longer than 5',
 * );
 * assert.equal(decoder.next(), 'fine');
 * ```
 */
export class FrameError extends Error {
  override readonly name = 'FrameError';
  /** What is wrong. */
  readonly code: FrameErrorCode;
  /** Whether the peer's bytes are wrong (`decode`) or this side's frame (`encode`). */
  readonly op: 'decode' | 'encode';
  /** The codec's name. */
  readonly codec: string;
  /** Why not, in words: the end of the message. */
  readonly reason: string;
  /** Of `decode`: the next frame can be found; `next()` looks for it. */
  readonly resumable: boolean;
  /** The length of the frame in bytes, as far as it is known; of a frame without an end, what came so far. */
  readonly length: number | undefined;
  /** The cap in bytes. */
  readonly maxBytes: number | undefined;

  constructor(init: FrameErrorInit) {
    super(`Cannot ${init.op} ${init.codec}: ${init.reason}`, init.cause === undefined ? {} : { cause: init.cause });
    this.code = init.code;
    this.op = init.op;
    this.codec = init.codec;
    this.reason = init.reason;
    this.resumable = init.resumable ?? false;
    this.length = init.length;
    this.maxBytes = init.maxBytes;
    Object.defineProperty(this, brand, { value: true });
  }
}

/**
 * Tells whether `value` is a `FrameError`, of any copy of this package, and of `code` where one is given.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { FrameError, isFrameError } from '@stack/app/codec';
 *
 * const error = new FrameError({ code: 'ERR_FRAME_CORRUPT', op: 'decode', codec: 'mine', reason: 'expected "x"' });
 * assert(isFrameError(error, 'ERR_FRAME_CORRUPT'));
 * assert(!isFrameError(error, 'ERR_FRAME_TOO_LONG'));
 * assert(!isFrameError(new Error('Cannot decode mine')));
 * ```
 */
export const isFrameError = (value: unknown, code?: FrameErrorCode): value is FrameError =>
  typeof value === 'object' &&
  value !== null &&
  brand in value &&
  (code === undefined || (value as FrameError).code === code);
