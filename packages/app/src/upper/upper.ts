import type { Protocol } from '../protocol.ts';
import { upperBytes } from './upper-bytes.ts';

/**
 * Sends back what it receives with a-z as A-Z, and every other byte as it came: Python's `bytes.upper()`. Defined byte by
 * byte, so the length stays, and how the stream was cut means nothing. For text beyond ASCII see `upperUtf8`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { transcript, upper } from '@stack/app';
 *
 * const { output } = transcript(upper, ['Grüße, ', 'World']);
 * assert.equal(new TextDecoder().decode(output), 'GRüßE, WORLD');
 * ```
 */
export const upper: Protocol = {
  name: 'upper',
  open: () => undefined,
  receive(bytes, out) {
    out.write(upperBytes(bytes));
  },
  datagram: { answer: (question) => upperBytes(question) },
};
