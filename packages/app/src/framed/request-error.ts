/**
 * What is wrong with a request or an answer.
 *
 * - `ERR_TOO_MANY_REQUESTS`: as many are under way as may be; it was not sent
 * - `ERR_DUPLICATE_ID`: one with the same id is under way; it was not sent
 * - `ERR_UNKNOWN_ANSWER`: an answer came that nobody asked for; the connection was aborted
 */
export type RequestErrorCode = 'ERR_TOO_MANY_REQUESTS' | 'ERR_DUPLICATE_ID' | 'ERR_UNKNOWN_ANSWER';

/**
 * A request or an answer that cannot be matched.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { RequestError } from '@stack/app';
 *
 * const error = new RequestError('ERR_DUPLICATE_ID', 'Cannot request: 7 is under way');
 * assert.equal(error.code, 'ERR_DUPLICATE_ID');
 * ```
 */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  /** What is wrong. */
  readonly code: RequestErrorCode;

  constructor(code: RequestErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
