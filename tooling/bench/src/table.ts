import type { BusyResult } from './busy.ts';
import type { BusyCase, IdleCase } from './cases.ts';
import type { Spread } from './figures.ts';
import type { IdleResult } from './idle.ts';

/** A case and what came of it. */
export type Outcome =
  | { readonly kind: 'busy'; readonly of: BusyCase; readonly result: BusyResult }
  | { readonly kind: 'idle'; readonly of: IdleCase; readonly result: IdleResult };

/** A median this far above its mark is within what two quiet runs differ by. */
const allowance = 0.05;

const spread = ({ median, min, max }: Spread): string =>
  `${median.toFixed(2)} [${min.toFixed(2)}-${max.toFixed(2)}]`.padEnd(17);

const verdict = (isMet: boolean, isNear: boolean): string => (isMet ? 'met' : isNear ? 'near' : 'MISSED');

const start = ({ of, result }: Outcome, isLate: boolean): string => {
  const { median } = result.ratio;
  const isMet = median <= of.mark && !isLate;
  const words = verdict(isMet, median <= of.mark + allowance && !isLate);
  return `${of.name.padEnd(9)} ${spread(result.ratio)} <= ${of.mark.toFixed(2)} ${words.padEnd(6)}`;
};

const pair = (raw: number, ours: number, digits = 0): string =>
  `${raw.toFixed(digits)} : ${ours.toFixed(digits)}`.padStart(17);

/** What is said before the cases. */
export const header = (nodeVersion: string, pinning: string, rounds: number): readonly string[] => [
  `Node ${nodeVersion}; ${pinning}; ${rounds} rounds; ratios are ours to raw: median [smallest-largest]`,
  '',
  `${'case'.padEnd(9)} ${'ratio'.padEnd(17)} ${'mark'.padEnd(14)}${['CPU us', 'messages/s', 'p50 us', 'p99 us'].map((title) => title.padStart(17)).join('')}`,
];

/** A line of the table: processor time a message decides. */
export const busyLine = (outcome: Outcome & { readonly kind: 'busy' }): string => {
  const { raw, layered, disturbed } = outcome.result;
  const isLate = layered.p50Us > raw.p50Us + (outcome.of.p50WithinUs ?? Infinity);
  return [
    start(outcome, isLate),
    pair(raw.cpuUs, layered.cpuUs, 2),
    pair(raw.perSecond, layered.perSecond),
    pair(raw.p50Us, layered.p50Us),
    pair(raw.p99Us, layered.p99Us),
    isLate ? `  p50 is more than ${outcome.of.p50WithinUs} us above raw` : '',
    disturbed > 0 ? `  ${disturbed} rounds disturbed` : '',
  ].join('');
};

/** A line of the table: resident memory decides. */
export const idleLine = (outcome: Outcome & { readonly kind: 'idle' }): string => {
  const { raw, layered, heapRatio } = outcome.result;
  const bytes = `  bytes: resident ${pair(raw.residentBytes, layered.residentBytes).trim()}`;
  return `${start(outcome, false)}${bytes}, heap ${pair(raw.heapBytes, layered.heapBytes).trim()}, ${spread(heapRatio)}`;
};

/** What is said after the cases. */
export const remarks = (outcomes: readonly Outcome[]): readonly string[] => {
  const disturbed = outcomes.reduce((sum, { kind, result }) => sum + (kind === 'busy' ? result.disturbed : 0), 0);
  const noise = 'The machine was busy with other programs: trust the medians less.';
  return ['', 'Columns are raw : ours.', ...(disturbed > 0 ? [noise] : [])];
};
