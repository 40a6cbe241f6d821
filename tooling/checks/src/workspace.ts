import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the repository. */
export const repositoryDir: string = join(import.meta.dirname, '../../..');

/** One package of the workspace. */
export interface Member {
  readonly name: string;
  /** Relative to the repository: `packages/address`. */
  readonly dir: string;
  readonly isPrivate: boolean;
  readonly scripts: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
}

// As in pnpm-workspace.yaml.
const groups = ['packages', 'apps', 'tooling'];

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly scripts?: Record<string, string>;
  readonly exports?: Record<string, unknown>;
}

const readMember = (root: string, dir: string): Member => {
  const manifest = JSON.parse(readFileSync(join(root, dir, 'package.json'), 'utf8')) as Manifest;
  return {
    name: manifest.name,
    dir,
    isPrivate: manifest.private ?? false,
    scripts: manifest.scripts ?? {},
    exports: manifest.exports ?? {},
  };
};

/** Every package of the workspace, in a fixed order. */
export const listMembers = (root: string = repositoryDir): readonly Member[] =>
  groups
    .filter((group) => existsSync(join(root, group)))
    .flatMap((group) =>
      readdirSync(join(root, group))
        .toSorted()
        .map((folder) => `${group}/${folder}`),
    )
    .filter((dir) => existsSync(join(root, dir, 'package.json')))
    .map((dir) => readMember(root, dir));

/** The packages that are published. */
export const listPublished = (root: string = repositoryDir): readonly Member[] =>
  listMembers(root).filter(({ isPrivate }) => !isPrivate);
