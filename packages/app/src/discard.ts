import type { Protocol } from './protocol.ts';

/**
 * Throws away whatever it receives, and never sends anything, until the peer has finished. A datagram is not answered.
 *
 * @see RFC 863 (Discard Protocol)
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { discard, transcript } from '@stack/app';
 *
 * assert.equal(transcript(discard, ['anything', 'at all']).output.length, 0);
 * ```
 */
export const discard: Protocol = {
  name: 'discard',
  rfc: 863,
  open: () => undefined,
  receive: () => undefined,
  // RFC 863, UDP Based Discard Service: "No response is sent".
  datagram: { answer: () => null },
};
