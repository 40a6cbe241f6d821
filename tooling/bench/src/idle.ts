import type { IdleCase } from './cases.ts';
import { spreadOf, type Spread } from './figures.ts';
import { type Load, startLoad } from './load.ts';
import { type Side, Subject } from './subject.ts';
import type { Memory } from './subjects/control.ts';

/** Bytes a connection, ours to raw. */
export interface IdleResult {
  /** Of what the process has of the machine. */
  readonly ratio: Spread;
  /** Of live objects and their buffers. */
  readonly heapRatio: Spread;
  readonly raw: Memory;
  readonly layered: Memory;
}

export interface IdleOptions {
  readonly rounds: number;
  readonly program: string;
  readonly onRound: (done: number) => void;
}

const unhurried = { warmUpMs: 0, ms: 0 };

/** Opens the connections of a load, lets each echo once, and holds them while `held` runs. */
const hold = async <T>(
  program: string,
  load: Load,
  subject: Subject,
  port: number,
  held: () => Promise<T>,
): Promise<T> => {
  using running = startLoad(program, load, { port, pid: subject.pid }, unhurried);
  await running.line();
  return held();
};

/** Memory of one connection, in a new process. */
const memoryOf = async (side: Side, { load }: IdleCase, program: string): Promise<Memory> => {
  using subject = Subject.start(side);
  const port = await subject.listen();
  // What the first connections bring along (compiled code, pools) is no property of a connection.
  await hold(program, { ...load, connections: 500 }, subject, port, () => subject.measure());
  const before = await subject.measure();
  const after = await hold(program, load, subject, port, () => subject.measure());
  return {
    heapBytes: (after.heapBytes - before.heapBytes) / load.connections,
    residentBytes: (after.residentBytes - before.residentBytes) / load.connections,
  };
};

const medians = (memories: readonly Memory[]): Memory => ({
  heapBytes: spreadOf(memories.map(({ heapBytes }) => heapBytes)).median,
  residentBytes: spreadOf(memories.map(({ residentBytes }) => residentBytes)).median,
});

/** Measures a case: both sides in turn, each in a new process a round. */
export const measureIdle = async (one: IdleCase, { rounds, program, onRound }: IdleOptions): Promise<IdleResult> => {
  const raw: Memory[] = [];
  const layered: Memory[] = [];
  for (let done = 1; done <= rounds; done += 1) {
    raw.push(await memoryOf({ program: 'raw' }, one, program));
    layered.push(await memoryOf({ program: 'layered', way: one.way }, one, program));
    onRound(done);
  }
  const ratioOf = (of: (memory: Memory) => number): Spread =>
    spreadOf(layered.map((memory, i) => of(memory) / of(raw[i] ?? memory)));
  return {
    ratio: ratioOf(({ residentBytes }) => residentBytes),
    heapRatio: ratioOf(({ heapBytes }) => heapBytes),
    raw: medians(raw),
    layered: medians(layered),
  };
};
