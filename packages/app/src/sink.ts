import type { Bytes } from '@stack/transport';

/**
 * Where a protocol writes.
 *
 * A sink is valid until the protocol's `close()`: keep it to push later. Afterwards every call is a no-op, `write` returns
 * false and `full` is true, so that a loop over either ends.
 *
 * Everything written within one `receive()` (or any other hook) leaves in one write; what is written later, by a kept
 * sink, is gathered until the end of the turn.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { type Protocol, transcript } from '@stack/app';
 *
 * const greeter: Protocol = {
 *   name: 'greeter',
 *   open(out) {
 *     out.write('hello, ');
 *     out.write('who is there?\r\n');
 *   },
 *   receive(bytes, out) {
 *     out.write(bytes);
 *     out.end();
 *   },
 * };
 *
 * const { opened } = transcript(greeter, []);
 * assert.equal(new TextDecoder().decode(opened), 'hello, who is there?\r\n');
 * ```
 */
export interface Sink {
  /**
   * Writes bytes, or text as UTF-8. They are taken in any case, up to the connection's `maxQueuedBytes`; past that the
   * session is aborted, since bytes after a lost one would be corruption.
   *
   * Bytes are not copied: do not change them afterwards. Writing the same unchanged bytes again is fine.
   *
   * @returns false when more is written than the peer takes; `ready()` follows once there is room. Also false, and nothing
   *   was taken, after `end()`, `abort()` and `close()`.
   * @throws {TypeError} when `bytes` is neither a `Uint8Array` nor a string
   */
  write(bytes: Bytes): boolean;

  /** More is written than the peer takes: `write` would return false. While it is, nothing is read from the peer. */
  readonly full: boolean;

  /**
   * Ends the exchange: the peer sees the end after every byte that was written (half-close), and what still comes from it
   * is discarded. Twice is fine.
   */
  end(): void;

  /**
   * Drops the connection at once: what is queued is lost, and the peer sees a reset where the transport has one.
   *
   * @param reason - stands in the `End`, and is given to `close()`; default an `Error` that names the protocol
   */
  abort(reason?: unknown): void;

  /**
   * Calls the protocol's `wake()` once, not before `ms` milliseconds have passed on the connection's clock. There is one
   * timer: a later call replaces it, `null` cancels it, and so does the close. 0 or less fires on a later turn, `Infinity`
   * never.
   *
   * @throws {RangeError} when `ms` is `NaN`
   */
  wakeAfter(ms: number | null): void;
}
