import type { BusyCase } from './cases.ts';
import { spreadOf, type Spread } from './figures.ts';
import { type Durations, type LoadResult, startLoad } from './load.ts';
import { Subject } from './subject.ts';

/** Both sides, one right after the other. */
interface Round {
  readonly raw: LoadResult;
  readonly layered: LoadResult;
}

/** Microseconds, and messages a second, of one side: medians over the rounds. */
export interface BusyFigures {
  readonly cpuUs: number;
  readonly perSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

export interface BusyResult {
  /** Processor time a message, ours to raw, of each round. */
  readonly ratio: Spread;
  readonly raw: BusyFigures;
  readonly layered: BusyFigures;
  /** Rounds that count although other programs took more than `disturbedShare` of the time. */
  readonly disturbed: number;
}

/** How a busy case is measured. */
export interface BusyOptions extends Durations {
  readonly rounds: number;
  readonly program: string;
  readonly onRound: (done: number) => void;
}

/** A program that had to wait for its core longer than this share of the time shared it with others. */
const disturbedShare = 0.03;

/** Disturbed rounds are measured again, up to so many times the rounds asked for. */
const attemptsPerRound = 2;

const cpuUsOf = ({ subjectNs, messages }: LoadResult): number => subjectNs / messages / 1_000;

const waitedShareOf = ({ raw, layered }: Round): number =>
  (raw.waitedNs + layered.waitedNs) / (raw.elapsedNs + layered.elapsedNs);

const isDisturbed = (round: Round): boolean => waitedShareOf(round) > disturbedShare;

const figuresOf = (results: readonly LoadResult[]): BusyFigures => {
  const median = (of: (result: LoadResult) => number): number => spreadOf(results.map(of)).median;
  return {
    cpuUs: median(cpuUsOf),
    perSecond: median(({ messages, elapsedNs }) => (messages / elapsedNs) * 1e9),
    p50Us: median(({ p50Ns }) => p50Ns / 1_000),
    p99Us: median(({ p99Ns }) => p99Ns / 1_000),
  };
};

/** Measures one side once. */
const run = async (subject: Subject, port: number, { load }: BusyCase, options: BusyOptions): Promise<LoadResult> => {
  using running = startLoad(options.program, load, { port, pid: subject.pid }, options);
  if (load.mode === 'accept') {
    const at = (await running.line()) as { readonly port: number };
    await subject.dial(at.port, load.connections);
  }
  return (await running.line()) as LoadResult;
};

/** Measures a case: both sides in turn, the order reversed every other round, new programs for the second half. */
export const measureBusy = async (one: BusyCase, options: BusyOptions): Promise<BusyResult> => {
  const rounds: Round[] = [];
  const isDone = (): boolean =>
    rounds.filter((round) => !isDisturbed(round)).length >= options.rounds ||
    rounds.length >= options.rounds * attemptsPerRound;
  const half = async (isEnough: () => boolean): Promise<void> => {
    using raw = Subject.start({ program: 'raw' });
    using layered = Subject.start({ program: 'layered', way: one.way });
    const ports = [await raw.listen(), await layered.listen()] as const;
    while (!isEnough()) {
      const isReversed = rounds.length % 2 === 1;
      const early = isReversed ? await run(layered, ports[1], one, options) : undefined;
      const ofRaw = await run(raw, ports[0], one, options);
      rounds.push({ raw: ofRaw, layered: early ?? (await run(layered, ports[1], one, options)) });
      options.onRound(rounds.length);
    }
  };
  const inFirstHalf = Math.ceil(options.rounds / 2);
  await half(() => rounds.length >= inFirstHalf);
  await half(isDone);
  const counted = rounds.toSorted((a, b) => waitedShareOf(a) - waitedShareOf(b)).slice(0, options.rounds);
  return {
    ratio: spreadOf(counted.map(({ raw, layered }) => cpuUsOf(layered) / cpuUsOf(raw))),
    raw: figuresOf(counted.map(({ raw }) => raw)),
    layered: figuresOf(counted.map(({ layered }) => layered)),
    disturbed: counted.filter(isDisturbed).length,
  };
};
