import { describe, expect, it } from 'vitest';
import { OutputGatherer } from './output.ts';

const gather = (...chunks: string[]): OutputGatherer => {
  const output = new OutputGatherer();
  for (const chunk of chunks) output.push(Buffer.from(chunk));
  return output;
};

describe('Output', () => {
  it('gives lines however they were cut, then null for good', async () => {
    const output = gather('on', 'e\ntwo\nth', 'ree');
    output.end();
    expect([await output.line(), await output.line(), await output.line()]).toEqual(['one', 'two', 'three']);
    expect([await output.line(), await output.line()]).toEqual([null, null]);
    expect(output.text).toBe('one\ntwo\nthree');
  });

  it('lets several wait, and serves them in order', async () => {
    const output = gather();
    const lines = [output.line(), output.line(), output.line()];
    output.push(Buffer.from('a\nb\n'));
    output.end();
    expect(await Promise.all(lines)).toEqual(['a', 'b', null]);
  });

  it('tells when a text has come, cut or not, and when it never will', async () => {
    const output = gather();
    const [prompt, never] = [output.shows('Name > '), output.shows('Age > ')];
    output.push(Buffer.from('Na'));
    output.push(Buffer.from('me > '));
    await prompt;
    await output.shows('me >');
    output.end();
    await expect(never).rejects.toThrow('Cannot wait for "Age > "');
  });

  it('keeps a character that was cut between chunks', async () => {
    const output = new OutputGatherer();
    for (const byte of Buffer.from('ŉ\n')) output.push(Buffer.of(byte));
    expect(await output.line()).toBe('ŉ');
  });
});
