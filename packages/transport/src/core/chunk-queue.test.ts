import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { repeat } from '../random.test-fixture.ts';
import { bytes, text } from '../scripted-driver.test-fixture.ts';
import { ChunkQueue } from './chunk-queue.ts';

const queueOf = (...chunks: readonly string[]): ChunkQueue => {
  const queue = new ChunkQueue();
  for (const chunk of chunks) queue.push(bytes(chunk));
  return queue;
};

describe('ChunkQueue', () => {
  test('gives chunks whole and in order, then nothing', () => {
    const queue = queueOf('one', 'two');
    expect(queue.size).toBe(6);
    expect([queue.shift(), queue.shift(), queue.shift()].map(text)).toEqual(['one', 'two', 'undefined']);
    expect(queue.size).toBe(0);
  });

  test('hands a whole chunk over without a copy, and cuts one that is longer than asked for', () => {
    const chunk = bytes('hello');
    const queue = new ChunkQueue();
    queue.push(chunk);
    expect(queue.shiftUpTo(5)).toBe(chunk);
    queue.push(chunk);
    expect(text(queue.shiftUpTo(2))).toBe('he');
    expect(queue.size).toBe(3);
    expect(text(queue.shift())).toBe('llo');
  });

  test('puts a chunk back in front, on an empty queue too', () => {
    const queue = queueOf('b');
    queue.unshift(bytes('a'));
    expect(text(queue.shiftExactly(2))).toBe('ab');
    queue.unshift(bytes('c'));
    expect(text(queue.shift())).toBe('c');
  });

  test('fills a buffer across chunks and says how far', () => {
    const queue = queueOf('ab', 'cd', 'ef');
    const target = new Uint8Array(5);
    expect(queue.shiftInto(target)).toBe(5);
    expect(text(target)).toBe('abcde');
    expect(queue.shiftInto(target)).toBe(1);
    expect(queue.shiftInto(target)).toBe(0);
  });

  test('takes exactly 0 bytes of an empty queue and of a full one', () => {
    expect(new ChunkQueue().shiftExactly(0)).toHaveLength(0);
    const queue = queueOf('ab');
    expect(queue.shiftExactly(0)).toHaveLength(0);
    expect(queue.size).toBe(2);
  });

  test('forgets everything when cleared, and works on', () => {
    const queue = queueOf('ab', 'cd');
    queue.shift();
    queue.clear();
    expect(queue.size).toBe(0);
    expect(queue.shift()).toBeUndefined();
    queue.push(bytes('x'));
    expect(text(queue.shift())).toBe('x');
  });

  test('does not grow with what went through it while it was never empty', () => {
    const queue = queueOf('rest');
    const chunk = bytes('next');
    const turn = (times: number): void => {
      for (let i = 0; i < times; i += 1) {
        queue.push(chunk);
        // What reading frames that straddle chunks does: the rest of each goes back.
        queue.shiftUpTo(3);
        queue.shiftUpTo(1);
      }
    };
    const heapBytes = (): number => {
      setFlagsFromString('--expose-gc');
      (runInNewContext('gc') as () => void)();
      return process.memoryUsage().heapUsed;
    };
    turn(10_000);
    const before = heapBytes();
    turn(1_000_000);
    expect(queue.size).toBe(4);
    // Unbounded, its array alone would hold 8 MB more.
    expect(heapBytes() - before).toBeLessThan(2_000_000);
  });

  test('gives every byte once, however it is asked', async () => {
    await repeat(40, ({ int }) => {
      const queue = new ChunkQueue();
      let sent = '';
      let got = '';
      for (let step = 0; step < 300; step += 1) {
        const action = int(6);
        if (action < 2) {
          const chunk = String.fromCharCode(...Array.from({ length: 1 + int(5) }, () => 97 + int(26)));
          sent += chunk;
          queue.push(bytes(chunk));
        } else if (action === 2) got += text(queue.shift() ?? new Uint8Array());
        else if (action === 3) got += text(queue.shiftUpTo(1 + int(4)) ?? new Uint8Array());
        else if (action === 4) got += text(queue.shiftExactly(int(queue.size + 1)));
        else {
          const back = got.slice(got.length - int(Math.min(got.length, 8) + 1));
          got = got.slice(0, got.length - back.length);
          if (back !== '') queue.unshift(bytes(back));
        }
        expect(queue.size).toBe(sent.length - got.length);
      }
      expect(got + text(queue.shiftExactly(queue.size))).toBe(sent);
    });
  });
});
