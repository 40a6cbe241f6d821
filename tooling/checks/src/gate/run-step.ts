import { spawn } from 'node:child_process';
import { listMembers } from '../workspace.ts';
import type { Counts } from './report-sum.ts';
import { clearReports, tallyReports, type Tally } from './reports.ts';
import type { Step } from './steps.ts';
import { clearSummaries, readFailedTasks } from './turbo-summary.ts';

/** What became of one step. */
export interface StepResult {
  readonly name: string;
  readonly seconds: number;
  /** One line each; none: the step passed. */
  readonly faults: readonly string[];
  /** Set where the step ran tests that are counted. */
  readonly counts?: Counts;
}

const quiet = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };

/** Runs a command with its output passed through, and tells what went wrong. */
const runCommand = (root: string, { command, args }: Step): Promise<string | undefined> =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...quiet },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', (error) => resolve(`${command} did not start: ${error.message}`));
    child.once('exit', (code, signal) => resolve(code === 0 ? undefined : `${command} ended with ${signal ?? code}`));
  });

// Where the tests say themselves what failed, the name of their task adds nothing.
const withTally = (result: StepResult, { counts, faults }: Tally): StepResult => {
  const isUntold = (task: string): boolean => !faults.some((fault) => fault.startsWith(`${task.split('#')[0]}: `));
  return { ...result, faults: [...result.faults.filter(isUntold), ...faults], counts };
};

/** Runs one step in the repository at `root`. Never rejects: a step that cannot run is a step that failed. */
export const runStep = async (root: string, step: Step): Promise<StepResult> => {
  const members = listMembers(root);
  clearSummaries(root);
  if (step.counted !== undefined) clearReports(root, members, step.counted);

  const start = performance.now();
  const fault = await runCommand(root, step);
  const seconds = (performance.now() - start) / 1000;

  const tasks = fault === undefined ? [] : readFailedTasks(root);
  const faults = fault === undefined ? [] : tasks.length > 0 ? tasks : [fault];
  const result = { name: step.name, seconds, faults };
  return step.counted === undefined ? result : withTally(result, tallyReports(root, members, step.counted));
};
