import { do_not_optimize, measure } from 'mitata';

declare const process: { readonly stdout: { readonly write: (text: string) => void }; readonly version: string };
const { loadavg } = (await import('node:os' as string)) as { readonly loadavg: () => readonly number[] };

// Long enough for the optimizer and a median, short enough to come back to every row before the machine has changed.
const ROUNDS = 9;
const ROUND_NS = 50_000_000;
// So many calls are one sample: few enough to fit between two interruptions by others, or the median would count them.
const BATCH = 128;

/** Something measured, and what it is compared with, by the name of the column. */
export interface Contest {
  readonly name: string;
  readonly subject: () => unknown;
  readonly others: Readonly<Record<string, () => unknown>>;
}

const printRow = (cells: readonly string[]): void => {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
};

const medianNs = async (run: () => unknown): Promise<number> => {
  const { p50 } = await measure(() => do_not_optimize(run()), { min_cpu_time: ROUND_NS, batch_samples: BATCH });
  return p50;
};

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.round((values.length - 1) * share)] ?? Number.NaN;

const showNs = (ns: number): string => `${Math.round(ns)} ns`;

const showRatios = (ratios: readonly number[]): string => {
  const [low = '', middle = '', high = ''] = [0.25, 0.5, 0.75].map((share) => quantile(ratios, share).toFixed(1));
  return `× ${middle} (${low} to ${high})`;
};

const runContest = async ({ name, subject, others }: Contest): Promise<void> => {
  const own: number[] = [];
  const theirs = Object.values(others).map((run) => ({ run, ratios: [] as number[] }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { run, ratios } of theirs) {
      const ns = await medianNs(subject);
      own.push(ns);
      ratios.push((await medianNs(run)) / ns);
    }
  }
  printRow([name, showNs(quantile(own, 0.5)), ...theirs.map(({ ratios }) => showRatios(ratios))]);
};

/**
 * Prints a table with a row for each contest: how long the subject takes, and how many times as long each of the others.
 * Subject and other take turns, so that what slows the machine down slows both. A number is the median of the rounds; the
 * quarters of the ratios are behind it. Every contest has the same columns.
 */
export const compare = async (title: string, contests: readonly Contest[]): Promise<void> => {
  process.stdout.write(`\n${title} (node ${process.version}, load ${loadavg()[0]?.toFixed(1)})\n\n`);
  const columns = ['', '@stack/address', ...Object.keys(contests[0]?.others ?? {})];
  printRow(columns);
  printRow(columns.map(() => '---'));
  for (const contest of contests) await runContest(contest);
};
