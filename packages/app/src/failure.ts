import { isTransportError } from '@stack/transport';
import type { End } from './end.ts';

/** How a failure of the connection reads. What this side did to it (a close, an abort, a bound) is no fault of the peer's. */
export const endOf = (error: unknown): End => {
  if (!isTransportError(error)) return { how: 'reset', error };
  if (error.kind === 'closed') return { how: 'aborted', error: error.cause ?? error };
  return { how: error.kind === 'limit' || error.kind === 'busy' ? 'aborted' : 'reset', error };
};

/** Whether a send failed by itself, so that the connection may live on: not without these bytes. */
export const leavesGap = (error: unknown): boolean => !isTransportError(error) || error.kind === 'limit';
