import type { StreamOptions } from '../contract/network.ts';
import { countOption } from './limits.ts';
import type { ConnectionLimits } from './stream-connection.ts';

const mebibyte = 1_048_576;
const defaultMarkBytes = 65_536;

/** Checks the bounds of a connection and fills in the defaults. */
export const connectionLimits = (options: StreamOptions): ConnectionLimits => {
  const maxQueuedBytes = countOption('maxQueuedBytes', options.maxQueuedBytes, mebibyte);
  const fallback = Math.min(defaultMarkBytes, maxQueuedBytes);
  const highWaterBytes = countOption('highWaterBytes', options.highWaterBytes, fallback);
  if (highWaterBytes > maxQueuedBytes) {
    throw new RangeError(`highWaterBytes must be at most maxQueuedBytes (${maxQueuedBytes}), not ${highWaterBytes}`);
  }
  const maxReadAheadBytes = countOption('maxReadAheadBytes', options.maxReadAheadBytes, defaultMarkBytes);
  return { maxQueuedBytes, highWaterBytes, maxReadAheadBytes };
};
