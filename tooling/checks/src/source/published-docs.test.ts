import { describe, expect, test } from 'vitest';
import { listPublished, repositoryDir, type Member } from '../workspace.ts';
import { docFaults } from './doc-faults.ts';
import { exportedSymbols } from './exported-symbols.ts';

interface Entry {
  readonly specifier: string;
  readonly file: string;
}

const entriesOf = ({ name, dir, exports }: Member): readonly Entry[] =>
  Object.entries(exports).flatMap(([path, target]) => {
    const source = (target as Record<string, unknown>)['@stack/source'];
    return typeof source === 'string'
      ? [{ specifier: `${name}${path.slice(1)}`, file: `${dir}${source.slice(1)}` }]
      : [];
  });

const entries = listPublished().flatMap(entriesOf);

test('every published package has an entry', () => {
  expect(entries.map(({ specifier }) => specifier)).toEqual(
    expect.arrayContaining(listPublished().map(({ name }) => name)),
  );
});

describe('every export has a docstring, and every function and class an @example', () => {
  test.for(entries)('$specifier', ({ file }) => {
    const symbols = exportedSymbols(repositoryDir, file);
    expect(symbols).not.toEqual([]);
    expect(symbols.flatMap(docFaults)).toEqual([]);
  });
});
