/** What every waiting operation takes: a way to call it off, and a limit. */
export interface Op {
  /** Aborting rejects the operation with the signal's reason. An operation that has settled is unaffected. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds the operation may take. 0 or less: already past, the operation fails at once, even with data ready.
   * Absent or `Infinity`: no limit. `NaN` is a `RangeError`.
   */
  readonly timeoutMs?: number | undefined;
}

/** What a callback returns: nothing, or a promise that holds back the next call until it settles. */
// oxlint-disable-next-line typescript/no-invalid-void-type -- a callback that returns nothing is the common case
export type Step = undefined | void | Promise<void>;

/** What can be sent: bytes, or text that is sent as UTF-8. */
export type Bytes = Uint8Array | string;
