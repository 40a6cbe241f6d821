import { mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Example } from './read-examples.ts';

/** An example, written out as a module of its own. */
export interface ExampleModule {
  readonly example: Example;
  readonly path: string;
}

/** A folder of modules; disposing of it removes it. */
export interface ExampleModules extends Disposable {
  readonly dir: string;
  readonly modules: readonly ExampleModule[];
  /** Names the original files in a tool's output, with their lines. */
  translate(output: string): string;
}

// Blank lines above the code make line n of the module line n of the file it comes from.
const moduleText = ({ line, code }: Example): string => `${'\n'.repeat(line - 1)}${code}\n`;

// No name is a part of another, so that each can be found in a tool's output.
const fileName = ({ file }: Example, n: number): string => `example-${n}--${file.replaceAll(/[^\w.]+/g, '-')}.ts`;

const inOutput = ({ path }: ExampleModule): RegExp => {
  const [folder, name] = [dirname(path), basename(path)].map((part) => RegExp.escape(part));
  return new RegExp(`(?:(?:file://)?${folder}/)?${name}`, 'g');
};

const remove = (dir: string): void => {
  rmSync(dir, { recursive: true, force: true });
  const inside = dirname(dir);
  if (readdirSync(inside).length === 0) rmdirSync(inside);
};

/** Writes each example as a module, below `inside`, which must be where the packages that they import can be found. */
export const writeModules = (inside: string, examples: readonly Example[]): ExampleModules => {
  mkdirSync(inside, { recursive: true });
  const dir = mkdtempSync(join(inside, 'run-'));
  const modules = examples.map((example, n) => ({ example, path: join(dir, fileName(example, n)) }));
  for (const { example, path } of modules) writeFileSync(path, moduleText(example));
  return {
    dir,
    modules,
    translate: (output) =>
      modules.reduce((text, module) => text.replaceAll(inOutput(module), module.example.file), output),
    [Symbol.dispose]: () => remove(dir),
  };
};
