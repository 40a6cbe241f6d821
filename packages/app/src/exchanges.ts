import type { Protocol } from './protocol.ts';
import { afterStep } from './step.ts';

/**
 * Limits a protocol to `count` exchanges: once it has received so many (non-empty) chunks it ends, as if the peer had
 * finished. The protocol's `end` runs first, so that what it holds back still comes out; then the connection is ended,
 * whatever the protocol thinks. Datagrams are untouched: each is an exchange of its own.
 *
 * What counts is a `receive`, so this is for peers that wait for an answer before they go on; elsewhere a stream may be cut
 * anywhere.
 *
 * @param count - a whole number of at least 1
 * @throws {RangeError} when `count` is anything else
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { exchanges, transcript, upper } from '@stack/app';
 *
 * const { replies, output } = transcript(exchanges(upper, 1), ['hello', 'ignored']);
 * assert.equal(replies.length, 1);
 * assert.equal(new TextDecoder().decode(output), 'HELLO');
 * ```
 */
export const exchanges = <State>(protocol: Protocol<State>, count: number): Protocol<unknown> => {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(
      `Cannot limit "${protocol.name}" to ${count} exchanges: expected a whole number of at least 1`,
    );
  }
  const limited: Protocol<Counted<State>> = {
    name: protocol.name,
    rfc: protocol.rfc,
    endsInReset: protocol.endsInReset,
    open: (out, peer) => ({ inner: protocol.open(out, peer), left: count }),
    receive(bytes, out, state) {
      const step = protocol.receive(bytes, out, state.inner);
      if (bytes.length > 0) state.left -= 1;
      if (state.left > 0) return step;
      const ended = afterStep(step, () => protocol.end?.(out, state.inner));
      return afterStep(ended, () => out.end());
    },
    ...(protocol.end && { end: (out, state) => protocol.end?.(out, state.inner) }),
    ...(protocol.ready && { ready: (out, state) => protocol.ready?.(out, state.inner) }),
    ...(protocol.wake && { wake: (out, state) => protocol.wake?.(out, state.inner) }),
    ...(protocol.drain && { drain: (out, state) => protocol.drain?.(out, state.inner) }),
    ...(protocol.close && { close: (state, how, error) => protocol.close?.(state.inner, how, error) }),
    datagram: protocol.datagram,
  };
  return limited;
};

interface Counted<State> {
  readonly inner: State;
  left: number;
}
