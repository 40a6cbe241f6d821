import type { Sink } from './sink.ts';

/**
 * What somebody with more to write does.
 *
 * - `go`: write on; what cannot be sent any more is dropped
 * - `wait`: the peer is slow; `ready()` follows
 * - `stop`: it is too much already, and none of it will be sent
 */
export type Pace = 'go' | 'wait' | 'stop';

/** A sink that knows more than whether it is full. */
export interface PacedSink extends Sink {
  readonly pace: Pace;
}

/** The pace of a sink; of a foreign one nobody knows whether room will come. */
export const paceOf = (sink: Sink): Pace => (sink.full && 'pace' in sink ? (sink as PacedSink).pace : 'go');
