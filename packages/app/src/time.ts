import type { Protocol } from './protocol.ts';

// RFC 868: "2,208,988,800 corresponds to 00:00 1 Jan 1970 GMT", counted from 1900.
const secondsTo1970 = 2_208_988_800;
// RFC 868: "a 32 bit binary number", which "will serve until the year 2036".
const answerBytes = 4;

const encoded = (now: Date): Uint8Array => {
  const bytes = new Uint8Array(answerBytes);
  // Past 2036 it begins anew, as the lowest 32 bits do.
  new DataView(bytes.buffer).setUint32(0, Math.floor(now.getTime() / 1_000) + secondsTo1970);
  return bytes;
};

/**
 * Says what time it is, as the seconds since 1900 in 32 bits, the highest byte first, and closes. In 2036 the number wraps.
 *
 * A datagram, empty by the RFC, is answered with the number: more than was asked, so `service` and `datagramHandler` do it only where they
 * are given the name `time`.
 *
 * @param now - the clock; `undefined`: the time is not known, and nothing is said
 * @see RFC 868 (Time Protocol)
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { time, transcript } from '@stack/app';
 *
 * const { output } = transcript(time(() => new Date(0)), []);
 * assert.equal(new DataView(output.buffer, output.byteOffset).getUint32(0), 2_208_988_800);
 * ```
 */
export const time = (now: () => Date | undefined): Protocol => {
  // RFC 868: "If the server is unable to determine the time at its site, it should either refuse the connection or close it without
  // sending anything", and "discard the datagram without replying".
  const said = (): Uint8Array | null => {
    const instant = now();
    return instant === undefined || Number.isNaN(instant.getTime()) ? null : encoded(instant);
  };
  return {
    name: 'time',
    rfc: 868,
    open(out) {
      const bytes = said();
      if (bytes !== null) out.write(bytes);
      out.end();
    },
    receive: () => undefined,
    datagram: { onlyByName: true, answer: said, maxReply: () => answerBytes },
  };
};
