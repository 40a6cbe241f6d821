import { expect, test } from 'vitest';
import { blockKind } from './block-kind.ts';
import { docstringExamples, markdownExamples, wrongBlocks } from './read-examples.ts';

test.for([
  ['ts', 'run'],
  ['ts no-run -- needs a peer on another machine', 'check'],
  ['ts no-run', 'wrong'],
  ['ts no-run: needs a peer', 'wrong'],
  ['ts no-run --', 'wrong'],
  ['ts no-run -- reasons', 'wrong'],
  ['ts skip', 'wrong'],
  ['ts{1,3}', 'wrong'],
  ['TS', 'wrong'],
  ['typescript', 'wrong'],
  ['js', 'wrong'],
  ['tsx', 'wrong'],
  ['sh', 'foreign'],
  ['', 'foreign'],
  ['json', 'foreign'],
])('blockKind(%j) is %s', ([info, kind]) => {
  expect(blockKind(info ?? '')).toBe(kind);
});

const source = `/** Nothing to see. */
export const a = 1;

/**
 * Does it.
 *
 * @example Title
 * \`\`\`ts
 * const b = 1;
 *   indented(b);
 * \`\`\`
 *
 * @example
 * \`\`\`ts no-run -- waits for a key
 * c();
 * \`\`\`
 */
export const f = (): void => {};
`;

test('docstringExamples() names an example by what its docstring stands above, and by its own line', () => {
  expect(docstringExamples('packages/a/src/f.ts', source)).toEqual([
    {
      name: 'packages/a/src/f.ts: f example 1',
      file: 'packages/a/src/f.ts',
      line: 9,
      code: 'const b = 1;\n  indented(b);',
      kind: 'run',
    },
    { name: 'packages/a/src/f.ts: f example 2', file: 'packages/a/src/f.ts', line: 15, code: 'c();', kind: 'check' },
  ]);
});

const readme = '# Stack\n```sh\nnpm start\n```\n## Use\n```ts\na\n```\ntext\n```ts\nb\n```\n## Not so\n```js\nc\n```\n';

test('markdownExamples() names an example by the heading above it, and leaves other languages alone', () => {
  expect(markdownExamples('README.md', readme).map(({ name, line, code }) => [name, line, code])).toEqual([
    ['README.md: "Use" example 1', 7, 'a'],
    ['README.md: "Use" example 2', 11, 'b'],
    ['README.md: "Not so" example 1', 15, 'c'],
  ]);
});

test('wrongBlocks() says where to write what', () => {
  expect(wrongBlocks(markdownExamples('README.md', readme))).toEqual([
    'README.md:14: write "ts", or "ts no-run -- " and why it cannot be run',
  ]);
});
