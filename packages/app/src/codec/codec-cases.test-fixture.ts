import { Buffer } from 'node:buffer';
import { byteLines } from './byte-lines.ts';
import { cobs } from './cobs.ts';
import type { Codec, Decoder } from './codec.ts';
import { delimited } from './delimited.ts';
import { isFrameError } from './frame-error.ts';
import { json } from './json.ts';
import { lengthPrefixed, type LengthPrefixedOptions } from './length-prefixed.ts';
import { lines } from './lines.ts';
import { netstring } from './netstring.ts';
import {
  byteLinesOracle,
  cobsOracle,
  delimitedOracle,
  fixedLength,
  type Found,
  jsonOracle,
  lengthOracle,
  linesOracle,
  netstringLength,
  type Oracle,
  rawOracle,
  slipOracle,
  varintLength,
} from './oracles.test-fixture.ts';
import type { Random } from './random.test-fixture.ts';
import { raw } from './raw.ts';
import { slip } from './slip.ts';

/** A codec, what it has to agree with, and what to feed it. */
export interface CodecCase<Frame extends {} = {}> {
  readonly title: string;
  /** The same format with other options: fewer runs do where time is short. */
  readonly isVariant: boolean;
  readonly codec: (maxBytes: number) => Codec<Frame>;
  readonly oracle: Oracle<Frame>;
  /** What frames are made of: pieces that mean something to the format, and some that do not. */
  readonly pieces: readonly Uint8Array[];
  /** A frame that the codec can carry. */
  readonly frame: (random: Random, maxBytes: number) => Frame;
}

const bytesOf = (...texts: string[]): Uint8Array[] => texts.map((text) => Uint8Array.from(Buffer.from(text, 'latin1')));
const anything = bytesOf(
  'a',
  'bc',
  'hello',
  '\x00',
  '\xff',
  '\xc3\x9f',
  '\xf0\x9f\x98\x80',
  '\xe2\x82',
  '',
  'x'.repeat(100),
);

const someBytes = (random: Random, maxBytes: number, without: readonly number[] = []): Uint8Array =>
  Uint8Array.from({ length: random.int(random.pick([1, 8, 300, maxBytes + 1])) % (maxBytes + 1) }, () => {
    const byte = random.int(3) === 0 ? random.int(256) : random.pick([0, 1, 10, 13, 0o300, 0o333, 254, 255]);
    return without.includes(byte) ? 65 : byte;
  });

const someText = (random: Random, maxBytes: number): string => {
  let text = '';
  for (let count = random.int(random.pick([1, 8, 300])); count > 0; count--) {
    text += random.pick(['a', 'ß', '€', '😀', ' ', '\r.', '\ufeff', 'word', '\u2028', '\0']);
  }
  return Buffer.byteLength(text) <= maxBytes ? text : text.slice(0, Math.floor(maxBytes / 4)).toWellFormed();
};

const withoutReturn = (text: string): string => (text.endsWith('\r') ? `${text}.` : text);

const prefixed = (title: string, options: LengthPrefixedOptions, adjustment: number): CodecCase => {
  const { bytes = 4, endian = 'big' } = options;
  const read = bytes === 'varint' ? varintLength : fixedLength(bytes, endian, adjustment);
  const headers = [0, 1, 3, 5, 7, 63, 64, 65, 127, 128, 255, 300, 2 ** 24, 2 ** 32 - 1, 2 ** 53 + 2, 2 ** 64 - 1];
  const field = (value: number): Uint8Array => {
    const big = BigInt(value);
    if (bytes === 'varint') {
      const groups = Array.from({ length: 10 }, (_, index) => Number((big >> BigInt(index * 7)) & 127n));
      const last = groups.findLastIndex((group) => group !== 0);
      return Uint8Array.from(
        groups.slice(0, Math.max(last, 0) + 1).map((group, at, all) => (at < all.length - 1 ? group | 128 : group)),
      );
    }
    const all = Array.from({ length: bytes }, (_, index) => Number((big >> BigInt(8 * (bytes - 1 - index))) & 255n));
    return Uint8Array.from(endian === 'big' ? all : all.toReversed());
  };
  return caseOf({
    title,
    codec: (maxBytes) => lengthPrefixed({ ...options, maxBytes }),
    oracle: lengthOracle(read),
    pieces: [...headers.map(field), ...anything, Uint8Array.of(0x80, 0x80, 0), Uint8Array.of(0xff).slice()],
    frame: (random, maxBytes) => {
      const most = typeof bytes === 'number' ? Math.min(maxBytes, 2 ** (8 * bytes) - 1 + adjustment) : maxBytes;
      const frame = someBytes(random, most);
      return frame.length < adjustment ? new Uint8Array(adjustment) : frame;
    },
  });
};

/** The frames of each case are of one type, which nobody outside of it needs to know. */
const caseOf = <Frame extends {}>(it: Omit<CodecCase<Frame>, 'isVariant'>): CodecCase =>
  ({ ...it, isVariant: !full.has(it.title) }) as unknown as CodecCase;

/** One of each format. */
const full: ReadonlySet<string> = new Set([
  'raw()',
  'lines()',
  'byteLines()',
  'json()',
  'delimited("aab")',
  'lengthPrefixed(4)',
  'netstring()',
  'slip()',
  'cobs()',
]);

const newlines = [...anything, ...bytesOf('\n', '\r\n', '\r', '\n\n', '\r\r\n', 'one\ntwo\r\nthree\n')];

/** Every codec, with its options. */
export const codecCases: readonly CodecCase[] = [
  caseOf({
    title: 'raw()',
    codec: (maxBytes) => raw({ maxBytes }),
    oracle: rawOracle,
    pieces: anything,
    frame: someBytes,
  }),
  caseOf({
    title: 'lines()',
    codec: (maxBytes) => lines({ maxBytes }),
    oracle: linesOracle,
    pieces: newlines,
    frame: (random, maxBytes) => withoutReturn(someText(random, maxBytes - 1)),
  }),
  caseOf({
    title: 'lines({ newline: "\\r\\n" })',
    codec: (maxBytes) => lines({ maxBytes, newline: '\r\n' }),
    oracle: linesOracle,
    pieces: newlines,
    frame: someText,
  }),
  caseOf({
    title: 'byteLines()',
    codec: (maxBytes) => byteLines({ maxBytes }),
    oracle: byteLinesOracle,
    pieces: newlines,
    frame: (random, maxBytes) => someBytes(random, maxBytes, [10, 13]),
  }),
  caseOf({
    title: 'json()',
    codec: (maxBytes) => json({ maxBytes }),
    oracle: jsonOracle,
    pieces: [
      ...newlines,
      ...bytesOf('{"a":[1,2', ']}', 'null', '1e5', '"\xc3\x9f"', ' ', '\t', 'true', '\n{}\n', '\n[]\n'),
    ],
    frame: (random, maxBytes) =>
      random.pick([{ text: someText(random, Math.floor(maxBytes / 20)) }, [1, null, [true]], 'x', 0, false, {}]),
  }),
  ...['\n', '\r\n', 'aab', 'aa', '--boundary--'].map((delimiter) =>
    caseOf({
      title: `delimited(${JSON.stringify(delimiter)})`,
      codec: (maxBytes) => delimited({ delimiter, maxBytes }),
      oracle: delimitedOracle(Buffer.from(delimiter)),
      pieces: [
        ...newlines,
        ...bytesOf(delimiter, delimiter.slice(0, -1), delimiter.slice(1), delimiter + delimiter, 'aabaab', 'aaa'),
      ],
      frame: (random, maxBytes) => someBytes(random, maxBytes, [10, 97, 45]),
    }),
  ),
  prefixed('lengthPrefixed(1)', { bytes: 1 }, 0),
  prefixed('lengthPrefixed(1, header)', { bytes: 1, includesHeader: true }, -1),
  prefixed('lengthPrefixed(1, +1)', { bytes: 1, adjustment: 1 }, 1),
  prefixed('lengthPrefixed(2, little)', { bytes: 2, endian: 'little' }, 0),
  prefixed('lengthPrefixed(3, -2)', { bytes: 3, adjustment: -2 }, -2),
  prefixed('lengthPrefixed(3, little)', { bytes: 3, endian: 'little' }, 0),
  prefixed('lengthPrefixed(4)', {}, 0),
  prefixed(
    'lengthPrefixed(4, little, header, +2)',
    { bytes: 4, endian: 'little', includesHeader: true, adjustment: 2 },
    -2,
  ),
  prefixed('lengthPrefixed(8)', { bytes: 8 }, 0),
  prefixed('lengthPrefixed(8, little)', { bytes: 8, endian: 'little' }, 0),
  prefixed('lengthPrefixed(varint)', { bytes: 'varint' }, 0),
  caseOf({
    title: 'netstring()',
    codec: (maxBytes) => netstring({ maxBytes }),
    oracle: lengthOracle(netstringLength, ','),
    pieces: [
      ...anything,
      ...bytesOf('0:,', '5:hello,', '5:', '64:', '300:', ',', '1:a,', '01:a,', '9999999999999999:', '7', ':'),
    ],
    frame: someBytes,
  }),
  caseOf({
    title: 'slip()',
    codec: (maxBytes) => slip({ maxBytes }),
    oracle: slipOracle,
    pieces: [...anything, ...bytesOf('\xc0', '\xdb\xdc', '\xdb\xdd', '\xdb', '\xc0one\xc0', '\xdb\xc0', '\xdc')],
    frame: (random, maxBytes) => Uint8Array.of(...someBytes(random, maxBytes - 1), 7),
  }),
  caseOf({
    title: 'cobs()',
    codec: (maxBytes) => cobs({ maxBytes }),
    oracle: cobsOracle,
    pieces: [
      ...anything,
      ...bytesOf('\x00', '\x01', '\x03ab', '\x06hello\x00', `\xff${'z'.repeat(254)}`, '\x01\x00', '\x02\x00'),
    ],
    frame: someBytes,
  }),
];

/** A stream made of pieces that mean something to the format. */
export const randomStream = ({ pieces }: CodecCase, random: Random): Uint8Array =>
  Uint8Array.from(
    Buffer.concat(
      Array.from({ length: random.int(10) }, () =>
        random.int(12) === 0 ? Uint8Array.of(random.int(256)) : random.pick(pieces),
      ),
    ),
  );

/**
 * What a decoder finds in chunks; what is thrown but no `FrameError` is thrown on.
 *
 * @param most - more than so many frames and errors are a decoder that hangs
 */
export const decoded = (codec: Codec<{}>, chunks: Iterable<Uint8Array>, most = 1e6): Found<{}>[] => {
  const decoder = codec.decoder();
  const found: Found<{}>[] = [];
  for (const chunk of chunks) {
    decoder.push(chunk);
    if (!drain(decoder, found, most)) return found;
  }
  decoder.end();
  drain(decoder, found, most);
  return found;
};

/** Takes what is there. False: no more can come. */
const drain = (decoder: Decoder<{}>, found: Found<{}>[], most: number): boolean => {
  while (found.length <= most) {
    try {
      const frame = decoder.next();
      if (frame === undefined) return true;
      found.push({ frame });
    } catch (error) {
      if (!isFrameError(error)) throw error;
      found.push({ error: error.code });
      if (!error.resumable) return false;
    }
  }
  throw new Error(`a decoder of ${most - 1} bytes gave ${most} frames and errors, and goes on`);
};

/** Of a stream without frames only the bytes matter. */
export const asOracle = ({ title }: CodecCase, found: readonly Found<{}>[]): readonly Found<{}>[] => {
  if (title !== 'raw()') return found;
  const bytes = found.map((one) => ('frame' in one && one.frame instanceof Uint8Array ? one.frame : new Uint8Array(0)));
  const whole = Uint8Array.from(Buffer.concat(bytes));
  return whole.length === 0 ? [] : [{ frame: whole }];
};

/** What a codec writes for frames, in one buffer. */
export const encoded = (codec: Codec<{}>, frames: readonly {}[]): Uint8Array => {
  const parts: Uint8Array[] = [];
  for (const frame of frames) codec.encode(frame, { write: (data) => void parts.push(Buffer.from(data)) });
  return Uint8Array.from(Buffer.concat(parts));
};
