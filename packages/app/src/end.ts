/**
 * How a protocol's run on one connection ended.
 *
 * - `finished`: in order; the protocol ended it, and the peer has the bytes or will get them from the kernel
 * - `drained`: in order, because the server drains
 * - `reset`: the peer or the network broke the connection
 * - `aborted`: this side dropped it: `out.abort()`, a hook that threw, a bound that was passed, a session that was killed
 */
export type EndHow = 'finished' | 'reset' | 'aborted' | 'drained';

/** What is known at the end of a protocol's run. */
export interface End {
  readonly how: EndHow;
  /** Of `reset`: the failure. Of `aborted`: the reason. */
  readonly error?: unknown;
}
