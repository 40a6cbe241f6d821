import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Whether this system tells the memory and the descriptors of a process (Linux does). */
export const tellsFigures: boolean = existsSync('/proc/self/status');

/** Memory of a process that is in RAM. */
export interface Memory {
  readonly nowBytes: number;
  /** The most it ever was. */
  readonly peakBytes: number;
}

/** Reads how much memory a process has in RAM. */
export const memoryOf = (pid: number): Memory => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const figure = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
  return { nowBytes: figure('VmRSS'), peakBytes: figure('VmHWM') };
};

/** Counts the descriptors a process has open. */
export const descriptorsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;
