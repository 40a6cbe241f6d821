import { describe, expect, it } from 'vitest';
import { pythonUpper, unassignedInPython } from './oracle.ts';
import { python, withoutPython } from './python.ts';
import { randomFrom, replayable } from './random.ts';
import { alphabets, randomTexts } from './texts.ts';

const points = alphabets.flat();

describe('randomTexts()', () => {
  it(
    'keeps every text and its upper case within the limit, none empty, none with a line end or NUL',
    replayable(async (random) => {
      const texts = randomTexts(random, { count: 1000 });
      expect(texts).toHaveLength(1000);
      for (const text of texts) {
        expect(text).not.toBe('');
        expect(text).not.toMatch(/\p{C}/v);
        expect(text.isWellFormed()).toBe(true);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024);
        expect(Buffer.byteLength(text.toUpperCase())).toBeLessThanOrEqual(1024);
      }
    }),
  );

  it(
    'makes long and short ones, and every kind of character',
    replayable(async (random) => {
      const texts = randomTexts(random, { count: 1000 });
      const sizes = texts.map((text) => Math.max(Buffer.byteLength(text), Buffer.byteLength(text.toUpperCase())));
      expect(Math.max(...sizes)).toBeGreaterThan(1018);
      expect(sizes.filter((size) => size < 16).length).toBeGreaterThan(100);
      for (const kind of [
        /[a-z]/,
        /ß/,
        /ŉ/,
        /\p{Script=Greek}/u,
        /\p{Script=Cyrillic}/u,
        /\p{Script=Han}/u,
        /\p{RGI_Emoji}/v,
      ]) {
        expect(texts.some((text) => kind.test(text))).toBe(true);
      }
    }),
  );

  it('rejects a limit that no character may fit', () => {
    expect(() => randomTexts(randomFrom(1), { count: 1, maxBytes: 5 })).toThrow(RangeError);
  });
});

describe.skipIf(python === undefined)(`the alphabets and Python${withoutPython}`, () => {
  it("holds only code points that this Python's Unicode has assigned", async () => {
    expect(await unassignedInPython(points)).toEqual([]);
  });

  it('can tell what is not assigned', async () => {
    // A reserved code point of the Greek block, and one that no version will assign.
    expect(await unassignedInPython([0x41, 0x378, 0xffff])).toEqual([0x378, 0xffff]);
  });

  it('holds only code points whose upper case Unicode 14 and the Unicode of this Node agree on', async () => {
    const characters = points.map((point) => String.fromCodePoint(point));
    const answers = await pythonUpper(characters);
    expect(answers.map(({ text }) => String(text))).toEqual(characters.map((character) => character.toUpperCase()));
  });
});

describe.skipIf(python === undefined)(`pythonUpper()${withoutPython}`, () => {
  it('answers for bytes and for text, and says null for what is no UTF-8', async () => {
    const [text, broken, empty] = await pythonUpper(['straße', Uint8Array.of(0x61, 0xff), '']);
    expect(String(text?.bytes)).toBe('STRAßE');
    expect(String(text?.text)).toBe('STRASSE');
    expect(broken).toEqual({ bytes: Buffer.of(0x41, 0xff), text: null });
    expect(String(empty?.text)).toBe('');
  });
});
