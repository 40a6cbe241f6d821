import { describe, expect, test } from 'vitest';
import { Turn } from './turn.ts';

/** A loop whose turns end when told to, after `readMs` a read. */
const bench = (readMs = 0) => {
  let nowMs = 0;
  let end: (() => void) | undefined;
  let looks = 0;
  const turn = new Turn({
    now: () => nowMs,
    atEnd: (f) => {
      looks += 1;
      end = f;
    },
  });
  const read = (count: number): void => {
    for (let i = 0; i < count; i += 1) {
      turn.onRead();
      nowMs += readMs;
    }
  };
  const endTurn = (): void => {
    const f = end;
    end = undefined;
    f?.();
  };
  const takeTurn = (reads: number): void => {
    read(reads);
    endTurn();
  };
  const flushed: string[] = [];
  const hold = (name: string): void => turn.hold({ flush: () => void flushed.push(name) });
  return { turn, read, endTurn, takeTurn, hold, flushed, looks: () => looks };
};

/** Turns of so many reads, as many as it takes until one was looked at. */
const settleIn = ({ takeTurn }: ReturnType<typeof bench>, reads: number): void => {
  for (let read = 0; read < 2 * 32 + reads; read += reads) takeTurn(reads);
};

describe('Turn', () => {
  test.each([4, 5, 8, 31, 32, 33, 100])(
    'holds after a turn of %d reads, from the first of the next to its end',
    (reads) => {
      const one = bench();
      settleIn(one, reads);
      expect(one.turn.holds).toBe(false);
      one.read(1);
      expect(one.turn.holds).toBe(true);
      one.endTurn();
      expect(one.turn.holds).toBe(false);
    },
  );

  test('never holds while turns have few reads, and looks at two of 33', () => {
    const one = bench();
    for (let i = 0; i < 330; i += 1) {
      one.read(1);
      expect(one.turn.holds).toBe(false);
      one.endTurn();
    }
    expect(one.looks()).toBe(20);
  });

  test('stops holding after a turn of few reads', () => {
    const one = bench();
    settleIn(one, 8);
    one.takeTurn(3);
    one.read(1);
    expect(one.turn.holds).toBe(false);
  });

  test('does not hold where reads take long: who was served first would wait for the last', () => {
    const slow = bench(0.2);
    settleIn(slow, 8);
    slow.read(1);
    expect(slow.turn.holds).toBe(false);
    const quick = bench(0.05);
    settleIn(quick, 8);
    quick.read(1);
    expect(quick.turn.holds).toBe(true);
  });

  test('flushes at the end of the turn, in order, once', () => {
    const one = bench();
    settleIn(one, 8);
    one.read(8);
    one.hold('a');
    one.hold('b');
    expect(one.flushed).toEqual([]);
    one.endTurn();
    expect(one.flushed).toEqual(['a', 'b']);
    one.takeTurn(8);
    expect(one.flushed).toEqual(['a', 'b']);
  });

  test('flushes before the end when 64 wait, and goes on holding', () => {
    const one = bench();
    settleIn(one, 8);
    for (let i = 0; i < 64; i += 1) {
      one.read(1);
      one.hold(`${i}`);
    }
    expect(one.flushed).toEqual([]);
    one.read(1);
    expect(one.flushed).toHaveLength(64);
    expect(one.turn.holds).toBe(true);
    one.hold('last');
    one.endTurn();
    expect(one.flushed.at(-1)).toBe('last');
  });
});
