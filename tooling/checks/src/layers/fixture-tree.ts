import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repositoryDir } from '../workspace.ts';

/** A copy of some files of the repository that a test may spoil; disposing of it removes it. */
export interface FixtureTree extends Disposable {
  readonly root: string;
  /** Writes a file, relative to the copy. */
  write(file: string, text: string): void;
}

/** Copies `files` of the repository, under their own paths, into a folder of its own. */
export const fixtureTree = (files: readonly string[]): FixtureTree => {
  const root = mkdtempSync(join(tmpdir(), 'layers-'));
  for (const file of files) cpSync(join(repositoryDir, file), join(root, file));
  return {
    root,
    write: (file, text) => {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true }),
  };
};
