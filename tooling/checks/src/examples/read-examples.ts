import { readSourceFile } from '../source/source-file.ts';
import { blockKind, blockRule, type BlockKind } from './block-kind.ts';
import { fences, type Fence } from './fences.ts';

/** A block of TypeScript in a docstring or a document. */
export interface Example {
  /** Unique: `packages/address/src/parse.ts: parseEndpoint example 1`. */
  readonly name: string;
  /** Where it stands, relative to the repository. */
  readonly file: string;
  /** Of its first line of code. */
  readonly line: number;
  readonly code: string;
  readonly kind: Exclude<BlockKind, 'foreign'>;
}

/** A fence, where it is in its file and what it belongs to. */
interface Block extends Fence {
  readonly owner: string;
}

const numbered = (file: string, blocks: readonly Block[]): readonly Example[] => {
  const seen = new Map<string, number>();
  return blocks.flatMap(({ info, owner, line, code }) => {
    const kind = blockKind(info);
    if (kind === 'foreign') return [];
    const n = (seen.get(owner) ?? 0) + 1;
    seen.set(owner, n);
    return [{ name: `${file}: ${owner} example ${n}`, file, line, code, kind }];
  });
};

/** The examples of a markdown file, named by the heading above them. */
export const markdownExamples = (file: string, text: string): readonly Example[] =>
  numbered(
    file,
    fences(text).map((fence) => ({ ...fence, owner: `"${fence.heading}"` })),
  );

/** The examples in the docstrings of a TypeScript file, named by what the docstring stands above. */
export const docstringExamples = (file: string, text: string): readonly Example[] =>
  numbered(
    file,
    readSourceFile(file, text).docstrings.flatMap(({ owner, line, text: markdown }) =>
      fences(markdown).map((fence) => ({ ...fence, owner, line: fence.line + line - 1 })),
    ),
  );

/** Examples that are marked in a way that would let them escape, each in a line that says what to write. */
export const wrongBlocks = (examples: readonly Example[]): readonly string[] =>
  examples.filter(({ kind }) => kind === 'wrong').map(({ file, line }) => `${file}:${line - 1}: ${blockRule}`);
