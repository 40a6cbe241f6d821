import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

// An example may name what it does not use, and exports nothing that needs a declaration.
const config = {
  extends: '@stack/typescript-config/base.json',
  compilerOptions: {
    types: ['node'],
    noUnusedLocals: false,
    noUnusedParameters: false,
    isolatedDeclarations: false,
    declaration: false,
  },
  include: ['*.ts'],
};

/** Typechecks every module in `dir` in one run of tsc, and tells what it found; `undefined`: nothing. */
export const checkTypes = (dir: string): string | undefined => {
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(config));
  const { status, stdout, stderr } = spawnSync('tsc', ['-p', dir, '--pretty', 'false'], { cwd: dir, encoding: 'utf8' });
  return status === 0 ? undefined : `${stdout}${stderr}`;
};
