/**
 * What is done with a fenced block.
 *
 * - `run`: run and typechecked
 * - `check`: only typechecked
 * - `foreign`: in another language, not ours
 * - `wrong`: TypeScript or JavaScript that is marked in a way that would let it escape
 */
export type BlockKind = 'run' | 'check' | 'foreign' | 'wrong';

const languages: ReadonlySet<string> = new Set('ts typescript mts cts tsx js javascript mjs cjs jsx'.split(' '));

/** What to write behind a fence of TypeScript. */
export const blockRule = 'write "ts", or "ts no-run -- " and why it cannot be run';

/** Reads what stands behind a fence: `ts` is run, `ts no-run -- <why>` is only typechecked. */
export const blockKind = (info: string): BlockKind => {
  const language = info.match(/^[^\s{]*/)?.[0] ?? '';
  if (!languages.has(language.toLowerCase())) return 'foreign';
  if (info === 'ts') return 'run';
  // A reason is some words, not a mark.
  return /^ts no-run -- \S+ \S+/.test(info) ? 'check' : 'wrong';
};
