import { describe, expect, it } from 'vitest';
import { transcript, upper } from '../index.ts';
import { upperBytes } from './upper-bytes.ts';

/** The definition, as plainly as it can be said. */
const byDefinition = (bytes: Uint8Array): Uint8Array =>
  bytes.map((byte) => (byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte));

describe('upper', () => {
  it('changes a-z and nothing else, for every byte', () => {
    const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    expect(upperBytes(every)).toEqual(byDefinition(every));
    expect(transcript(upper, [every]).output).toEqual(byDefinition(every));
  });

  it('is the same for every length and alignment, and leaves the source alone', () => {
    const memory = Uint8Array.from({ length: 2_100 }, (_, at) => (at * 167 + (at >> 3)) & 0xff);
    const before = memory.slice();
    const lengths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 508, 511, 512, 513, 514, 515, 516, 1_023, 2_048];
    for (const length of lengths) {
      for (let offset = 0; offset < 9; offset++) {
        const view = memory.subarray(offset, offset + length);
        expect(upperBytes(view)).toEqual(byDefinition(view));
      }
    }
    expect(memory).toEqual(before);
  });

  it('depends on each byte alone: any two bytes side by side, in every place of a word', () => {
    const memory = new Uint8Array(520);
    for (let first = 0; first < 256; first++) {
      for (let at = 0; at < memory.length; at++) memory[at] = (first + (at >> 1) * (at & 1)) & 0xff;
      expect(upperBytes(memory)).toEqual(byDefinition(memory));
    }
  });

  it('answers a datagram with as many bytes', () => {
    const question = new TextEncoder().encode('straße');
    const answer = upper.datagram?.answer?.(question, { family: 'name', scheme: 'memory', name: 'peer' });
    expect(answer).toEqual(new TextEncoder().encode('STRAßE'));
  });
});
