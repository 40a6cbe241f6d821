import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs that tests need: whether one is missing, and how the names of the tests end then, so that reports say why. */
export interface Needs {
  readonly isMissing: boolean;
  readonly why: string;
}

const isHere = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** Looks for programs on this machine. */
export const needs = (...programs: readonly string[]): Needs => {
  const missing = programs.filter((program) => !isHere(program));
  const isMissing = missing.length > 0;
  return { isMissing, why: isMissing ? ` (skipped: no ${missing.join(', no ')} on this machine)` : '' };
};
