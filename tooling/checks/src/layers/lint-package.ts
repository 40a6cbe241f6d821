import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { listMembers } from '../workspace.ts';
import { fixtureTree } from './fixture-tree.ts';

/** What the linter said of a package. */
export interface LintResult {
  readonly exitCode: number | null;
  /** By file, relative to the package. */
  readonly messages: ReadonlyMap<string, readonly string[]>;
}

interface Diagnostic {
  readonly filename: string;
  readonly code: string;
  readonly message: string;
  readonly help?: string;
}

// What the lint script of that very package runs, without the formatter.
const lintArguments = (dir: string): readonly string[] => {
  const script = listMembers().find((member) => member.dir === dir)?.scripts['lint'];
  const [command, ...args] = script?.split(' && ')[0]?.split(' ') ?? [];
  if (command !== 'oxlint') throw new Error(`Cannot lint ${dir}: its lint script does not begin with oxlint`);
  return args;
};

/** Lints a package that holds `files` and nothing else, as its own lint script would, configured as the repository is. */
export const lintPackage = (dir: string, files: Readonly<Record<string, string>>): LintResult => {
  using tree = fixtureTree(['.oxlintrc.json', `${dir}/package.json`]);
  for (const [file, text] of Object.entries(files)) tree.write(`${dir}/${file}`, text);
  const { status, stdout } = spawnSync('oxlint', [...lintArguments(dir), '--format=json'], {
    cwd: join(tree.root, dir),
    encoding: 'utf8',
  });
  const { diagnostics } = JSON.parse(stdout) as { readonly diagnostics: readonly Diagnostic[] };
  const lines = (file: string): readonly string[] =>
    diagnostics
      .filter(({ filename }) => filename === file)
      .map(({ code, message, help = '' }) => `${code}: ${message} ${help}`);
  return { exitCode: status, messages: new Map(Object.keys(files).map((file) => [file, lines(file)])) };
};
