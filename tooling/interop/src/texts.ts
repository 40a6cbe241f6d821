import type { Random } from './random.ts';

/** Code points from `first` to `last`, both included, but for those in `without`. */
const range = (first: number, last: number, without: readonly number[] = []): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, offset) => first + offset).filter((point) => !without.includes(point));

/**
 * What texts are made of: scripts with letter case, letters whose upper case is longer (`ß`, `ŉ`, `ΐ`) or shorter (`ı`), and
 * scripts without case. No control character, no line end, nothing that Unicode 14 (Python 3.11) has not assigned. U+019B
 * is left out: Unicode 16 gave it an upper case.
 */
export const alphabets: readonly [readonly number[], ...(readonly number[])[]] = [
  range(0x20, 0x7e),
  range(0x61, 0x7a),
  range(0xa1, 0xff, [0xad]),
  range(0x100, 0x24f, [0x19b]),
  [0xdf, 0x131, 0x149, 0x17f, 0x1f0, 0x390, 0x3b0, 0x587, 0xfb00, 0xfb03, 0xfb06, 0x1e96, 0x1fb7],
  [...range(0x391, 0x3a1), ...range(0x3a3, 0x3ce)],
  range(0x400, 0x45f),
  [...range(0x4e00, 0x4eff), ...range(0x3042, 0x3093), ...range(0xac00, 0xac7f)],
  [...range(0x1f300, 0x1f320), ...range(0x1f400, 0x1f4fc), ...range(0x1f600, 0x1f64f)],
];

/** Which texts to make. */
export interface TextOptions {
  readonly count: number;
  /** The most bytes a text has in UTF-8, and the most its upper case has. At least 6. Default 1,024. */
  readonly maxBytes?: number;
}

const byteLength = (text: string): number => Buffer.byteLength(text);

/** A text that fills `target` bytes as far as whole characters do; never empty. */
const text = (random: Random, target: number): string => {
  const mix: [readonly number[], ...(readonly number[])[]] = [random.pick(alphabets)];
  while (random.below(2) === 1) mix.push(random.pick(alphabets));
  let made = '';
  let bytes = 0;
  let upperBytes = 0;
  for (;;) {
    const points = random.pick(mix);
    const next = String.fromCodePoint(points[random.below(points.length)] ?? 0x61);
    bytes += byteLength(next);
    upperBytes += byteLength(next.toUpperCase());
    if (made !== '' && Math.max(bytes, upperBytes) > target) return made;
    made += next;
  }
};

/**
 * Random texts of every size up to the limit, short ones most, the longest always among them.
 *
 * @throws {RangeError} when `maxBytes` is too small for one character
 */
export const randomTexts = (random: Random, { count, maxBytes = 1024 }: TextOptions): string[] => {
  if (maxBytes < 6) throw new RangeError(`Cannot make texts of at most ${maxBytes} bytes: one character may take 6`);
  return Array.from({ length: count }, (_, index) => {
    if (index === 0) return text(random, maxBytes);
    const limit = random.pick([12, 12, 64, 64, 256, maxBytes]);
    return text(random, 6 + random.below(Math.max(1, Math.min(limit, maxBytes) - 5)));
  });
};
