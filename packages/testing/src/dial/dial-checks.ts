import { abortingChecks } from './aborting.ts';
import type { DialCheck } from './dial-context.ts';
import { failingChecks } from './failing.ts';
import { listeningChecks } from './listening.ts';
import { racingChecks } from './racing.ts';
import { timeoutChecks } from './timeouts.ts';
import { unclaimedChecks } from './unclaimed.ts';

const byNumber = new Intl.Collator('en', { numeric: true });

/** What every network promises of connecting and listening, as data. They have no direction. */
export const dialChecks: readonly DialCheck[] = [
  ...timeoutChecks,
  ...abortingChecks,
  ...failingChecks,
  ...racingChecks,
  ...listeningChecks,
  ...unclaimedChecks,
].toSorted((a, b) => byNumber.compare(a.id, b.id));
