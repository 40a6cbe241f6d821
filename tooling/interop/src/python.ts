import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const programs = new URL('../python/', import.meta.url);

/** The Python that foreign programs run on. */
export interface Python {
  readonly path: string;
  readonly version: string;
  /** Of its character tables, `14.0.0`. */
  readonly unicodeVersion: string;
}

const question = 'import sys, unicodedata; print(sys.executable, sys.version.split()[0], unicodedata.unidata_version)';

const find = (): Python | undefined => {
  const { status, stdout } = spawnSync('python3', ['-I', '-c', question], { encoding: 'utf8' });
  const [path, version, unicodeVersion] = status === 0 ? stdout.trim().split(' ') : [];
  return path && version && unicodeVersion ? { path, version, unicodeVersion } : undefined;
};

/** Python 3, where the machine has one. Tests of the foreign side are skipped by name where it has none. */
export const python: Python | undefined = find();

/** What a test's name ends in when python3 is absent, so that the report says why it was skipped. */
export const withoutPython: string = python === undefined ? ' (skipped: no python3 on this machine)' : '';

/** The path of Python 3. @throws {Error} where there is none */
export const pythonPath = (): string => {
  if (python === undefined) throw new Error('Cannot run a Python program: python3 is not on this machine');
  return python.path;
};

/**
 * How every program here runs: apart from the user's settings, unbuffered, leaving no compiled files, and with UTF-8
 * whatever the locale.
 */
export const pythonArguments = (file: string, args: readonly string[]): string[] => {
  const path = fileURLToPath(new URL(file, programs));
  return ['-I', '-u', '-B', '-X', 'utf8', path, ...args];
};
