import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const packagesDir = join(import.meta.dirname, '../../../packages');

/** The manifest of an installed package. */
export interface InstalledManifest {
  readonly name: string;
  readonly files: readonly string[];
  readonly exports: Readonly<Record<string, unknown>>;
  readonly imports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** A folder of its own into which the tarballs are installed; disposing of it removes it. */
export interface Installation extends Disposable {
  readonly dir: string;
  readonly manifests: readonly InstalledManifest[];
}

const run = (dir: string, command: string, ...args: readonly string[]): void => {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: dir, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ended with ${status ?? error}\n${stdout}${stderr}`);
};

/**
 * Installs every tarball as a stranger would, with npm and nothing else to fetch: they depend on one another only, and on
 * versions that these tarballs have.
 */
export const install = (): Installation => {
  const dir = mkdtempSync(join(tmpdir(), 'packed-'));
  const tarballs = readdirSync(packagesDir).map((name) => join(packagesDir, name, 'pack/package.tgz'));
  writeFileSync(join(dir, 'package.json'), '{ "private": true, "type": "module" }');
  run(dir, 'npm', 'install', '--offline', '--no-audit', '--no-fund', `--cache=${join(dir, '.npm')}`, ...tarballs);

  const scope = join(dir, 'node_modules/@stack');
  const manifest = (name: string): InstalledManifest =>
    JSON.parse(readFileSync(join(scope, name, 'package.json'), 'utf8')) as InstalledManifest;
  return {
    dir,
    manifests: readdirSync(scope).map(manifest),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true }),
  };
};
