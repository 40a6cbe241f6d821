import { describe, expect, test } from 'vitest';
import { seededRandom } from './random.ts';

describe('seededRandom()', () => {
  test('gives the same values for the same seed', () => {
    const [one, two] = [seededRandom(42), seededRandom(42)];
    expect(one.bytes(1001)).toEqual(two.bytes(1001));
    expect(one.uint32()).toBe(two.uint32());
    expect(seededRandom(43).bytes(1001)).not.toEqual(seededRandom(42).bytes(1001));
  });

  test('between() gives every number of its range, and no other', () => {
    const random = seededRandom(1);
    const seen = new Set(Array.from({ length: 1000 }, () => random.between(3, 7)));
    expect([...seen].toSorted()).toEqual([3, 4, 5, 6, 7]);
  });

  test('bytes() gives every value about as often', () => {
    const counts = new Uint32Array(256);
    for (const byte of seededRandom(2).bytes(256_000)) counts[byte] = (counts[byte] ?? 0) + 1;
    expect(Math.min(...counts)).toBeGreaterThan(800);
    expect(Math.max(...counts)).toBeLessThan(1200);
  });

  test('pieces() cuts without loss, in order, into 1 to the most bytes', () => {
    const random = seededRandom(3);
    const bytes = random.bytes(10_000);
    const pieces = random.pieces(bytes, 100);
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
    for (const { length } of pieces) expect(length).toBeGreaterThan(0);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(random.pieces(new Uint8Array(0), 5)).toEqual([]);
  });
});
