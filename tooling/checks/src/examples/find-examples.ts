import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { docstringExamples, markdownExamples, type Example } from './read-examples.ts';

const documents = ['*.md', 'docs/guide/**/*.md', '{packages,apps,tooling}/*/*.md'];
const sources = ['packages/*/src/**/*.ts'];

const isWritten = (file: string): boolean => !file.endsWith('CHANGELOG.md');
const isSource = (file: string): boolean => !/\.(?:test|test-fixture|nightly)\.ts$/.test(file);

/** Every example of the documents and of the published packages' docstrings, in the repository at `root`. */
export const findExamples = (root: string): readonly Example[] => {
  const files = (patterns: readonly string[]): readonly string[] => globSync([...patterns], { cwd: root }).toSorted();
  const text = (file: string): string => readFileSync(join(root, file), 'utf8');
  return [
    ...files(documents)
      .filter(isWritten)
      .flatMap((file) => markdownExamples(file, text(file))),
    ...files(sources)
      .filter(isSource)
      .flatMap((file) => docstringExamples(file, text(file))),
  ];
};
