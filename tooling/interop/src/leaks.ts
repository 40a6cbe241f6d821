import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';

/** What the process holds: descriptors, where they can be counted, and what keeps the event loop alive, by kind. */
export interface Holdings {
  readonly descriptors: number | undefined;
  readonly resources: ReadonlyMap<string, number>;
}

/** How long what was closed may take to be gone. */
const settleMs = 2_000;

const countDescriptors = (): number | undefined =>
  process.platform === 'linux' ? readdirSync('/proc/self/fd').length : undefined;

/** Counts what the process holds now. */
export const holdings = (): Holdings => {
  const resources = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) resources.set(kind, (resources.get(kind) ?? 0) + 1);
  return { descriptors: countDescriptors(), resources };
};

/** What there is more of than before, in words. */
export const growth = (before: Holdings, now: Holdings): readonly string[] => {
  const grown: string[] = [];
  const compare = (what: string, was: number, is: number): void => {
    if (is > was) grown.push(`${is - was} more ${what} (${is}, before ${was})`);
  };
  compare('descriptors', before.descriptors ?? 0, now.descriptors ?? 0);
  for (const [kind, count] of now.resources) compare(kind, before.resources.get(kind) ?? 0, count);
  return grown;
};

/** Tells that nothing was left open since `before`; what was closed may take a few turns to be gone. */
export const nothingLeft = async (before: Holdings): Promise<void> => {
  const endMs = performance.now() + settleMs;
  for (;;) {
    const grown = growth(before, holdings());
    if (grown.length === 0) return;
    assert(performance.now() < endMs, `expected nothing to be left open, but there are ${grown.join(' and ')}`);
    // Turns without a timer: one of our own would be counted.
    await new Promise((resolve) => setImmediate(resolve));
  }
};
