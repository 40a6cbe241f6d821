import { describe, expect, it } from 'vitest';
import { bytesLiteral, promptedAnswers } from './prompt-output.ts';

describe('promptedAnswers()', () => {
  it('takes the answers and nothing else', () => {
    const printed = 'Enter message > Response: A\nEnter message > Response:  B \nnoise\nEnter message > ';
    expect(promptedAnswers(printed, 'Enter message > ', 'Response: ')).toEqual(['A', ' B ']);
  });
});

describe('bytesLiteral()', () => {
  it.each([
    [`b''`, ''],
    [`b'HELLO'`, 'HELLO'],
    [`b'STRA\\xc3\\x9fE'`, 'STRAßE'],
    [`b"it's"`, `it's`],
    [`b'\\'"\\\\\\n'`, `'"\\\n`],
  ])('reads %s', (literal, expected) => {
    expect(bytesLiteral(literal).toString()).toBe(expected);
  });

  it('rejects what is no literal', () => {
    expect(() => bytesLiteral('HELLO')).toThrow(SyntaxError);
  });
});
