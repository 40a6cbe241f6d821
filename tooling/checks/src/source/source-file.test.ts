import { expect, test } from 'vitest';
import { readSourceFile } from './source-file.ts';

const text = `// ünïcödé 😀 before everything
import { x } from './x.ts';

/** First. */
export const one = (): number => x;

/**
 * Second.
 *
 * - indented
 *     more
 */
// oxlint-disable-next-line no-console -- a reason
export function two(): void {}

/** Third. */
export class Three {
  /** A field. */
  readonly four = 4;
  /** A method. */
  [Symbol.dispose](): void {}
}

/** Fifth. */
export interface Five {
  /** Inside. */
  six(): void;
}

export const seven: () => void = two, eight = 8;
/* No docstring. */
export type Nine = '/** neither */';
/** Above nothing. */
`;

const { declarations, docstrings } = readSourceFile('a.ts', text);

test('readSourceFile() tells what each docstring stands above, and at which line', () => {
  expect(docstrings.map(({ owner, line }) => [owner, line])).toEqual([
    ['one', 4],
    ['two', 7],
    ['Three', 16],
    ['Three.four', 18],
    ['Three.Symbol.dispose', 20],
    ['Five', 24],
    ['Five.six', 26],
    ['line 33', 33],
  ]);
});

test('readSourceFile() strips the marks of a docstring and keeps its lines and what is indented', () => {
  expect(docstrings[1]?.text.split('\n')).toEqual(['', 'Second.', '', '- indented', '    more', '']);
});

test('readSourceFile() tells functions, classes, types and values apart', () => {
  const kinds = declarations.map(({ name, kind, docstring }) => [name, kind, docstring?.text.trim().split('.')[0]]);
  expect(kinds).toEqual([
    ['one', 'function', 'First'],
    ['two', 'function', 'Second'],
    ['Three', 'class', 'Third'],
    ['Five', 'type', 'Fifth'],
    ['seven', 'function', undefined],
    ['eight', 'value', undefined],
    ['Nine', 'type', undefined],
  ]);
});

test('readSourceFile() refuses what cannot be parsed, by name', () => {
  expect(() => readSourceFile('packages/a/src/b.ts', 'const = 1')).toThrow('Cannot parse packages/a/src/b.ts: ');
});
