import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { repositoryDir } from '../workspace.ts';
import { checkTypes } from './check-types.ts';
import { writeModules } from './example-modules.ts';
import { findExamples } from './find-examples.ts';
import { wrongBlocks } from './read-examples.ts';
import { runModule } from './run-module.ts';

const examples = findExamples(repositoryDir);
const written = writeModules(join(import.meta.dirname, '../../.examples'), examples);
afterAll(() => written[Symbol.dispose]());

test('every block of code is marked so that it is checked', () => {
  expect(wrongBlocks(examples)).toEqual([]);
});

test('every example typechecks', () => {
  expect(written.translate(checkTypes(written.dir) ?? '')).toBe('');
});

describe.concurrent('examples', () => {
  const run = written.modules.filter(({ example }) => example.kind === 'run');
  for (const { example, path } of run) {
    test(example.name, async () => {
      const failure = await runModule(path, { limitMs: 10_000, cacheDir: join(written.dir, 'cache') });
      if (failure !== undefined) throw new Error(`${example.file}:${example.line}\n${written.translate(failure)}`);
    });
  }
});
