import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { docFaults } from './doc-faults.ts';
import { exportedSymbols } from './exported-symbols.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'exports-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (files: Readonly<Record<string, string>>): void => {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
};

const faults = (entry: string): readonly string[] => exportedSymbols(root, entry).flatMap(docFaults);

test('exportedSymbols() follows names, renamed names, stars and imports to where they are declared', () => {
  write({
    'src/index.ts': `
      export { a as b } from './deep/a.ts';
      export * from './star.ts';
      import { c } from './deep/c.ts';
      export { c };
      export { elsewhere } from '@stack/address';
      export const own = 1;`,
    'src/deep/a.ts': 'export { inner as a } from "../inner.ts"; export const unused = 1;',
    'src/inner.ts': 'const inner = 1; export { inner };',
    'src/star.ts': 'export const s = 1; export type T = number;',
    'src/deep/c.ts': 'export const c = () => 1;',
  });
  expect(exportedSymbols(root, 'src/index.ts').map(({ name, file }) => `${name} ${file}`)).toEqual([
    'b src/inner.ts',
    's src/star.ts',
    'T src/star.ts',
    'c src/deep/c.ts',
    'own src/index.ts',
  ]);
});

test('docFaults() asks for a docstring of everything, and for an example of functions and classes', () => {
  write({
    'src/index.ts': `
/** A type needs no example. */
export interface Fine {}
export type Bare = 1;
/** A function does. */
export const f = (): void => {};
/**
 * And a class.
 *
 * @example
 */
export class C {}
/** */
export const empty = 1;
export { gone } from './other.ts';
export { also } from './other.ts';`,
    'src/other.ts': 'const here = 1; export { here as gone, away as also };',
  });
  expect(faults('src/index.ts')).toEqual([
    'src/index.ts:4: Bare has no docstring',
    'src/index.ts:6: f has no @example',
    'src/index.ts:14: empty has no docstring',
    'src/other.ts:1: gone has no docstring',
    'src/other.ts: also cannot be followed to its declaration',
  ]);
});

test('docFaults() asks one overload, and one of a type and a value of one name', () => {
  write({
    'src/index.ts': `
/**
 * Overloaded.
 *
 * @example
 */
export function f(a: string): void;
export function f(a: number): void;
export function f(): void {}
/** A type. */
export type Family = 'a';
export const Family = 'a';`,
  });
  expect(faults('src/index.ts')).toEqual([]);
});
