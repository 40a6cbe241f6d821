import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeModules } from './example-modules.ts';
import type { Example } from './read-examples.ts';

const example = (line: number): Example => ({
  name: `packages/a/src/f.ts: f example ${line}`,
  file: 'packages/a/src/f.ts',
  line,
  code: 'first();\nsecond();',
  kind: 'run',
});

test('writeModules() puts each line where it was, names the original in output, and leaves nothing behind', () => {
  const root = mkdtempSync(join(tmpdir(), 'modules-'));
  const inside = join(root, '.examples');
  try {
    const written = writeModules(
      inside,
      Array.from({ length: 12 }, (_, n) => example(n + 1)),
    );
    const [first, second] = written.modules.map(({ path }) => path);
    expect(readFileSync(second ?? '', 'utf8')).toBe('\nfirst();\nsecond();\n');

    const last = written.modules.at(-1)?.path;
    const output = `file://${first}:1:2 ${last}:3 example-11--packages-a-src-f.ts.ts(4,1)`;
    expect(written.translate(output)).toBe('packages/a/src/f.ts:1:2 packages/a/src/f.ts:3 packages/a/src/f.ts(4,1)');

    written[Symbol.dispose]();
    expect(existsSync(inside)).toBe(false);
  } finally {
    rmSync(root, { recursive: true });
  }
});
