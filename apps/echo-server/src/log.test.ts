import { describe, expect, it } from 'vitest';
import { newLog } from './log.ts';

const logged = (...args: [object, string]): string => {
  const lines: string[] = [];
  newLog('info', { write: (line) => void lines.push(line) }).info(...args);
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
};

describe('P19 X9 newLog()', () => {
  it('writes a JSON object a line with level, time and process', () => {
    expect(JSON.parse(logged({ answer: 42 }, 'Draining'))).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      pid: process.pid,
      answer: 42,
      msg: 'Draining',
    });
  });

  it.each([
    ['CR LF', '\r\n'],
    ['an escape sequence', '\u001b[2J'],
    ['NUL', '\0'],
    ['DEL', '\u007f'],
    ['C1', '\u0085\u009b'],
    ['line and paragraph separators', '\u2028\u2029'],
    ['marks that turn the writing direction', '\u202e\u2066\u200f\u061c'],
    ['what has no shape', '\u200b\ufeff\u00ad\u{e0041}'],
  ])('escapes %s in keys, values and messages; one record stays one line and means the same', (_what, evil) => {
    for (const text of [evil, `${'long '.repeat(40)}${evil}`]) {
      const line = logged({ [`key${text}`]: text, nested: { list: [text] } }, text);
      expect(line).toMatch(/^[ -~]+\n$/);
      expect(JSON.parse(line)).toMatchObject({ [`key${text}`]: text, nested: { list: [text] }, msg: text });
    }
  });

  it('leaves letters of any script as they are', () => {
    expect(logged({}, 'straße 中 😀')).toContain('straße 中 😀');
  });
});
