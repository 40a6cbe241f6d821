import assert from 'node:assert/strict';
import { sameBytes } from '../assertions.ts';
import type { CheckContext } from '../check-context.ts';
import type { CloggedEnds, Ends } from './stream-context.ts';

/** Odd, so that what was sent does not repeat at the sizes of buffers. */
const chunkBytes = 65_521;

/** No buffer between two ends may hold this much. */
const mostBytes = 1_073_741_824;

/**
 * A send that is pending this long, with nothing moving meanwhile, waits. In several naps: where the machine is busy one long
 * timer may be due before the event loop has turned at all.
 */
const naps = 8;
const napMs = 5;

/** Sends from the near end until a send waits for the far end, which does not read, and `trySend` has no room. */
export const clog = async ({ near, far }: Ends, context: CheckContext): Promise<CloggedEnds> => {
  const chunk = context.random.bytes(chunkBytes);
  let sentBytes = 0;
  let waiting: Promise<void> | undefined;

  while (waiting === undefined) {
    assert(sentBytes < mostBytes, `expected a send to wait while nobody reads, but ${sentBytes} bytes went through`);
    const sending = near.send(chunk);
    sentBytes += chunkBytes;
    if (!(await settles(sending, near, context))) waiting = sending;
  }
  while (near.trySend(chunk)) {
    sentBytes += chunkBytes;
    assert(sentBytes < mostBytes, 'expected trySend to say no behind a send that waits');
  }

  const isPrefix = (bytes: Uint8Array): void => {
    assert(bytes.length <= sentBytes, `expected at most the ${sentBytes} bytes sent, but got ${bytes.length}`);
    for (let start = 0; start < bytes.length; start += chunkBytes) {
      const part = bytes.subarray(start, start + chunkBytes);
      sameBytes(`what came from byte ${start} on`, part, chunk.subarray(0, part.length));
    }
  };
  return { near, far, waiting, sentBytes, isPrefix };
};

/** False: `sending` is pending and nothing moves. Fails as `sending` does. */
export const settles = async (
  sending: Promise<void>,
  near: Ends['near'],
  { sleep }: Pick<CheckContext, 'sleep'>,
): Promise<boolean> => {
  const settled = sending.then(() => true);
  for (let before = -1; near.stats.queuedBytes !== before;) {
    before = near.stats.queuedBytes;
    for (let nap = 0; nap < naps; nap += 1) {
      if (await Promise.race([settled, sleep(napMs).then(() => false)])) return true;
    }
  }
  return false;
};
