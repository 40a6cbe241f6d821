import { addressChecks } from './addresses.ts';
import { argumentChecks } from './arguments.ts';
import { backPressureChecks } from './back-pressure.ts';
import { breakingChecks } from './breaking.ts';
import { cancellingChecks } from './cancelling.ts';
import { closingChecks } from './closing.ts';
import { deadlineChecks } from './deadlines.ts';
import { halfCloseChecks } from './half-close.ts';
import { readerChecks } from './readers.ts';
import type { StreamCheck } from './stream-context.ts';
import { transferChecks } from './transfer.ts';

const byNumber = new Intl.Collator('en', { numeric: true });

/** What every stream driver promises, as data: run each over pairs of your own, in both directions. */
export const streamChecks: readonly StreamCheck[] = [
  ...transferChecks,
  ...argumentChecks,
  ...deadlineChecks,
  ...cancellingChecks,
  ...readerChecks,
  ...closingChecks,
  ...breakingChecks,
  ...halfCloseChecks,
  ...backPressureChecks,
  ...addressChecks,
].toSorted((a, b) => byNumber.compare(a.id, b.id));
