import { text } from '../assertions.ts';
import type { Place } from './dial-context.ts';

/** Who sends this is the one that was dialled just now. */
const word = 'still there?';

/**
 * Dials, and accepts until that dial is among what was accepted, past those that have left and past failures to accept.
 * Fails as `accept` does when it never comes.
 */
export const acceptsStill = async (place: Place): Promise<void> => {
  const client = await place.dial();
  await client.send(word);
  for (;;) {
    const server = await place.accept();
    const got = await server.recvExactly(word.length, { timeoutMs: 5_000 }).catch(() => null);
    server.abort();
    if (text(got) === word) return;
  }
};
