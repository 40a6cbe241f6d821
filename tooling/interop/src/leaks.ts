import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { runningTimers } from './running-timers.ts';
import { listenersOnSignals } from './signal-listeners.ts';

/** What the process holds. */
export interface Holdings {
  /** Each open descriptor with what it is of, where they can be seen: `23 socket:[4711]`. */
  readonly descriptors: ReadonlySet<string>;
  /** What keeps the event loop alive, by kind; timers are counted apart, for those of the test framework come and go. */
  readonly resources: ReadonlyMap<string, number>;
  readonly timers: number;
  /** Listeners on signals, whoever made them. */
  readonly listeners: number;
}

/** How many descriptors a message tells of. */
const mostTold = 5;

const ownDescriptors = '/proc/self/fd';

/** What a descriptor is of; nothing when it was closed meanwhile, as the one is that lists them. */
const targetOf = (descriptor: string): string | undefined => {
  try {
    return readlinkSync(`${ownDescriptors}/${descriptor}`);
  } catch {
    return undefined;
  }
};

const openDescriptors = (): Set<string> => {
  const open = new Set<string>();
  if (process.platform !== 'linux') return open;
  for (const descriptor of readdirSync(ownDescriptors)) {
    const target = targetOf(descriptor);
    if (target !== undefined) open.add(`${descriptor} ${target}`);
  }
  return open;
};

/** Looks at what the process holds now. */
export const holdings = (): Holdings => {
  const resources = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (kind !== 'Timeout') resources.set(kind, (resources.get(kind) ?? 0) + 1);
  }
  return { descriptors: openDescriptors(), resources, timers: runningTimers(), listeners: listenersOnSignals() };
};

/** What there is more of than before, in words. */
export const growth = (before: Holdings, now: Holdings): readonly string[] => {
  const grown: string[] = [];
  const compare = (what: string, was: number, is: number): void => {
    if (is > was) grown.push(`${is - was} more ${what} (${is}, before ${was})`);
  };
  const opened = [...now.descriptors].filter((descriptor) => !before.descriptors.has(descriptor));
  if (opened.length > 0) grown.push(`${opened.length} descriptors (${opened.slice(0, mostTold).join(', ')})`);
  compare('timers', before.timers, now.timers);
  compare('listeners on signals', before.listeners, now.listeners);
  for (const [kind, count] of now.resources) compare(kind, before.resources.get(kind) ?? 0, count);
  return grown;
};

/** Tells that nothing was left open since `before`; what was closed may take a few turns to be gone, `settleMs` at most. */
export const nothingLeft = async (before: Holdings, settleMs = 2_000): Promise<void> => {
  const endMs = performance.now() + settleMs;
  for (;;) {
    const grown = growth(before, holdings());
    if (grown.length === 0) return;
    assert(performance.now() < endMs, `expected nothing to be left open, but there are ${grown.join(' and ')}`);
    // Turns without a timer: one of our own would be counted.
    await new Promise((resolve) => setImmediate(resolve));
  }
};
