import { spawnSync } from 'node:child_process';
import { env, versions } from 'node:process';
import { named } from '@stack/address';
import { describe, expect, it } from 'vitest';
import { transcript, upperUtf8 } from '../index.ts';
import { codePoints, expectSameCut } from './code-points.test-fixture.ts';
import { upperBytes } from './upper-bytes.ts';
import { maxUpperGrowth, upperText } from './upper-text.ts';

const seed = Number(env['STACK_SEED'] ?? Date.now() % 1_000_000_007);

/** Replayed with STACK_SEED. */
const randomOf = (start: number): ((below: number) => number) => {
  // mulberry32: any 32-bit state will do, and every run of it is the same.
  let state = start >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};

const encoder = new TextEncoder();
const bytesOf = (text: string): Uint8Array => encoder.encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

const outputOf = (chunks: readonly Uint8Array[]): Uint8Array => transcript(upperUtf8, chunks).output;

const texts: readonly [string, Uint8Array][] = [
  ['German', bytesOf('Die Straße, groß und weiß, fließt: ß')],
  ['Greek', bytesOf('ΐ ΰ ὖ ᾷ ᾳ Σίσυφος ς')],
  ['ligatures and a title-case letter', bytesOf('ﬃ ﬁ ŉ ǆ ǅ և')],
  ['characters of four bytes', bytesOf('a😀𐐨𞤢z')],
  ['a byte order mark', bytesOf('\ufeffbom')],
  ['Turkish letters, without Turkish rules', bytesOf('i ı İ I')],
  [
    'what is no UTF-8',
    Uint8Array.of(0x61, 0xff, 0xc3, 0x28, 0xe2, 0x82, 0x62, 0xed, 0xa0, 0x80, 0xc0, 0xaf, 0xf4, 0x90, 0x80, 0x80, 0x63),
  ],
  [
    'characters cut short by others',
    Uint8Array.of(0xe2, 0x82, 0xc3, 0x9f, 0xf0, 0x9f, 0xe2, 0x82, 0xac, 0xf0, 0xc3, 0x61, 0xc3),
  ],
  ['an incomplete end', Uint8Array.of(0x61, 0xf0, 0x9f, 0x98)],
];

describe('upperUtf8', () => {
  it.each<[string, string]>([
    ['straße', 'STRASSE'],
    ['ﬃ', 'FFI'],
    ['\u0390', '\u0399\u0308\u0301'],
    ['ŉ', 'ʼN'],
    ['ς', 'Σ'],
    ['iı', 'II'],
    ['ǆǅ', 'ǄǄ'],
    ['𐐨', '𐐀'],
    ['\ufeffa', '\ufeffA'],
  ])('makes %j %j', (lower, upper) => {
    expect(textOf(outputOf([bytesOf(lower)]))).toBe(upper);
  });

  it('passes what is no UTF-8, wherever it is', () => {
    const bytes = Uint8Array.of(0x61, 0xff, 0x62, 0xed, 0xa0, 0x80, 0x63, 0xc0, 0xaf, 0x64, 0xe2, 0x82);
    expect(outputOf([bytes])).toEqual(
      Uint8Array.of(0x41, 0xff, 0x42, 0xed, 0xa0, 0x80, 0x43, 0xc0, 0xaf, 0x44, 0xe2, 0x82),
    );
  });

  it.each(texts)('comes out the same however %s is cut', (_, bytes) => {
    const whole = outputOf([bytes]);
    for (let first = 0; first <= bytes.length; first++) {
      for (let second = first; second <= bytes.length; second++) {
        const cut = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
        expect(outputOf(cut), `cut at ${first} and ${second}`).toEqual(whole);
      }
    }
    expect(outputOf([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
  });

  it('comes out the same for random bytes and random cuts', () => {
    const random = randomOf(seed);
    const pieces = texts.map(([, bytes]) => bytes);
    for (let round = 0; round < 300; round++) {
      const bytes = Uint8Array.from(
        Array.from({ length: random(40) }, () => [...(pieces[random(pieces.length)] ?? []), random(256)]).flat(),
      );
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < bytes.length;) {
        const next = at + 1 + random(random(4) === 0 ? 400 : 5);
        chunks.push(bytes.subarray(at, next));
        at = next;
      }
      expect(outputOf(chunks), `STACK_SEED=${seed}, round ${round}`).toEqual(outputOf([bytes]));
    }
  });

  it('is the mapping of each character alone, so that no neighbour has a say', () => {
    const all = codePoints().map((code) => String.fromCodePoint(code));
    const each = all.map((character) => character.toUpperCase());
    expect(textOf(upperText(bytesOf(all.join('')))) === each.join('')).toBe(true);
    // The way of single characters, which one stray byte forces.
    const stray = Uint8Array.of(0xff, ...bytesOf(all.slice(0, 0x3000).join('')));
    expect(upperText(stray).subarray(1)).toEqual(bytesOf(each.slice(0, 0x3000).join('')));
    const beyond = Uint8Array.of(0xff, ...bytesOf(all.slice(-0x1000).join('')));
    expect(upperText(beyond).subarray(1)).toEqual(bytesOf(each.slice(-0x1000).join('')));
  });

  it('grows to three times the bytes at most, and does', () => {
    const cased = codePoints()
      .map((code) => String.fromCodePoint(code))
      .filter((character) => character.toUpperCase() !== character);
    const growth = cased.map((character) => upperText(bytesOf(character)).length / bytesOf(character).length);
    expect(growth.reduce((most, one) => Math.max(most, one))).toBe(maxUpperGrowth);
    expect(upperUtf8.datagram?.maxReply?.(100)).toBe(300);
  });

  it('comes out the same with every character that has an upper case, and some that have none, cut at every byte', () => {
    expectSameCut(
      codePoints().filter(
        (code) => code % 97 === 0 || String.fromCodePoint(code).toUpperCase() !== String.fromCodePoint(code),
      ),
    );
  });

  it('never changes the chunk it was given', () => {
    for (const [, bytes] of texts) {
      const before = bytes.slice();
      outputOf([bytes]);
      expect(bytes).toEqual(before);
    }
  });

  it('keeps a copy of a character that was cut, not the chunk it was cut from', () => {
    const sink = { write: () => true, full: false, end: () => {}, abort: () => {}, wakeAfter: () => {} };
    const state = upperUtf8.open(sink, named('memory', 'peer')) as { readonly bytes: Uint8Array };
    const chunk = Buffer.from(bytesOf(`${'x'.repeat(1_000)}ß`).subarray(0, -1));
    void upperUtf8.receive(chunk, sink, state);
    expect([...state.bytes]).toEqual([0xc3]);
    expect(state.bytes.buffer.byteLength).toBeLessThan(100);
  });

  it('takes text and rubbish in turns, each run of text one character long', () => {
    const mixed = Uint8Array.from({ length: 600_000 }, (_, at) => [0xc3, 0x9f, 0xff][at % 3] ?? 0);
    expect(upperText(mixed)).toEqual(Uint8Array.from({ length: 600_000 }, (_, at) => [0x53, 0x53, 0xff][at % 3] ?? 0));
  });
});

const python = (program: string, input = ''): { readonly output: string; readonly error: string | undefined } => {
  const { status, stdout, stderr, error } = spawnSync('python3', ['-c', program], {
    input,
    encoding: 'utf8',
    maxBuffer: 1e8,
    timeout: 15_000,
  });
  if (error !== undefined) return { output: '', error: error.message };
  return { output: stdout, error: status === 0 ? undefined : stderr };
};

const absent = python('import unicodedata').error;
const suffix = absent === undefined ? '' : ` (skipped: python3 does not run: ${absent})`;

const mappings = `
import json, unicodedata
codes = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
print(json.dumps({
    'version': unicodedata.unidata_version,
    'upper': {c: chr(c).upper() for c in codes if chr(c).upper() != chr(c)},
}))
`;

// "surrogateescape" carries bytes that are no UTF-8 through text and back.
const upperLines = `
import sys
for line in sys.stdin:
    data = bytes.fromhex(line)
    text = data.decode('utf-8', 'surrogateescape').upper().encode('utf-8', 'surrogateescape')
    print(text.hex(), data.upper().hex())
`;

const span = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, at) => first + at);

/** Characters that got an upper case in a version of Unicode; a Python that is older than it, or a runtime, lacks them. */
const newMappings: readonly { readonly since: number; readonly codes: readonly number[] }[] = [
  {
    since: 14,
    codes: [
      [0x2c5f, 0xa7c1, 0xa7d1, 0xa7d7, 0xa7d9],
      [span(0x10597, 0x105a1), span(0x105a3, 0x105b1), span(0x105b3, 0x105b9), span(0x105bb, 0x105bc)].flat(),
    ].flat(),
  },
  { since: 16, codes: [0x019b, 0x0264, 0x1c8a, 0xa7cd, 0xa7db, ...span(0x10d70, 0x10d85)] },
  { since: 17, codes: [0xa7cf, 0xa7d3, 0xa7d5, ...span(0x16ebb, 0x16ed3)] },
];

interface Mappings {
  readonly version: string;
  readonly upper: Readonly<Record<string, string>>;
}

describe.skipIf(absent !== undefined)(`upper case, compared with Python${suffix}`, () => {
  let known: Mappings | undefined;
  const ask = (): Mappings => (known ??= JSON.parse(python(mappings).output) as Mappings);

  /** Whether this Python and this runtime map a character alike. */
  const isAlike = (code: number): boolean => {
    const character = String.fromCodePoint(code);
    return (ask().upper[code] ?? character) === character.toUpperCase();
  };

  it('maps every character as str.upper() does, but for those that are listed', () => {
    const { version, upper } = ask();
    const [theirs, ours] = [Number.parseFloat(version), Number.parseFloat(versions['unicode'] ?? '')];
    expect(Object.keys(upper).length).toBeGreaterThan(1_000);
    const all = codePoints().map((code) => String.fromCodePoint(code));
    const expected = all.map((character) => upper[character.codePointAt(0) ?? 0] ?? character);

    // That each comes out as the platform says, alone or in a crowd, is shown above: here it is once more where it matters.
    const upperOf = (character: string): string => {
      const upperCase = character.toUpperCase();
      return upperCase === character ? character : textOf(upperText(bytesOf(character)));
    };
    const differing = all.filter((character, at) => upperOf(character) !== expected[at]);
    const listed = newMappings.filter(({ since }) => since > Math.min(theirs, ours) && since <= Math.max(theirs, ours));
    expect(differing.map((character) => character.codePointAt(0))).toEqual(
      listed.flatMap(({ codes }) => codes).toSorted((one, other) => one - other),
    );
  });

  it('makes of random bytes what str.upper() and bytes.upper() make of them', () => {
    const random = randomOf(seed);
    const cased = Object.keys(ask().upper).map(Number).filter(isAlike);
    const character = (): number[] => {
      const code = random(3) === 0 ? random(0x110000) : (cased[random(cased.length)] ?? 0);
      const isUsable = (code < 0xd800 || code > 0xdfff) && isAlike(code);
      return [...new TextEncoder().encode(isUsable ? String.fromCodePoint(code) : 'x')];
    };
    const piece = (): number[] => {
      switch (random(5)) {
        case 0:
          return [random(256)];
        case 1:
          return [97 + random(26)];
        case 2:
          return character().slice(0, 1 + random(3));
        default:
          return character();
      }
    };
    // Short ones and long ones: they go different ways. A third is all UTF-8.
    const inputs = Array.from({ length: 600 }, (_, round) =>
      Uint8Array.from(
        Array.from({ length: random(round % 2 === 0 ? 20 : 400) }, () =>
          round % 3 === 0 ? character() : piece(),
        ).flat(),
      ),
    );
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
    const { output, error } = python(upperLines, inputs.map((bytes) => `${hex(bytes)}\n`).join(''));
    expect(error).toBeUndefined();
    const lines = output.split('\n').slice(0, -1);
    expect(lines).toHaveLength(inputs.length);
    let compared = 0;
    for (const [round, bytes] of inputs.entries()) {
      // A cut-up sequence may, with what follows, spell a character that the two know differently: those rounds prove nothing.
      const text = new TextDecoder().decode(bytes);
      if (![...text].every((one) => isAlike(one.codePointAt(0) ?? 0))) continue;
      const ours = `${hex(upperText(bytes))} ${hex(upperBytes(bytes))}`;
      expect(ours, `STACK_SEED=${seed}, round ${round}, input ${hex(bytes)}`).toBe(lines[round]);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(500);
  });
});
