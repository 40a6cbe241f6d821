import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { boundedOutput } from './log-output.ts';

/** A reader that takes nothing until it is let go. */
const slowReader = (): { stream: Writable; lines: string[]; go(): void } => {
  const lines: string[] = [];
  let waiting: (() => void) | undefined;
  let isSlow = true;
  const stream = new Writable({
    decodeStrings: false,
    write: (line: string, _encoding, done) => {
      lines.push(line);
      if (isSlow) waiting = done;
      else done();
    },
  });
  return {
    stream,
    lines,
    go: () => {
      isSlow = false;
      waiting?.();
    },
  };
};

describe('boundedOutput()', () => {
  it('drops what a slow reader has no room for, counts it, and says so once there is room again', async () => {
    const { stream, lines, go } = slowReader();
    const output = boundedOutput(stream, 10);
    for (const line of ['aaaa\n', 'bbbb\n', 'cccc\n', 'dddd\n']) output.write(line);
    go();
    await new Promise((resolve) => setImmediate(resolve));
    output.write('eeee\n');
    expect(lines.map((line) => (line.startsWith('{') ? (JSON.parse(line) as unknown) : line))).toEqual([
      'aaaa\n',
      'bbbb\n',
      { level: 'warn', dropped: 2, msg: 'Log records were dropped' },
      'eeee\n',
    ]);
  });

  it('is silent once the reader has left', () => {
    const { stream, lines } = slowReader();
    stream.destroy();
    boundedOutput(stream).write('a\n');
    expect(lines).toEqual([]);
  });
});
