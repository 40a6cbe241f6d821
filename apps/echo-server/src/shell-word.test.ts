import { run } from '@stack/interop';
import { describe, expect, it } from 'vitest';
import { shellWord } from './shell-word.ts';

describe('shellWord()', () => {
  it.each(['tcp://127.0.0.1:9090', 'unix:@name'])('leaves %s as it is', (word) => {
    expect(shellWord(word)).toBe(word);
  });

  it.each(['', "it's", 'a b', '$(x)', '`x`', 'tcp://[::1]:1?a=1&b=2', '*', '~', '\\', '"', 'a\nb'])(
    'is read back by a shell: %j',
    async (word) => {
      const { stdout } = await run('/bin/sh', ['-c', `printf %s ${shellWord(word)}`]);
      expect(stdout.toString()).toBe(word);
    },
  );
});
