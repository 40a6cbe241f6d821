import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** The programs of a measurement, each on a core of its own. */
export type Role = 'subject' | 'load';

const cores: Readonly<Record<Role, string>> = { subject: '0', load: '1' };

const hasTaskset = spawnSync('taskset', ['--version']).status === 0;
const isPinned = hasTaskset && availableParallelism() > 1;

/** How to start a program on the core of its role: arguments for `spawn`. */
export const onCore = (role: Role, program: string, args: readonly string[]): [string, string[]] =>
  isPinned ? ['taskset', ['--cpu-list', cores[role], program, ...args]] : [program, [...args]];

/** Where the programs run, and what is wrong with that. */
export const pinning: string = isPinned
  ? `server on core ${cores.subject}, load on core ${cores.load}`
  : `not pinned, ratios spread more: ${hasTaskset ? 'there is one core only' : 'there is no taskset'}`;
