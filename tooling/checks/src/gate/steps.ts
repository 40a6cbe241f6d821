import { nightlyScript, testScript, type CountedScript } from './reports.ts';

/** One command of the gate. */
export interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Set where the command runs tests that are counted. */
  readonly counted?: CountedScript;
}

/** What decides which steps there are. */
export interface StepOptions {
  /** The branch that a pull request wants to enter: only there is a missing changeset a fault. */
  readonly pullRequestInto?: string | undefined;
  /** Runs the long tests too. */
  readonly isNightly: boolean;
}

// A package that fails hides nobody else; only what needs its output is left out.
const turboRun = ['run', '--continue=dependencies-successful', '--summarize'];

// One package at a time: vitest spreads its files over the cores, and tests that measure time need theirs free.
// Tests that come from the cache are shown again, with what they said.
const testRun = [...turboRun, '--concurrency=1', '--output-logs=full'];

/** The steps of the gate, the quick ones first. */
export const steps = ({ pullRequestInto, isNightly }: StepOptions): readonly Step[] => {
  const always: readonly Step[] = [
    // The folders of packages are checked by their own lint tasks.
    { name: 'format', command: 'oxfmt', args: ['--check', '.', '!packages/**', '!apps/**', '!tooling/**'] },
    { name: 'manifests', command: 'sherif', args: [] },
    { name: 'unused', command: 'knip', args: [] },
    { name: 'boundaries', command: 'turbo', args: ['boundaries'] },
    {
      name: 'packages',
      command: 'turbo',
      args: [...turboRun, '--concurrency=100%', '--output-logs=new-only', 'lint', 'typecheck', 'build', 'pack'],
    },
    { name: 'test', command: 'turbo', args: [...testRun, 'test'], counted: testScript },
  ];
  const nightly: Step = { name: 'nightly', command: 'turbo', args: [...testRun, 'nightly'], counted: nightlyScript };
  const changesets: Step = {
    name: 'changesets',
    command: 'changeset',
    args: ['status', `--since=origin/${pullRequestInto}`],
  };
  return [...(pullRequestInto ? [changesets] : []), ...always, ...(isNightly ? [nightly] : [])];
};

/**
 * Picks steps by name; no name picks all.
 *
 * @throws {RangeError} when a name is not among the steps
 */
export const pickSteps = (all: readonly Step[], names: readonly string[]): readonly Step[] => {
  const unknown = names.find((name) => !all.some((step) => step.name === name));
  if (unknown !== undefined) {
    const known = all.map(({ name }) => name).join(', ');
    throw new RangeError(`Cannot run the step "${unknown}": the steps are ${known}`);
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
};
