import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, type Installation, type InstalledManifest } from './install.ts';
import { nodes } from './nodes.ts';

const programsDir = join(import.meta.dirname, '../programs');
const published = ['@stack/address', '@stack/app', '@stack/session', '@stack/testing', '@stack/transport'];

let installation: Installation;
beforeAll(() => {
  installation = install();
});
afterAll(() => installation[Symbol.dispose]());

const strings = (value: unknown): readonly string[] =>
  typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(strings);

const targets = ({ exports, imports }: InstalledManifest): readonly string[] => [exports, imports].flatMap(strings);

const manifestOf = (name: string): InstalledManifest => {
  const manifest = installation.manifests.find((installed) => installed.name === name);
  if (manifest === undefined) throw new Error(`Cannot find ${name} among what was installed`);
  return manifest;
};

const entries = ({ name, exports }: InstalledManifest): readonly string[] =>
  Object.keys(exports)
    .filter((path) => !path.endsWith('.json'))
    .map((path) => `${name}${path.slice(1)}`);

describe('the tarballs', () => {
  test('are those of every published package', () => {
    expect(installation.manifests.map(({ name }) => name)).toEqual(published);
  });

  test.for(published)('%s holds the files it names, its documents and nothing else', (name) => {
    const { files } = manifestOf(name);
    const found = readdirSync(join(installation.dir, 'node_modules', name));
    // There is no changelog before the first release.
    const expected = ['LICENSE', 'README.md', 'package.json', ...files.filter((file) => file !== 'CHANGELOG.md')];
    expect(found.filter((file) => file !== 'CHANGELOG.md')).toEqual(expected.toSorted());
  });

  test.for(published)('%s maps its exports and imports to what was built, under names that node knows', (name) => {
    const manifest = manifestOf(name);
    const dir = join(installation.dir, 'node_modules', name);
    expect(targets(manifest)).not.toEqual([]);
    expect(targets(manifest).filter((target) => !existsSync(join(dir, target)))).toEqual([]);
    expect(targets(manifest).filter((target) => !/^\.\/dist\/|\.json$/.test(target))).toEqual([]);
    expect(JSON.stringify([manifest.exports, manifest.imports])).not.toContain('@stack/source');
  });

  test('depend on versions, not on a workspace', () => {
    const versions = installation.manifests.flatMap(({ dependencies = {} }) => Object.values(dependencies));
    expect(versions).not.toEqual([]);
    for (const version of versions) expect(version).toMatch(/^\^\d+\.\d+\.\d+/);
  });
});

describe.for(nodes())('under node $version', ({ path }) => {
  test.for(readdirSync(programsDir))('%s does what it says', (program) => {
    copyFileSync(join(programsDir, program), join(installation.dir, program));
    const { status, stdout, stderr } = spawnSync(path, [program], {
      cwd: installation.dir,
      encoding: 'utf8',
      timeout: 10_000,
      killSignal: 'SIGKILL',
    });
    expect({ status, output: `${stdout}${stderr}` }).toEqual({ status: 0, output: '' });
  });
});

describe('the types', () => {
  const typecheck = (specifiers: readonly string[], compilerOptions: object): string => {
    const lines = specifiers.map((specifier, n) => `export * as entry${n} from '${specifier}';\n`);
    writeFileSync(join(installation.dir, 'entries.ts'), lines.join(''));
    const strict = { strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: false };
    const options = { ...strict, target: 'es2024', module: 'nodenext', ...compilerOptions };
    const config = { compilerOptions: options, files: ['entries.ts'] };
    writeFileSync(join(installation.dir, 'tsconfig.json'), JSON.stringify(config));
    return spawnSync('tsc', ['-p', '.'], { cwd: installation.dir, encoding: 'utf8' }).stdout;
  };
  const all = (): readonly string[] => installation.manifests.flatMap(entries);

  test('hold for a program on node', () => {
    const typeRoots = [join(import.meta.dirname, '../node_modules/@types')];
    const lib = ['es2024', 'esnext.disposable'];
    expect(typecheck(all(), { lib, types: ['node'], typeRoots })).toBe('');
  });

  test('hold for a program in a browser, which has no types of node', () => {
    const onNode = ['@stack/session/main', '@stack/transport/node'];
    const everywhere = all().filter((specifier) => !onNode.includes(specifier));
    expect(everywhere).toHaveLength(all().length - onNode.length);
    expect(typecheck(everywhere, { lib: ['es2024', 'dom', 'esnext.disposable'], types: [] })).toBe('');
  });
});
