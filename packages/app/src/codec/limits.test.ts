import { Buffer } from 'node:buffer';
import { describe, expect, it, vi } from 'vitest';
import { decoded, encoded } from './codec-cases.test-fixture.ts';
import {
  byteLines,
  cobs,
  type Codec,
  delimited,
  type FrameError,
  isFrameError,
  json,
  lengthPrefixed,
  lines,
  netstring,
  raw,
  slip,
} from './index.ts';
import { feedUnended, heldBytes, unended } from './unended.test-fixture.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const tooLong = { error: 'ERR_FRAME_TOO_LONG' };
const frame = (value: {}): { frame: {} } => ({ frame: typeof value === 'string' ? bytes(value) : value });

const thrown = (run: () => unknown): FrameError => {
  try {
    run();
  } catch (error) {
    if (isFrameError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

/** Every format with a cap, and how `length` bytes of content are made. */
const capped: readonly [string, (maxBytes?: number) => Codec<{}>, (length: number) => {}, defaultCap: number][] = [
  ['lines', (maxBytes) => lines({ maxBytes }) as Codec<{}>, (length) => 'x'.repeat(length), 65_536],
  [
    'byteLines',
    (maxBytes) => byteLines({ maxBytes }) as Codec<{}>,
    (length) => new Uint8Array(length).fill(120),
    65_536,
  ],
  ['json', (maxBytes) => json({ maxBytes }) as Codec<{}>, (length) => 'x'.repeat(length - 2), 1_048_576],
  [
    'delimited',
    (maxBytes) => delimited({ delimiter: '\r\n', maxBytes }) as Codec<{}>,
    (length) => new Uint8Array(length).fill(120),
    65_536,
  ],
  [
    'lengthPrefixed',
    (maxBytes) => lengthPrefixed({ maxBytes }) as Codec<{}>,
    (length) => new Uint8Array(length),
    1_048_576,
  ],
  ['netstring', (maxBytes) => netstring({ maxBytes }) as Codec<{}>, (length) => new Uint8Array(length), 1_048_576],
  ['slip', (maxBytes) => slip({ maxBytes }) as Codec<{}>, (length) => new Uint8Array(length).fill(0o333), 65_536],
  ['cobs', (maxBytes) => cobs({ maxBytes }) as Codec<{}>, (length) => new Uint8Array(length).fill(7), 65_536],
];

describe.each(capped)('%s', (_, make, content, defaultCap) => {
  it('S49: takes a frame of exactly the cap, and none of one byte more, written or read; nothing is written then', () => {
    for (const maxBytes of [5, 64, undefined]) {
      const cap = maxBytes ?? defaultCap;
      const codec = make(maxBytes);
      const exact = content(cap);
      expect(decoded(codec, [encoded(codec, [exact])])).toEqual([{ frame: exact }]);

      const written: unknown[] = [];
      const error = thrown(() => codec.encode(content(cap + 1), { write: (data) => void written.push(data) }));
      expect(error).toMatchObject({ code: 'ERR_FRAME_TOO_LONG', op: 'encode', length: cap + 1, maxBytes: cap });
      expect(written).toEqual([]);
    }
  });

  it('S50: tells of a frame that is too long once, twice in a row, and reads the next good one; exact max passes', () => {
    const codec = make(8);
    const wide = make(1_000);
    const stream = Buffer.concat([
      encoded(codec, [content(3)]),
      encoded(wide, [content(100), content(900)]),
      encoded(codec, [content(8)]),
      encoded(wide, [content(9)]),
      encoded(codec, [content(4)]),
    ]);
    const expected = [frame(content(3)), tooLong, tooLong, frame(content(8)), tooLong, frame(content(4))];
    const same = (chunks: Iterable<Uint8Array>): void =>
      expect(decoded(codec, chunks)).toEqual(
        expected.map((one) =>
          'frame' in one && codec.name === 'lines' ? { frame: Buffer.from(one.frame as Uint8Array).toString() } : one,
        ),
      );
    if (codec.name === 'json') return;
    same([stream]);
    same(Array.from(stream, (byte) => Uint8Array.of(byte)));
  });

  it('S49: a change of the cap holds for the next frame, not for the one under way', () => {
    const codec = make(100);
    const [first, second] = [content(80), content(40)];
    const stream = encoded(codec, [first, second]);
    const decoder = codec.decoder();
    decoder.push(stream.slice(0, 30));
    expect(decoder.next()).toBeUndefined();
    decoder.maxBytes = 10;
    decoder.push(stream.slice(30));
    expect(decoder.next()).toEqual(first);
    expect(thrown(() => decoder.next())).toMatchObject({ code: 'ERR_FRAME_TOO_LONG', maxBytes: 10 });
  });

  it('S49: refuses a cap that is none', () => {
    for (const cap of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])
      expect(() => make(cap)).toThrow(RangeError);
  });

  it.each([1, 1_448])('copies each byte of a large frame a few times at most, in pieces of %i', (pieceBytes) => {
    const codec = make(1_048_576);
    const stream = encoded(codec, [content(pieceBytes === 1 ? 100_000 : 600_000)]);
    const decoder = codec.decoder();
    let copied = 0;
    const set = vi.spyOn(Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array, 'set');
    set.mockImplementation(function count(this: Uint8Array, from, at = 0) {
      copied += from.length;
      for (let index = 0; index < from.length; index++) this[at + index] = from[index] ?? 0;
    });
    let found: {} | undefined;
    for (let at = 0; at < stream.length; at += pieceBytes) {
      decoder.push(stream.subarray(at, at + pieceBytes));
      found = decoder.next();
      if (at + pieceBytes < stream.length && found !== undefined) throw new Error(`a frame at ${at}`);
    }
    set.mockRestore();
    expect(Buffer.compare(encoded(codec, [found ?? '']), stream)).toBe(0);
    expect(copied).toBeLessThanOrEqual(stream.length * 2);
  });

  it('takes any number of chunks before it is asked', () => {
    const codec = make(100);
    const decoder = codec.decoder();
    const stream = encoded(codec, [content(50), content(60)]);
    for (const byte of stream) decoder.push(Uint8Array.of(byte));
    expect(decoder.rest).toEqual(stream);
    expect([decoder.next(), decoder.next(), decoder.next()]).toEqual([content(50), content(60), undefined]);
    decoder.end();
    expect(() => decoder.push(stream)).toThrow(TypeError);
  });
});

describe('S48: the end of the stream', () => {
  it.each<[string, Codec<{}>, string, unknown[]]>([
    ['lengthPrefixed', lengthPrefixed() as Codec<{}>, '\0\0\0\x01a', [frame('a')]],
    [
      'lengthPrefixed in its header',
      lengthPrefixed() as Codec<{}>,
      '\0\0\0\x01a\0\0\0',
      [frame('a'), { error: 'ERR_FRAME_INCOMPLETE' }],
    ],
    [
      'lengthPrefixed in its content',
      lengthPrefixed() as Codec<{}>,
      '\0\0\0\x02a',
      [{ error: 'ERR_FRAME_INCOMPLETE' }],
    ],
    [
      'a varint in its header',
      lengthPrefixed({ bytes: 'varint' }) as Codec<{}>,
      '\x80',
      [{ error: 'ERR_FRAME_INCOMPLETE' }],
    ],
    ['netstring', netstring() as Codec<{}>, '1:a,', [frame('a')]],
    ['netstring in its header', netstring() as Codec<{}>, '1', [{ error: 'ERR_FRAME_INCOMPLETE' }]],
    ['netstring before its comma', netstring() as Codec<{}>, '1:a', [{ error: 'ERR_FRAME_INCOMPLETE' }]],
    ['delimited', delimited({ delimiter: ';' }) as Codec<{}>, 'a;', [frame('a')]],
    [
      'delimited in its content',
      delimited({ delimiter: ';' }) as Codec<{}>,
      'a;b',
      [frame('a'), { error: 'ERR_FRAME_INCOMPLETE' }],
    ],
    [
      'delimited in its delimiter',
      delimited({ delimiter: ';;' }) as Codec<{}>,
      'a;',
      [{ error: 'ERR_FRAME_INCOMPLETE' }],
    ],
    ['slip', slip() as Codec<{}>, '\xc0a\xc0', [frame('a')]],
    ['slip in its content', slip() as Codec<{}>, '\xc0a', [{ error: 'ERR_FRAME_INCOMPLETE' }]],
    ['cobs', cobs() as Codec<{}>, '\x02a\0', [frame('a')]],
    ['cobs in its content', cobs() as Codec<{}>, '\x02a', [{ error: 'ERR_FRAME_INCOMPLETE' }]],
    ['lines, without an end', byteLines() as Codec<{}>, 'a\nb', [frame('a'), frame('b')]],
    ['raw', raw() as Codec<{}>, 'abc', [frame('abc')]],
  ])('%s', (_, codec, stream, expected) => {
    expect(decoded(codec, [bytes(stream)])).toEqual(expected);
    expect(decoded(codec, [])).toEqual([]);
  });

  it('comes once, and then there is nothing', () => {
    const decoder = netstring().decoder();
    decoder.push(bytes('5:he'));
    decoder.end();
    const error = thrown(() => decoder.next());
    expect(error.message).toBe('Cannot decode netstring: the stream ended after 4 bytes of a frame');
    expect([error.length, decoder.next()]).toEqual([4, undefined]);
  });
});

describe('S51: lengths', () => {
  const field = (options: Parameters<typeof lengthPrefixed>[0], ...header: number[]): FrameError =>
    thrown(() => {
      const decoder = lengthPrefixed(options).decoder();
      decoder.push(Uint8Array.from(header));
      decoder.next();
      throw new Error(`rest: ${decoder.rest.length}`);
    });

  it.each([
    [{ bytes: 1 }, 255],
    [{ bytes: 1, includesHeader: true }, 254],
    [{ bytes: 1, adjustment: 1 }, 256],
    [{ bytes: 2, includesHeader: true }, 65_533],
    [{ bytes: 1, maxBytes: 100 }, 100],
  ] as const)('%j clamps the cap to %i', (options, most) => {
    const codec = lengthPrefixed(options);
    expect(codec.decoder().maxBytes).toBe(most);
    expect(decoded(codec as Codec<{}>, [encoded(codec as Codec<{}>, [new Uint8Array(most)])])).toEqual([
      frame(new Uint8Array(most)),
    ]);
    expect(thrown(() => encoded(codec as Codec<{}>, [new Uint8Array(most + 1)]))).toMatchObject({ maxBytes: most });
  });

  it('is corrupt, for good, where it comes out negative', () => {
    expect(field({ bytes: 2, includesHeader: true }, 0, 1)).toMatchObject({
      code: 'ERR_FRAME_CORRUPT',
      resumable: false,
    });
    expect(field({ bytes: 4, adjustment: -5 }, 0, 0, 0, 4).message).toBe(
      'Cannot decode lengthPrefixed: a length of -1 bytes',
    );
  });

  it('is too long without wrapping, up to 2^64-1; past 2^53 for good', () => {
    const all = Array.from({ length: 8 }, () => 255);
    expect(field({ bytes: 4 }, 255, 255, 255, 255)).toMatchObject({ length: 2 ** 32 - 1, resumable: true });
    for (const endian of ['big', 'little'] as const) {
      expect(field({ bytes: 8, endian }, ...all)).toMatchObject({
        code: 'ERR_FRAME_TOO_LONG',
        length: 2 ** 64,
        resumable: false,
      });
    }
    expect(field({ bytes: 8 }, 0, 0, 0, 1, 0, 0, 0, 0)).toMatchObject({ length: 2 ** 32, resumable: true });
    expect(field({ bytes: 'varint' }, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1)).toMatchObject({
      resumable: false,
    });
    expect(field({ bytes: 'varint' }, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128)).toMatchObject({
      code: 'ERR_FRAME_CORRUPT',
    });
  });

  it('is written as it is read, at every size', () => {
    for (const width of [1, 2, 3, 4, 8, 'varint'] as const) {
      for (const endian of ['big', 'little'] as const) {
        const codec = lengthPrefixed({ bytes: width, endian });
        const frames = [0, 1, 127, 128, 255, 256, 16_383, 16_384, 65_535].filter(
          (length) => width !== 1 || length < 256,
        );
        const contents = frames.map((length) => new Uint8Array(length).fill(length));
        expect(decoded(codec as Codec<{}>, [encoded(codec as Codec<{}>, contents)])).toEqual(contents.map(frame));
      }
    }
    expect(encoded(lengthPrefixed({ bytes: 3 }) as Codec<{}>, [new Uint8Array(258)]).slice(0, 3)).toEqual(
      Uint8Array.of(0, 1, 2),
    );
    expect(encoded(lengthPrefixed({ bytes: 'varint' }) as Codec<{}>, [new Uint8Array(300)]).slice(0, 2)).toEqual(
      Uint8Array.of(172, 2),
    );
  });

  it.each([
    [{ bytes: 5 as 4 }, '5 bytes'],
    [{ endian: 'middle' as 'big' }, '"middle"'],
    [{ adjustment: 0.5 }, '0.5'],
    [{ bytes: 1, adjustment: -255 } as const, 'no frame could have a length'],
    [{ bytes: 'varint', includesHeader: true } as const, 'depend on itself'],
  ])('refuses the options %j', (options, words) => {
    expect(() => lengthPrefixed(options)).toThrow(RangeError);
    expect(() => lengthPrefixed(options)).toThrow(words);
  });

  it('refuses to write what is shorter than the adjustment', () => {
    const codec = lengthPrefixed({ adjustment: 4 }) as Codec<{}>;
    expect(thrown(() => encoded(codec, [new Uint8Array(3)]))).toMatchObject({
      code: 'ERR_FRAME_CORRUPT',
      op: 'encode',
    });
  });
});

describe('S52: lines', () => {
  const found = (stream: Uint8Array | string, maxBytes = 100): unknown[] =>
    decoded(lines({ maxBytes }) as Codec<{}>, [typeof stream === 'string' ? bytes(stream) : stream]).map((one) =>
      'frame' in one ? one.frame : one.error,
    );

  it.each<[string, string[]]>([
    ['one\ntwo\r\n\n\r\n', ['one', 'two', '', '']],
    ['lone\rreturn\rs stay\n', ['lone\rreturn\rs stay']],
    ['two\r\r\n', ['two\r']],
    ['last', ['last']],
    ['last\r', ['last\r']],
    ['\r\n', ['']],
    ['', []],
  ])('%j is %j', (stream, expected) => {
    expect(found(stream)).toEqual(expected);
  });

  it('S52: hello at a cap of 5 is fine, with either end, and one more is not', () => {
    expect(found('hello\nhello\r\nhello', 5)).toEqual(['hello', 'hello', 'hello']);
    expect(found('hello!\nhello!\r\nhello\r', 5)).toEqual(Array.from({ length: 3 }, () => 'ERR_FRAME_TOO_LONG'));
  });

  it('S52: tells of each line that is too long once, and never loops', () => {
    const stream = `ok\n${'x'.repeat(200)}\n${'y'.repeat(20)}\nok\n${'z'.repeat(300)}`;
    expect(found(stream, 5)).toEqual(['ok', 'ERR_FRAME_TOO_LONG', 'ERR_FRAME_TOO_LONG', 'ok', 'ERR_FRAME_TOO_LONG']);
    // A cap in bytes, not in characters.
    expect(found(Buffer.from('äöü\nab\n'), 5)).toEqual(['ERR_FRAME_TOO_LONG', 'ab']);
  });

  it('S52: goes on behind a line that is no UTF-8, and takes a character that is cut', () => {
    expect(found(Buffer.from([0x61, 0x0a, 0xff, 0x0a, 0xc3, 0x9f, 0x0a]))).toEqual(['a', 'ERR_FRAME_CORRUPT', 'ß']);
    const whole = Buffer.from('straße\u{1F600}\ufeff\n');
    for (let at = 0; at <= whole.length; at++) {
      expect(decoded(lines() as Codec<{}>, [whole.subarray(0, at), whole.subarray(at)])).toEqual([
        { frame: 'straße\u{1F600}\ufeff' },
      ]);
    }
  });

  it.each([
    ['a\nb', 'it has a line feed at 1'],
    ['a\r', 'it ends in a carriage return, which would be read as a part of its end'],
    ['\ud800', 'it has half of a surrogate pair, which UTF-8 cannot write'],
  ])('refuses to write %j', (line, reason) => {
    expect(thrown(() => encoded(lines() as Codec<{}>, [line]))).toMatchObject({
      reason,
      op: 'encode',
      code: 'ERR_FRAME_CORRUPT',
    });
    if (line !== '\ud800') expect(() => encoded(byteLines() as Codec<{}>, [bytes(line)])).toThrow(reason);
  });

  it('refuses another end of line', () => {
    expect(() => lines({ newline: '\r' as '\n' })).toThrow('Cannot end lines with "\\r"');
  });
});

describe('what a format cannot carry is refused', () => {
  it.each<[string, Codec<{}>, {}]>([
    ['a delimiter', delimited({ delimiter: '--' }) as Codec<{}>, bytes('a--b')],
    ['the beginning of a delimiter before one', delimited({ delimiter: '--' }) as Codec<{}>, bytes('a-')],
    ['no content in slip', slip() as Codec<{}>, bytes('')],
    ['a document that is none', json() as Codec<{}>, () => 1],
    ['a document that becomes null', json() as Codec<{}>, Number.NaN],
  ])('%s', (_, codec, content) => {
    expect(thrown(() => encoded(codec, [content]))).toMatchObject({ code: 'ERR_FRAME_CORRUPT', op: 'encode' });
  });

  it('and a delimiter of no bytes, or of too many', () => {
    expect(() => delimited({ delimiter: '' })).toThrow('expected a delimiter of 1 to 64');
    expect(() => delimited({ delimiter: 'x'.repeat(65) })).toThrow(RangeError);
  });

  it('takes the delimiter as it was when it was told', () => {
    const delimiter = bytes(';');
    const codec = delimited({ delimiter });
    delimiter.fill(0);
    expect(decoded(codec as Codec<{}>, [bytes('a;')])).toEqual([frame('a')]);
  });
});

describe('json', () => {
  it('passes blank lines over, and goes on behind what is no document', () => {
    const stream = bytes(' \n{"a":1}\n\t\r\n{]\nnull\n"x"\n');
    const corrupt = { error: 'ERR_FRAME_CORRUPT' };
    expect(decoded(json() as Codec<{}>, [stream])).toEqual([{ frame: { a: 1 } }, corrupt, corrupt, { frame: 'x' }]);
  });

  it("says nothing of the peer's text in the message, and has the cause", () => {
    const decoder = json().decoder();
    decoder.push(bytes('\x1b[2Jrubbish\n'));
    const error = thrown(() => decoder.next());
    expect(error.message).toBe('Cannot decode json: a line of 11 bytes is no JSON');
    expect(error.cause).toBeInstanceOf(SyntaxError);
  });
});

describe('F9: a frame without an end', () => {
  it.each(unended)('F9: %s keeps the cap and 64 KiB at most, and tells once', async (_, make, fill) => {
    await feedUnended(make(1_048_576), fill, 2 ** 25);
  });

  it('F9: keeps no more than the header of a frame that says it is too long', async () => {
    for (const header of [Uint8Array.of(255, 255, 255, 255), bytes('4294967295:')]) {
      const decoder = (header.length === 4 ? lengthPrefixed() : netstring()).decoder();
      decoder.push(header);
      const before = await heldBytes();
      expect(thrown(() => decoder.next())).toMatchObject({ code: 'ERR_FRAME_TOO_LONG', length: 2 ** 32 - 1 });
      for (let piece = 0; piece < 100; piece++) {
        decoder.push(new Uint8Array(100_000));
        expect(decoder.next()).toBeUndefined();
      }
      expect(await heldBytes(before + 65_536)).toBeLessThan(before + 65_536);
      expect(decoder.rest).toHaveLength(0);
    }
  });
});

describe('what a frame keeps alive', () => {
  const small: readonly [string, Codec<{}>, {}][] = [
    ['byteLines', byteLines() as Codec<{}>, bytes('ten bytes.')],
    ['delimited', delimited({ delimiter: '\r\n' }) as Codec<{}>, bytes('ten bytes.')],
    ['lengthPrefixed', lengthPrefixed() as Codec<{}>, bytes('ten bytes.')],
    ['netstring', netstring() as Codec<{}>, bytes('ten bytes.')],
    ['slip', slip() as Codec<{}>, bytes('ten bytes.')],
    ['cobs', cobs() as Codec<{}>, bytes('ten bytes.')],
  ];

  it.each(small)('%s: at most 8 KiB, or eight times its length', (_, codec, content) => {
    const many = encoded(
      codec,
      Array.from({ length: 5_000 }, () => content),
    );
    const large = encoded(codec, [new Uint8Array(30_000).fill(7), content]);
    const middling = Array.from({ length: 12 }, (_, at) => new Uint8Array(9_000 + at * 300).fill(at + 20));
    for (const stream of [many, large, encoded(codec, middling)]) {
      const decoder = codec.decoder();
      decoder.push(Buffer.from(stream));
      const found: Uint8Array[] = [];
      for (let one = decoder.next(); one instanceof Uint8Array; one = decoder.next()) found.push(one);
      for (const one of found) expect(one.buffer.byteLength).toBeLessThanOrEqual(Math.max(8_192, one.length * 8));
      expect(decoder.rest).toHaveLength(0);
      expect(Buffer.compare(encoded(codec, found), stream)).toBe(0);
    }
  });

  it('is nothing of the chunks before, also where one always waits', async () => {
    const decoder = byteLines().decoder();
    const before = await heldBytes();
    const chunk = (): Uint8Array => new Uint8Array(10_000).fill(10, 9_999);
    decoder.push(chunk());
    for (let round = 0; round < 500; round++) {
      decoder.push(chunk());
      expect(decoder.next()).toHaveLength(9_999);
    }
    expect(await heldBytes(before + 100_000)).toBeLessThan(before + 100_000);
  });

  it('is nothing of the chunk once all of it was handed out', async () => {
    const decoder = byteLines().decoder();
    const before = await heldBytes();
    decoder.push(new Uint8Array(300_000).fill(10));
    while (decoder.next() !== undefined);
    expect(await heldBytes(before + 100_000)).toBeLessThan(before + 100_000);
  });
});
