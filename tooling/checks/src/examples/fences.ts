/** A fenced block of a markdown text. */
export interface Fence {
  /** What stands behind the opening fence. */
  readonly info: string;
  readonly code: string;
  /** The line of the first line of code, counted from 1. */
  readonly line: number;
  /** The heading above it; none: empty. */
  readonly heading: string;
}

const opening = /^(\s*)(`{3,}|~{3,})(.*)$/;

const closes = (line: string, marks: string): boolean => {
  const text = line.trim();
  return text.length >= marks.length && text === marks.charAt(0).repeat(text.length);
};

const unindent = (line: string, width: number): string => line.slice(Math.min(width, line.search(/\S|$/)));

/** Every fenced block of a markdown text; one that is never closed goes to the end (CommonMark 0.31 section 4.5). */
export const fences = (text: string): readonly Fence[] => {
  const lines = text.split('\n');
  const found: Fence[] = [];
  let heading = '';
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    heading = line.match(/^#+\s+(.*)$/)?.[1] ?? heading;
    const [, indent = '', marks, info = ''] = line.match(opening) ?? [];
    if (marks === undefined) continue;

    const rest = lines.slice(at + 1);
    const end = rest.findIndex((later) => closes(later, marks));
    const code = rest.slice(0, end === -1 ? rest.length : end).map((codeLine) => unindent(codeLine, indent.length));
    found.push({ info: info.trim(), code: code.join('\n'), line: at + 2, heading });
    at += code.length + 1;
  }
  return found;
};
