import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listMembers, listPublished, repositoryDir } from './workspace.ts';

test('listMembers() looks where pnpm-workspace.yaml says', () => {
  const text = readFileSync(join(repositoryDir, 'pnpm-workspace.yaml'), 'utf8');
  const listed = text.match(/^packages:\n((?: {2}- .*\n)+)/)?.[1];
  expect(listed).toBe('  - packages/*\n  - apps/*\n  - tooling/*\n');
});

test('listMembers() finds this package with its scripts', () => {
  expect(listMembers()).toContainEqual(
    expect.objectContaining({
      name: '@stack/checks',
      dir: 'tooling/checks',
      isPrivate: true,
      scripts: expect.objectContaining({ test: 'vitest run' }),
    }),
  );
});

test('listPublished() lists the layers and the suites, and nothing private', () => {
  expect(listPublished().map(({ name }) => name)).toEqual([
    '@stack/address',
    '@stack/app',
    '@stack/session',
    '@stack/testing',
    '@stack/transport',
  ]);
});
