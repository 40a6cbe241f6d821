import type { Protocol } from './protocol.ts';
import type { Sink } from './sink.ts';

// RFC 864, Data Syntax: "there are 95 printing characters in the ASCII character set", the first of which is the space.
const firstCharacter = 0x20;
const characters = 95;
// RFC 864, Data Syntax: "One popular pattern is 72 character lines of the ASCII printing characters", each a character further.
const lineCharacters = 72;
// RFC 864, UDP Based Character Generator Service: "a random number (between 0 and 512) of characters".
const longestAnswer = 512;

/** All lines of the pattern: after them it begins anew. */
const pattern: Uint8Array = new TextEncoder().encode(
  Array.from({ length: characters }, (_, line) =>
    String.fromCharCode(
      ...Array.from({ length: lineCharacters }, (_, column) => firstCharacter + ((line + column) % characters)),
    ).concat('\r\n'),
  ).join(''),
);

const generate = (out: Sink): void => {
  while (out.write(pattern));
};

/**
 * Generates characters: lines of 72 in a pattern without end, as fast as the peer takes them, until it closes. What it sends is
 * thrown away. That the peer breaks the connection off is how it usually ends, and no failure.
 *
 * A datagram is answered with 0 to 512 characters, whatever it says: more than was asked, so `service` and `datagramHandler` do
 * it only where they are given the name `chargen`.
 *
 * @param random - says how many: from 0 to less than 1. Default `Math.random`.
 * @see RFC 864 (Character Generator Protocol)
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { chargen, transcript } from '@stack/app';
 *
 * const { opened } = transcript(chargen(), []);
 * const [first, second] = new TextDecoder().decode(opened).split('\r\n');
 * assert(first?.startsWith(' !"#$%&') && second?.startsWith('!"#$%&\''));
 * ```
 */
export const chargen = (random: () => number = Math.random): Protocol => ({
  name: 'chargen',
  rfc: 864,
  open: () => undefined,
  ready: generate,
  receive: () => undefined,
  endsInReset: true,
  datagram: {
    onlyByName: true,
    answer: () => pattern.subarray(0, Math.floor(random() * (longestAnswer + 1))),
    maxReply: () => longestAnswer,
  },
});
