/** A line past this is taken for a file that was meant to be copied. */
const MAX_LINE_BYTES = 16 * 2 ** 20;

const LF = 0x0a;

/**
 * Cuts a stream of bytes at every line feed, which is not given; a last line without one is. Nothing else ends a line, and
 * nothing is decoded.
 *
 * @throws {RangeError} when a line is longer than `maxBytes`
 */
export async function* lines(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number = MAX_LINE_BYTES,
): AsyncGenerator<Uint8Array, void, undefined> {
  let rest: Uint8Array[] = [];
  let restBytes = 0;
  let number = 1;
  for await (const chunk of source) {
    let begin = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, begin)) {
      yield Buffer.concat([...rest, chunk.subarray(begin, end)]);
      rest = [];
      restBytes = 0;
      number += 1;
      begin = end + 1;
    }
    rest.push(chunk.subarray(begin));
    restBytes += chunk.length - begin;
    if (restBytes > maxBytes) throw new RangeError(`Cannot send line ${number}: it is longer than ${maxBytes} bytes`);
  }
  if (restBytes > 0) yield Buffer.concat(rest);
}
