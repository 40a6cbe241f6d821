import { describe, expect, it } from 'vitest';
import { Batch } from './batch.ts';
import { smallBuffer } from './codec/small-buffer.ts';

describe('Batch', () => {
  it('hands out one part as it is, several as one, and none as nothing', () => {
    const batch = new Batch();
    expect(batch.empty).toBe(true);
    expect(batch.take()).toHaveLength(0);

    const part = Uint8Array.of(1, 2);
    batch.add(part);
    expect([batch.empty, batch.bytes]).toEqual([false, 2]);
    expect(batch.take()).toBe(part);
    expect([batch.empty, batch.bytes]).toEqual([true, 0]);

    for (const bytes of [[1, 2], [], [3]]) batch.add(Uint8Array.from(bytes));
    expect(batch.take()).toEqual(Uint8Array.of(1, 2, 3));
    expect(part).toEqual(Uint8Array.of(1, 2));
  });

  it('knows an empty part from none, and forgets what is cleared', () => {
    const batch = new Batch();
    batch.add(new Uint8Array(0));
    expect(batch.empty).toBe(false);
    batch.clear();
    expect(batch.empty).toBe(true);
  });
});

describe('smallBuffer()', () => {
  it('never hands out the same memory twice', () => {
    const pieces = Array.from({ length: 500 }, (_, index) => smallBuffer((index * 37) % 2_100));
    for (const [index, piece] of pieces.entries()) piece.fill(index & 0xff);
    for (const [index, piece] of pieces.entries()) {
      expect(piece.length).toBe((index * 37) % 2_100);
      expect(piece.every((byte) => byte === (index & 0xff))).toBe(true);
    }
  });
});
