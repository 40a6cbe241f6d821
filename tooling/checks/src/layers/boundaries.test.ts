import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listMembers, repositoryDir } from '../workspace.ts';
import { fixtureTree, type FixtureTree } from './fixture-tree.ts';

// The manifests of the whole workspace and not one source file: turbo needs nothing else, and takes 0.1 s.
const workspace = (): FixtureTree =>
  fixtureTree([
    'package.json',
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    'turbo.json',
    ...listMembers().flatMap(({ dir }) => [`${dir}/package.json`, `${dir}/turbo.json`]),
  ]);

const boundaries = ({ root }: FixtureTree): { readonly exitCode: number | null; readonly output: string } => {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync('turbo', ['boundaries'], { cwd: root, env, encoding: 'utf8' });
  return { exitCode: status, output: `${stdout}${stderr}` };
};

describe.concurrent('turbo boundaries', () => {
  test('passes what points down', () => {
    using tree = workspace();
    tree.write('packages/session/src/a.ts', "export * from '@stack/transport';\nexport * from '@stack/address';\n");
    expect(boundaries(tree)).toEqual({ exitCode: 0, output: expect.stringContaining('no issues found') });
  });

  test.for([
    ['packages/transport/src/a.ts', "export * from '@stack/session';\n", 'cannot import package `@stack/session`'],
    ['packages/address/src/a.ts', "export * from '@stack/testing';\n", 'cannot import package `@stack/testing`'],
    ['packages/app/src/a.ts', "export const a = await import('pino');\n", 'cannot import package `pino`'],
    ['packages/app/src/a.ts', "export * from '../../session/src/index.ts';\n", 'leaves the package'],
    ['apps/echo-client/src/a.ts', "export * from '@stack/session';\n", 'cannot import package `@stack/session`'],
  ])('refuses in %s: %j', ([file, text, message]) => {
    using tree = workspace();
    tree.write(file ?? '', text ?? '');
    expect(boundaries(tree)).toEqual({ exitCode: 1, output: expect.stringContaining(message ?? '') });
  });

  // A dependency that is declared is no longer undeclared: the tags are what stops it.
  test.for([
    ['address', 'transport'],
    ['transport', 'session'],
    ['session', 'app'],
    ['app', 'testing'],
    ['address', 'interop'],
  ])('refuses %s to depend on %s', ([from, to]) => {
    using tree = workspace();
    const file = `packages/${from}/package.json`;
    const manifest = JSON.parse(readFileSync(join(repositoryDir, file), 'utf8')) as { devDependencies: object };
    const devDependencies = { ...manifest.devDependencies, [`@stack/${to}`]: 'workspace:*' };
    tree.write(file, JSON.stringify({ ...manifest, devDependencies }));
    const { exitCode, output } = boundaries(tree);
    expect(exitCode).toBe(1);
    expect(output.replaceAll(/\s+\|?\s*/g, ' ')).toContain(
      `\`@stack/${to}\` found without any tag listed in allowlist`,
    );
  });
});
