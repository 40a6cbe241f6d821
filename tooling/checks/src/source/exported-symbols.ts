import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { readSourceFile, type Declaration, type SourceFile } from './source-file.ts';

/** A name that an entry exports, and where it is declared. */
export interface ExportedSymbol {
  readonly name: string;
  /** Relative to the repository. */
  readonly file: string;
  /** More than one for overloads, and for a type and a value of one name. */
  readonly declarations: readonly Declaration[];
}

type Read = (file: string) => SourceFile;
type Entry = SourceFile['exports'][number];

const isRelative = (specifier: string): boolean => specifier.startsWith('.');

const declared = (source: SourceFile, file: string, local: string, name: string): ExportedSymbol => ({
  name,
  file,
  declarations: source.declarations.filter((declaration) => declaration.name === local),
});

const follow = (read: Read, file: string, entry: Entry): readonly ExportedSymbol[] => {
  const from = entry.moduleRequest?.value;
  const name = entry.exportName.name ?? '';
  if (from === undefined) return [declared(read(file), file, entry.localName.name ?? name, name)];
  // What another package declares is documented there.
  if (!isRelative(from)) return [];
  const symbols = symbolsOf(read, join(dirname(file), from));
  if (entry.importName.kind !== 'Name') return symbols;
  return symbols.filter((symbol) => symbol.name === entry.importName.name).map((symbol) => ({ ...symbol, name }));
};

const symbolsOf = (read: Read, file: string): readonly ExportedSymbol[] =>
  read(file).exports.flatMap((entry) => follow(read, file, entry));

/** Everything that the file `entry` exports, followed through the files of its package to where it is declared. */
export const exportedSymbols = (root: string, entry: string): readonly ExportedSymbol[] => {
  const files = new Map<string, SourceFile>();
  const read = (file: string): SourceFile => {
    const source = files.get(file) ?? readSourceFile(file, readFileSync(join(root, file), 'utf8'));
    files.set(file, source);
    return source;
  };
  return symbolsOf(read, entry);
};
