import { describe, expect, it } from 'vitest';
import { oneLine } from './one-line.ts';

describe('oneLine()', () => {
  it.each([
    ['a\r\nb', 'a\\u{d}\\u{a}b'],
    ['\u001b[2J', '\\u{1b}[2J'],
    ['\u007f\u0085\u009b', '\\u{7f}\\u{85}\\u{9b}'],
    ['\u2028\u2029', '\\u{2028}\\u{2029}'],
    ['\u202e\u2066\u200f', '\\u{202e}\\u{2066}\\u{200f}'],
    ['\0', '\\u{0}'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\ud800', '\\u{d800}'],
  ])('escapes %j', (text, expected) => {
    expect(oneLine(text)).toBe(expected);
  });

  it('leaves what prints', () => {
    expect(oneLine('straße 😀 "x" 中')).toBe('straße 😀 "x" 中');
  });
});
