import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Member } from '../workspace.ts';
import { addCounts, countReport, noTests, type Counts } from './report-sum.ts';

/** A script whose tests are counted, and the report that it leaves in its package. */
export interface CountedScript {
  readonly script: string;
  readonly report: string;
}

/** The tests of every change. */
export const testScript: CountedScript = { script: 'test', report: 'reports/vitest.json' };

/** The long tests: many seeds, fuzzing, soaks. */
export const nightlyScript: CountedScript = { script: 'nightly', report: 'reports/nightly.json' };

/** What a script's tests came to over all packages. */
export interface Tally {
  readonly counts: Counts;
  /** One line for each package that failed or left no report. */
  readonly faults: readonly string[];
}

const having = (members: readonly Member[], { script }: CountedScript): readonly Member[] =>
  members.filter(({ scripts }) => script in scripts);

/** Removes the reports of earlier runs: what is there afterwards belongs to this one, restored from the cache or new. */
export const clearReports = (root: string, members: readonly Member[], counted: CountedScript): void => {
  for (const { dir } of members) rmSync(join(root, dir, counted.report), { force: true });
};

const countMember = (root: string, { dir, name }: Member, { script, report }: CountedScript): Tally => {
  try {
    const counts = countReport(readFileSync(join(root, dir, report), 'utf8'));
    return { counts, faults: counts.failed > 0 ? [`${name}: ${counts.failed} failed`] : [] };
  } catch {
    const fault = `${name}: its ${script} script left no readable ${report}`;
    return { counts: { ...noTests, failed: 1 }, faults: [fault] };
  }
};

/** Counts the tests of every package that has the script. A report that is missing counts as one failed test. */
export const tallyReports = (root: string, members: readonly Member[], counted: CountedScript): Tally => {
  const tallies = having(members, counted).map((member) => countMember(root, member, counted));
  const counts = tallies.reduce((sum, tally) => addCounts(sum, tally.counts), noTests);
  const none = counts.passed + counts.failed === 0 ? ['no test ran at all'] : [];
  return { counts, faults: [...tallies.flatMap(({ faults }) => faults), ...none] };
};
