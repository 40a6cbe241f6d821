import { parseArgs } from 'node:util';
import { runStep, type StepResult } from './gate/run-step.ts';
import { pickSteps, steps, type Step } from './gate/steps.ts';
import { verdict } from './gate/verdict.ts';
import { repositoryDir } from './workspace.ts';

const print = (...lines: readonly string[]): void => {
  for (const line of lines) process.stdout.write(`${line}\n`);
};

const chosenSteps = (): readonly Step[] => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { nightly: { type: 'boolean' } } });
  const all = steps({ pullRequestInto: process.env['GITHUB_BASE_REF'], isNightly: values.nightly ?? false });
  return pickSteps(all, positionals);
};

const run = async (chosen: readonly Step[]): Promise<0 | 1> => {
  const results: StepResult[] = [];
  for (const step of chosen) {
    print('', `=== ${step.name}: ${step.command} ${step.args.join(' ')}`, '');
    results.push(await runStep(repositoryDir, step));
  }
  const { lines, exitCode } = verdict(results);
  print('', ...lines);
  return exitCode;
};

try {
  process.exitCode = await run(chosenSteps());
} catch (error) {
  // Wrong arguments; what a step does is in its result.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
