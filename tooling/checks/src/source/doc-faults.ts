import type { ExportedSymbol } from './exported-symbols.ts';

const needsExample: ReadonlySet<string> = new Set(['function', 'class']);

/** What the docstring of an exported symbol lacks, as `packages/address/src/parse.ts:12: parseEndpoint has no @example`. */
export const docFaults = ({ name, file, declarations }: ExportedSymbol): readonly string[] => {
  const [first] = declarations;
  if (first === undefined) return [`${file}: ${name} cannot be followed to its declaration`];
  const place = `${file}:${first.line}: ${name}`;
  const texts = declarations.flatMap(({ docstring }) => docstring?.text ?? []);
  if (!texts.some((text) => text.trim() !== '')) return [`${place} has no docstring`];
  const isExampleMissing =
    declarations.some(({ kind }) => needsExample.has(kind)) && !texts.some((text) => /^\s*@example\b/m.test(text));
  return isExampleMissing ? [`${place} has no @example`] : [];
};
