import type { Protocol } from './protocol.ts';

/**
 * Sends back whatever it receives, until the peer has finished. Nothing is copied: the chunk that came is the one that
 * goes.
 *
 * @see RFC 862 (Echo Protocol)
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { echo, transcript } from '@stack/app';
 *
 * const chunk = Uint8Array.of(0, 255, 10);
 * assert.equal(transcript(echo, [chunk]).replies[0], chunk);
 * ```
 */
export const echo: Protocol = {
  name: 'echo',
  rfc: 862,
  open: () => undefined,
  receive(bytes, out) {
    out.write(bytes);
  },
  // RFC 862, UDP Based Echo Service: "the data from it is sent back in an answering datagram".
  datagram: { answer: (question) => question },
};
