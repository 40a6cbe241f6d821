import { addCounts, countLine, noTests } from './report-sum.ts';
import type { StepResult } from './run-step.ts';

/** How a run ends: what is printed last, and the exit code. */
export interface Verdict {
  readonly lines: readonly string[];
  readonly exitCode: 0 | 1;
}

const stepLines = (width: number, { name, seconds, faults }: StepResult): readonly string[] => [
  `${name.padEnd(width)}  ${faults.length === 0 ? 'passed' : 'FAILED'}  ${seconds.toFixed(1)} s`,
  ...faults.map((fault) => `  ${fault}`),
];

/** Sums up the steps; where tests were counted, the last line is their sum and nothing else. */
export const verdict = (results: readonly StepResult[]): Verdict => {
  const width = Math.max(...results.map(({ name }) => name.length));
  const counts = results.flatMap((result) => result.counts ?? []);
  const sum = counts.length === 0 ? [] : [countLine(counts.reduce(addCounts, noTests))];
  return {
    lines: [...results.flatMap((result) => stepLines(width, result)), ...sum],
    exitCode: results.every(({ faults }) => faults.length === 0) ? 0 : 1,
  };
};
