import type { Codec, Decoder, FrameSink } from './codec.ts';
import { FrameError } from './frame-error.ts';
import { checkedMaxBytes, type MaxBytesOption } from './max-bytes.ts';
import { TextLineDecoder } from './text-line-decoder.ts';
import { tooLong, unencodable } from './unencodable.ts';
import { isLongerThan, utf8Length } from './utf8-length.ts';

const name = 'json';

/** A document that a line can be: anything but `null`, which could not be told from the end. */
export type JsonDocument = string | number | boolean | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** What a document is made of. */
export type JsonValue = JsonDocument | null;

/**
 * JSON documents, one a line (JSON Lines, also known as NDJSON): `lines` with a `maxBytes` of 1,048,576 by default. Blank lines are
 * passed over. A line that is no JSON, or a bare `null`, is an error, and the next line is found.
 *
 * What comes is parsed, not checked: its shape is what the peer made it.
 *
 * @throws {RangeError} when `maxBytes` is out of range
 * @see RFC 8259 (The JavaScript Object Notation (JSON) Data Interchange Format)
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { json } from '@stack/app/codec';
 *
 * const decoder = json().decoder();
 * decoder.push(new TextEncoder().encode('{"id":1}\n\n[true]\n'));
 * assert.deepEqual([decoder.next(), decoder.next(), decoder.next()], [{ id: 1 }, [true], undefined]);
 * ```
 */
export const json = (options: MaxBytesOption = {}): Codec<JsonDocument> => {
  const maxBytes = checkedMaxBytes(options.maxBytes ?? 1_048_576);
  return {
    name,
    decoder: () => new JsonDecoder(new TextLineDecoder(name, maxBytes, '\n')),
    encode(document: JsonDocument, out: FrameSink) {
      // What JavaScript can make of an object: `undefined` for a function, for one.
      const line: string | undefined = JSON.stringify(document);
      if (line === undefined || line === 'null') throw unencodable(name, `${String(document)} is no document`);
      if (isLongerThan(line, maxBytes)) throw tooLong(name, 'a document', utf8Length(line), maxBytes);
      out.write(`${line}\n`);
    },
  };
};

class JsonDecoder implements Decoder<JsonDocument> {
  readonly #lines: TextLineDecoder;

  constructor(lines: TextLineDecoder) {
    this.#lines = lines;
  }

  get maxBytes(): number {
    return this.#lines.maxBytes;
  }

  set maxBytes(maxBytes: number) {
    this.#lines.maxBytes = maxBytes;
  }

  get rest(): Uint8Array {
    return this.#lines.rest;
  }

  push(bytes: Uint8Array): void {
    this.#lines.push(bytes);
  }

  end(): void {
    this.#lines.end();
  }

  next(): JsonDocument | undefined {
    for (let line = this.#lines.next(); line !== undefined; line = this.#lines.next()) {
      if (!isBlank(line)) return parsed(line);
    }
    return undefined;
  }
}

// RFC 8259 section 2: what may stand around a value. A first character above the space is not among it.
const isBlank = (line: string): boolean => !(line.charCodeAt(0) > 0x20) && /^[ \t\r]*$/.test(line);

const parsed = (line: string): JsonDocument => {
  let value: JsonValue;
  try {
    value = JSON.parse(line) as JsonValue;
  } catch (cause) {
    // The message of the cause quotes the peer.
    throw wrong(`a line of ${utf8Length(line)} bytes is no JSON`, line, cause);
  }
  if (value === null) throw wrong('a bare null cannot be told from the end', line);
  return value;
};

const wrong = (reason: string, line: string, cause?: unknown): FrameError =>
  new FrameError({
    code: 'ERR_FRAME_CORRUPT',
    op: 'decode',
    codec: name,
    reason,
    resumable: true,
    length: utf8Length(line),
    ...(cause !== undefined && { cause }),
  });
