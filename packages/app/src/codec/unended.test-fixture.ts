import { memoryUsage } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';
import { byteLines, cobs, type Codec, delimited, isFrameError, lines, slip } from './index.ts';

/** The formats whose frames may lack an end, and a byte that means nothing to them. */
export const unended: readonly [string, (maxBytes: number) => Codec<{}>, number][] = [
  ['lines', (maxBytes) => lines({ maxBytes }) as Codec<{}>, 120],
  ['byteLines', (maxBytes) => byteLines({ maxBytes }) as Codec<{}>, 120],
  ['delimited', (maxBytes) => delimited({ delimiter: '\r\n', maxBytes }) as Codec<{}>, 120],
  ['slip', (maxBytes) => slip({ maxBytes }) as Codec<{}>, 120],
  ['cobs', (maxBytes) => cobs({ maxBytes }) as Codec<{}>, 120],
];

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** The memory of all typed arrays that are alive. What is not is given back a little later: it waits until it is below `expected`. */
export const heldBytes = async (expected?: number): Promise<number> => {
  let least = Number.POSITIVE_INFINITY;
  for (let tries = expected === undefined ? 3 : 30; tries > 0 && least >= (expected ?? 0); tries--) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
    least = Math.min(least, memoryUsage().arrayBuffers);
  }
  return least;
};

/** Feeds `totalBytes` of a frame without an end, and expects one error and no more memory than the cap and 64 KiB. */
export const feedUnended = async (codec: Codec<{}>, fill: number, totalBytes: number): Promise<void> => {
  const pieceBytes = 40_000;
  const same = new Uint8Array(pieceBytes).fill(fill);
  const decoder = codec.decoder();
  const { maxBytes } = decoder;
  const before = await heldBytes();
  let errors = 0;
  const push = (piece: Uint8Array, pushedBytes: number): void => {
    decoder.push(piece);
    try {
      expect(decoder.next()).toBeUndefined();
    } catch (error) {
      if (!isFrameError(error, 'ERR_FRAME_TOO_LONG')) throw error;
      expect(pushedBytes - maxBytes).toBeLessThan(2 * pieceBytes);
      errors += 1;
    }
  };
  const fitting = Math.floor(maxBytes / pieceBytes);
  for (let piece = 1; piece <= fitting; piece++) push(new Uint8Array(pieceBytes).fill(fill), piece * pieceBytes);
  const most = before + maxBytes + 65_536;
  const held = await heldBytes(most);
  expect(held).toBeLessThan(most);
  expect(held).toBeGreaterThan(before + maxBytes / 2);
  expect(errors).toBe(0);
  // What is dropped need not be new.
  for (let bytes = (fitting + 1) * pieceBytes; bytes < totalBytes; bytes += pieceBytes) push(same, bytes);
  expect(errors).toBe(1);
  expect(await heldBytes(before + 65_536)).toBeLessThan(before + 65_536);
};
