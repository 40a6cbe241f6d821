import type { Codec, FrameSink } from './codec.ts';
import { checkedNewline, endsInReturn, holdsFeed, type LineOptions } from './line-options.ts';
import { checkedMaxBytes } from './max-bytes.ts';
import { TextLineDecoder } from './text-line-decoder.ts';
import { tooLong, unencodable } from './unencodable.ts';
import { isLongerThan, utf8Length } from './utf8-length.ts';

const name = 'lines';

/**
 * Lines of text in UTF-8. A line feed ends a line, and a carriage return before it belongs to the end; elsewhere it is text. The last
 * line of a stream may lack its end. `maxBytes` is 65,536 by default: a line without an end would be memory without an end.
 *
 * Of a line that is too long one error tells, as soon as it is, and the next line is found. So is it behind one that is no UTF-8.
 *
 * @throws {RangeError} when `maxBytes` is out of range
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { lines } from '@stack/app/codec';
 *
 * const decoder = lines().decoder();
 * decoder.push(new TextEncoder().encode('GET\r\n\nlast'));
 * assert.deepEqual([decoder.next(), decoder.next(), decoder.next()], ['GET', '', undefined]);
 * decoder.end();
 * assert.deepEqual([decoder.next(), decoder.next()], ['last', undefined]);
 * ```
 */
export const lines = (options: LineOptions = {}): Codec<string> => {
  const maxBytes = checkedMaxBytes(options.maxBytes ?? 65_536);
  const newline = checkedNewline(options.newline);
  return {
    name,
    decoder: () => new TextLineDecoder(name, maxBytes, newline),
    encode(line: string, out: FrameSink) {
      if (isLongerThan(line, maxBytes)) throw tooLong(name, 'a line', utf8Length(line), maxBytes);
      const feed = line.indexOf('\n');
      if (feed !== -1) throw holdsFeed(name, feed);
      if (newline === '\n' && line.endsWith('\r')) throw endsInReturn(name);
      if (!line.isWellFormed()) throw unencodable(name, 'it has half of a surrogate pair, which UTF-8 cannot write');
      out.write(line + newline);
    },
  };
};
