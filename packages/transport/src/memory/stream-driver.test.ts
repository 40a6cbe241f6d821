import { named } from '@stack/address';
import { describe, expect, test } from 'vitest';
import type { StreamEvents } from '../contract/driver.ts';
import type { TransportError } from '../contract/errors.ts';
import { repeat } from '../random.test-fixture.ts';
import { bytes, text } from '../scripted-driver.test-fixture.ts';
import { MemoryStreamDriver } from './stream-driver.ts';

/** Turns that pass when a test says so. */
const turns = () => {
  let tasks: (() => void)[] = [];
  return {
    later: (f: () => void): void => void tasks.push(f),
    /** Runs until nothing is left to run. */
    rest: (): void => {
      while (tasks.length > 0) {
        const now = tasks;
        tasks = [];
        for (const task of now) task();
      }
    },
  };
};

/** Writes down every event. */
const ear = (log: string[]): StreamEvents => ({
  onData: (chunk) => void log.push(text(chunk)),
  onEnd: () => void log.push('END'),
  onDrain: () => void log.push('DRAIN'),
  onClose: (error: TransportError | null) => void log.push(error === null ? 'CLOSE' : `CLOSE ${error.code}`),
});

const bench = (windowBytes = 10) => {
  const { later, rest } = turns();
  const link = { later, windowBytes };
  const [left, right] = MemoryStreamDriver.pair(named('memory', 'left'), named('memory', 'right'), link);
  const heard = { left: [] as string[], right: [] as string[] };
  left.events = ear(heard.left);
  right.events = ear(heard.right);
  return { left, right, heard, rest };
};

describe('MemoryStreamDriver', () => {
  test('the ends are each other, mirrored', () => {
    const { left, right } = bench();
    expect([left.local, left.remote]).toEqual([right.remote, right.local]);
  });

  test('is born paused, and nothing is delivered from inside a method', () => {
    const { left, right, heard, rest } = bench();
    left.write(bytes('a'));
    left.finish();
    rest();
    expect(heard.right).toEqual([]);
    right.resume();
    expect(heard.right).toEqual([]);
    rest();
    expect(heard.right).toEqual(['a', 'END']);
  });

  test('holds everything until events are set', () => {
    const { later, rest } = turns();
    const [left, right] = MemoryStreamDriver.pair(named('memory', 'l'), named('memory', 'r'), {
      later,
      windowBytes: 9,
    });
    const heard: string[] = [];
    left.write(bytes('a'));
    right.resume();
    left.reset();
    rest();
    expect(() => right.events).toThrow('the driver has no events yet');
    right.events = ear(heard);
    rest();
    expect(heard).toEqual(['CLOSE ECONNRESET']);
  });

  test.each([Buffer.from('abc'), new Uint8Array([97, 98, 99])])('what was written is copied: %o', (data) => {
    const { left, right, heard, rest } = bench();
    left.write(data);
    data.fill(120);
    right.resume();
    rest();
    expect(heard.right).toEqual(['abc']);
  });

  test('past the window it holds back, and tells once when there is room', () => {
    const { left, right, heard, rest } = bench(10);
    expect(left.write(bytes('1234567890'))).toBe(0);
    expect(left.writev([bytes('ab'), bytes('cde'), bytes('never')], 2)).toBe(5);
    left.wantDrain(3);
    rest();
    expect(heard.left).toEqual([]);
    right.resume();
    rest();
    expect([heard.right, heard.left, left.queued]).toEqual([['1234567890', 'ab', 'cde'], ['DRAIN'], 0]);
  });

  test('a pause inside a chunk holds the next and the end', () => {
    const { left, right, heard, rest } = bench();
    const seen: string[] = [];
    right.events = {
      ...ear(seen),
      onData: (chunk) => {
        seen.push(text(chunk));
        right.pause();
      },
    };
    right.resume();
    left.write(bytes('a'));
    left.write(bytes('b'));
    left.finish();
    rest();
    expect(seen).toEqual(['a']);
    right.resume();
    rest();
    expect(seen).toEqual(['a', 'b']);
    right.resume();
    rest();
    expect([seen, heard.left]).toEqual([['a', 'b', 'END'], []]);
  });

  test('half-close: the other direction goes on; both ended is the end', () => {
    const { left, right, heard, rest } = bench();
    left.resume();
    right.resume();
    left.finish();
    left.finish();
    expect(left.write(bytes('ignored'))).toBe(0);
    rest();
    right.write(bytes('still here'));
    right.finish();
    rest();
    expect(heard).toEqual({ left: ['still here', 'END', 'CLOSE'], right: ['END', 'CLOSE'] });
  });

  test('close() waits until everything has left, then is the end of this side', () => {
    const { left, right, heard, rest } = bench(4);
    left.write(bytes('12345678'));
    left.close();
    rest();
    expect(heard.left).toEqual([]);
    right.resume();
    rest();
    expect(heard).toEqual({ left: ['CLOSE'], right: ['12345678', 'END'] });
  });

  test('close() with bytes unread drops them; the peer hears the end, and what it writes breaks it', () => {
    const { left, right, heard, rest } = bench();
    right.write(bytes('unread'));
    right.resume();
    left.close();
    rest();
    expect(heard).toEqual({ left: ['CLOSE'], right: ['END'] });
    expect(right.write(bytes('more'))).toBe(0);
    expect(heard.right).toEqual(['END']);
    rest();
    expect(heard.right).toEqual(['END', 'CLOSE ECONNRESET']);
  });

  test('what a peer sent before it closed is still given when a write then breaks the connection', () => {
    const { left, right, heard, rest } = bench();
    left.write(bytes('farewell'));
    left.close();
    rest();
    right.write(bytes('x'));
    rest();
    expect(heard.right).toEqual(['farewell', 'CLOSE ECONNRESET']);
  });

  test('reset() loses what is on its way, both ways, and tells how much was never taken', () => {
    const { left, right, heard, rest } = bench(4);
    left.write(bytes('123456'));
    right.write(bytes('abcdefg'));
    left.wantDrain(1);
    right.wantDrain(1);
    left.reset();
    left.reset();
    left.resume();
    right.resume();
    rest();
    expect(heard).toEqual({ left: ['CLOSE'], right: ['CLOSE ECONNRESET'] });
    expect([left.queued, right.queued]).toEqual([2, 3]);
    left.write(bytes('late'));
    left.finish();
    left.close();
    right.reset();
    rest();
    expect(heard).toEqual({ left: ['CLOSE'], right: ['CLOSE ECONNRESET'] });
  });

  test('a reset inside a chunk is the last that is heard', () => {
    const { left, right, heard, rest } = bench();
    const seen: string[] = [];
    right.events = {
      ...ear(seen),
      onData: (chunk) => {
        seen.push(text(chunk));
        right.reset();
      },
    };
    right.resume();
    left.write(bytes('a'));
    left.write(bytes('b'));
    rest();
    expect([seen, heard.left]).toEqual([['a', 'CLOSE'], ['CLOSE ECONNRESET']]);
  });

  test('every byte arrives once and in order, and the end last, however it is driven', async () => {
    await repeat(200, ({ int }) => {
      const { left, right, heard, rest } = bench(1 + int(20));
      let sent = '';
      for (let step = 0; step < 60; step += 1) {
        const action = int(5);
        if (action < 2) {
          const chunk = 'x'.repeat(1 + int(5)) + String(step);
          sent += chunk;
          left.write(bytes(chunk));
        } else if (action === 2) right.resume();
        else if (action === 3) right.pause();
        else rest();
      }
      left.finish();
      right.resume();
      rest();
      expect(heard.right.slice(0, -1).join('')).toBe(sent);
      expect(heard.right.at(-1)).toBe('END');
    });
  });
});
