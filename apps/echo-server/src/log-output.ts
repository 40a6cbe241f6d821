import type { Writable } from 'node:stream';
import type { LogOutput } from './log.ts';

/** What may wait for a reader who is slow, in characters. */
const MAX_WAITING = 2 ** 20;

/**
 * Writes records at no one's cost: when whoever reads them is slow, records past the bound are dropped, and counted in a
 * record of its own once there is room again. A reader who left ends the log and nothing else.
 */
export const boundedOutput = (stream: Writable, maxWaiting: number = MAX_WAITING): LogOutput => {
  let dropped = 0;
  return {
    write: (line) => {
      if (!stream.writable) return;
      if (stream.writableLength + line.length > maxWaiting) {
        dropped += 1;
        return;
      }
      if (dropped > 0) stream.write(`${JSON.stringify({ level: 'warn', dropped, msg: 'Log records were dropped' })}\n`);
      dropped = 0;
      stream.write(line);
    },
  };
};
