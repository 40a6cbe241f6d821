import type { Connection } from '@stack/transport';
import type { CheckContext } from '../check-context.ts';
import type { Check } from '../check.ts';

/** Two ends of one connection, as a check sees them. The runner decides by the direction which end is near. */
export interface Ends {
  readonly near: Connection;
  readonly far: Connection;
}

/** Two ends of which the near one has sent until it had to wait: nobody has read at the far end. */
export interface CloggedEnds extends Ends {
  /** The send that waits. */
  readonly waiting: Promise<void>;
  /** Bytes that were given to `near`, those of the waiting send included. */
  readonly sentBytes: number;
  /** Tells that `bytes` are the first ones of what was sent. */
  isPrefix(bytes: Uint8Array): void;
}

/** What a stream check works with. */
export interface StreamContext extends CheckContext {
  /** Makes a connected pair. It is aborted when the check is over. */
  pair(): Promise<Ends>;
  /** Makes a pair and sends from its near end until a send has to wait and `trySend` takes nothing. */
  cloggedPair(): Promise<CloggedEnds>;
}

/** A promise of `Connection`, checked over a pair. */
export type StreamCheck = Check<StreamContext>;
