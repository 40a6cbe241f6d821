import type { Comment } from 'oxc-parser';
import { lineCounter } from './lines.ts';
import type { NamedNode } from './named-nodes.ts';

/** A docstring, and what it stands above. */
export interface Docstring {
  /** `Connection.recv`; `line 12` where it stands above nothing that has a name. */
  readonly owner: string;
  /** Where the owner begins; the end of the docstring where it has none. */
  readonly ownerStart: number;
  /** The line of its first mark. */
  readonly line: number;
  /** Without the marks, line for line as in the file. */
  readonly text: string;
}

const isDocstring = ({ type, value }: Comment): boolean => type === 'Block' && value.startsWith('*');

// What the ` * ` of each line leaves; the first line's second star is part of the mark.
const withoutMarks = (value: string): string =>
  value
    .slice(1)
    .split('\n')
    .map((line, i) => (i === 0 ? line : line.replace(/^\s*\* ?/, '').trimEnd()))
    .join('\n');

const isBlank = (between: string): boolean => between.replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '').trim() === '';

/** Every docstring of a file. `nodes` in the order of the text. */
export const docstrings = (
  text: string,
  comments: readonly Comment[],
  nodes: readonly NamedNode[],
): readonly Docstring[] => {
  const lineOf = lineCounter(text);
  return comments.filter(isDocstring).map(({ value, start, end }) => {
    const next = nodes.find((node) => node.start >= end);
    const owner = next !== undefined && isBlank(text.slice(end, next.start)) ? next : undefined;
    return {
      owner: owner?.name ?? `line ${lineOf(start)}`,
      ownerStart: owner?.start ?? end,
      line: lineOf(start),
      text: withoutMarks(value),
    };
  });
};
