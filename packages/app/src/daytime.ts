import type { Protocol } from './protocol.ts';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What `line` comes to, for every year of four digits. */
const lineBytes = 26;

const two = (value: number, fill: string): string => `${value}`.padStart(2, fill);

// RFC 867, Daytime Syntax: "There is no specific syntax for the daytime." This one, of asctime() in C, is what hosts have sent ever since.
const line = (now: Date): string => {
  const day = `${days[now.getUTCDay()]} ${months[now.getUTCMonth()]} ${two(now.getUTCDate(), ' ')}`;
  const time = [now.getUTCHours(), now.getUTCMinutes(), now.getUTCSeconds()].map((part) => two(part, '0')).join(':');
  return `${day} ${time} ${`${now.getUTCFullYear()}`.padStart(4, '0')}\r\n`;
};

/**
 * Says what time it is, as a line of 26 bytes in UTC: `Tue Nov 24 09:05:00 2026`, and closes. What the peer sends is thrown away.
 *
 * A datagram is answered with the line, whatever it says: more than was asked, so `service` and `datagramHandler` do it only where they
 * are given the name `daytime`.
 *
 * @param now - the clock; `undefined`: the time is not known, and nothing is said
 * @see RFC 867 (Daytime Protocol)
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { daytime, transcript } from '@stack/app';
 *
 * const { output } = transcript(daytime(() => new Date(0)), []);
 * assert.equal(new TextDecoder().decode(output), 'Thu Jan  1 00:00:00 1970\r\n');
 * ```
 */
export const daytime = (now: () => Date | undefined): Protocol => {
  const said = (): string | undefined => {
    const time = now();
    return time === undefined || Number.isNaN(time.getTime()) ? undefined : line(time);
  };
  return {
    name: 'daytime',
    rfc: 867,
    open(out) {
      const text = said();
      if (text !== undefined) out.write(text);
      out.end();
    },
    receive: () => undefined,
    datagram: { onlyByName: true, answer: () => said() ?? null, maxReply: () => lineBytes },
  };
};
