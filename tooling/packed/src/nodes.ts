import { spawnSync } from 'node:child_process';
import { delimiter } from 'node:path';

/** A node to run programs under. */
export interface Node {
  readonly path: string;
  readonly version: string;
}

const versionOf = (path: string): string => {
  const { status, stdout, error } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`Cannot run the node "${path}" of STACK_NODES: ${error?.message ?? status}`);
  return stdout.trim();
};

/** This node, and those that STACK_NODES lists as PATH lists folders. */
export const nodes = (): readonly Node[] => {
  const listed = (process.env['STACK_NODES'] ?? '').split(delimiter).filter((path) => path !== '');
  return [process.execPath, ...listed].map((path) => ({ path, version: versionOf(path) }));
};
