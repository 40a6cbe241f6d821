import { getEventListeners } from 'node:events';
import { growth, holdings, nothingLeft, randomFrom } from '@stack/interop';
import { type Network, system } from '@stack/transport';
import { memoryNetwork } from '@stack/transport/memory';
import { benchOf } from './bench.ts';
import { waysToEnd } from './ways-to-end.ts';
import { report, wishes } from './wishes.ts';

/** What `soak` is asked to do: each way to end a connection, so many times. */
export interface SoakWishes {
  /** On which network, and where: as `#`, a number makes the place another. */
  readonly network: 'system' | 'memory';
  readonly listen: string;
  readonly repeats: number;
  readonly seed: number;
}

/** What is left after each way, by its name; empty where nothing is. */
export type SoakReport = Readonly<Record<string, readonly string[]>>;

const { network: name, listen, repeats, seed } = wishes<SoakWishes>();
const network: Network = name === 'memory' ? memoryNetwork() : system;
const { signal } = new AbortController();
let made = 0;
const elsewhere = (): string => listen.replace('#', String((made += 1)));

const listener = await network.listen(elsewhere());
const scheme = listen.slice(0, listen.indexOf(':'));
const bench = benchOf({ network, elsewhere, random: randomFrom(seed), signal, scheme, listener });

const left: Record<string, readonly string[]> = {};
for (const [way, end] of Object.entries(waysToEnd)) {
  // The first time may load what stays.
  await end(bench);
  const before = holdings();
  for (let n = 0; n < repeats; n += 1) await end(bench);
  await nothingLeft(before).catch(() => undefined);
  const listeners = getEventListeners(signal, 'abort').length;
  left[way] = [...growth(before, holdings()), ...(listeners > 0 ? [`${listeners} listeners on the signal`] : [])];
}
await listener.close();
report(left satisfies SoakReport);
