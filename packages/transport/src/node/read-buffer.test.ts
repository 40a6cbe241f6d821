import { describe, expect, test } from 'vitest';
import { ReadBuffer } from './read-buffer.ts';

/** Reads as Node does: into the room it was given last, then it asks for the next. */
const bench = () => {
  const chunks: Uint8Array[] = [];
  const reads = new ReadBuffer((chunk) => chunks.push(chunk));
  const rooms: Uint8Array[] = [reads.buffer()];
  const read = (count: number, value: number): void => {
    const room = rooms.at(-1) ?? expect.unreachable();
    room.fill(value, 0, count);
    expect(reads.callback(count, room)).toBe(true);
    rooms.push(reads.buffer());
  };
  return { chunks, rooms, read };
};

describe('ReadBuffer', () => {
  test.each([1, 100, 16_383, 16_384, 65_536])('chunks of %d bytes are the receiver’s for good', (count) => {
    const [one, other] = [bench(), bench()];
    for (let value = 0; value < 5; value += 1) {
      one.read(count, value);
      other.read(count, 100 + value);
    }
    expect(one.chunks).toEqual(Array.from({ length: 5 }, (_, i) => Buffer.alloc(count, i)));
    expect(other.chunks).toEqual(Array.from({ length: 5 }, (_, i) => Buffer.alloc(count, 100 + i)));
  });

  test('who reads little has no memory of its own; who reads much is handed over what it read into', () => {
    const [one, other] = [bench(), bench()];
    expect(one.rooms[0]).toBe(other.rooms[0]);
    one.read(65_536, 1);
    one.read(65_536, 2);
    expect(one.rooms[1]).not.toBe(other.rooms[0]);
    expect(one.chunks[1]?.buffer).toBe(one.rooms[1]?.buffer);
    expect(one.chunks[0]?.buffer).not.toBe(one.rooms[0]?.buffer);
    one.read(10, 3);
    expect(one.rooms[3]).toBe(other.rooms[0]);
  });
});
