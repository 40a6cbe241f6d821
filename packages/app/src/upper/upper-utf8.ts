import type { Protocol } from '../protocol.ts';
import { maxUpperGrowth, upperText } from './upper-text.ts';
import { utf8Cut } from './utf8-sequence.ts';

/** What `upperUtf8` keeps between chunks: the beginning of a character that was cut, at most three bytes. */
interface CutCharacter {
  bytes: Uint8Array;
}

const nothing: Uint8Array = new Uint8Array(0);

const protocol: Protocol<CutCharacter> = {
  name: 'upper-utf8',
  open: () => ({ bytes: nothing }),
  receive(chunk, out, state) {
    const bytes = state.bytes.length === 0 ? chunk : joined(state.bytes, chunk);
    const cut = utf8Cut(bytes);
    // A copy of the few bytes: a view, which is what `slice` of a Node Buffer makes, would keep the whole chunk in memory.
    state.bytes = cut === bytes.length ? nothing : new Uint8Array(bytes.subarray(cut));
    if (cut > 0) out.write(upperText(bytes.subarray(0, cut)));
  },
  end(out, state) {
    out.write(state.bytes);
    out.end();
  },
  datagram: {
    answer: (question) => upperText(question),
    maxReply: (questionBytes) => questionBytes * maxUpperGrowth,
  },
};

const joined = (head: Uint8Array, tail: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(head.length + tail.length);
  bytes.set(head);
  bytes.set(tail, head.length);
  return bytes;
};

/**
 * Sends back the upper case of what it receives as UTF-8: Python's `str.upper()`. That is Unicode's full mapping (`ß` is
 * `SS`, so the length may grow) without a locale, independent of how the stream was cut. Bytes that are no UTF-8 pass
 * unchanged, an incomplete character at the end included; a byte order mark stays. Which characters there are is a matter
 * of the runtime's version of Unicode.
 *
 * An answer to a datagram may be three times as long as the question.
 *
 * @see RFC 3629 (UTF-8) section 4 for what counts as UTF-8
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { transcript, upperUtf8 } from '@stack/app';
 *
 * const { output } = transcript(upperUtf8, ['Grüße, ', 'ﬁn']);
 * assert.equal(new TextDecoder().decode(output), 'GRÜSSE, FIN');
 * ```
 */
export const upperUtf8: Protocol<unknown> = protocol;
