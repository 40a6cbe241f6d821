import { loadavg } from 'node:os';
import { do_not_optimize, measure } from 'mitata';

// Long enough for the optimizer and a median, short enough to come back to every row before the machine has changed.
const rounds = 7;
const roundNs = 60_000_000;

/** Something measured, and what it is compared with. */
export interface Contest {
  readonly name: string;
  /** Bytes that each of them goes through in one run. */
  readonly bytes: number;
  /** Frames among them, where that is what counts. */
  readonly frames?: number;
  readonly subject: () => unknown;
  readonly others: Readonly<Record<string, () => unknown>>;
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const medianNs = async (run: () => unknown): Promise<number> => {
  const { p50 } = await measure(async () => do_not_optimize(await run()), { min_cpu_time: roundNs, min_samples: 5 });
  return p50;
};

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.round((values.length - 1) * share)] ?? Number.NaN;

const showRatios = (ratios: readonly number[]): string => {
  const [low = '', middle = '', high = ''] = [0.25, 0.5, 0.75].map((share) => quantile(ratios, share).toFixed(1));
  return `× ${middle} (${low} to ${high})`;
};

const runContest = async ({ name, bytes, frames, subject, others }: Contest): Promise<void> => {
  const own: number[] = [];
  const theirs = Object.entries(others).map(([other, run]) => ({ other, run, ratios: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    for (const { run, ratios } of theirs) {
      const ns = await medianNs(subject);
      own.push(ns);
      ratios.push((await medianNs(run)) / ns);
    }
  }
  const ns = quantile(own, 0.5);
  const each = frames === undefined ? '' : `${Math.round(ns / frames)} ns`;
  const against = theirs.map(({ other, ratios }) => `${other} ${showRatios(ratios)}`).join(', ');
  print(`| ${name} | ${each} | ${(bytes / ns).toFixed(2)} GB/s | ${against} |`);
};

/**
 * Prints a table with a row for each contest: how long the subject takes a frame, how many bytes it goes through, and how many
 * times as long each of the others takes. Subject and other take turns, so that what slows the machine down slows both. A
 * number is the median of the rounds; the quarters of the ratios are behind it.
 */
export const compare = async (title: string, contests: readonly Contest[]): Promise<void> => {
  print(`\n${title} (node ${process.version}, load ${loadavg()[0]?.toFixed(1)})\n`);
  print('|  | a frame | bytes | the time of others |\n| --- | --- | --- | --- |');
  for (const contest of contests) await runContest(contest);
};
