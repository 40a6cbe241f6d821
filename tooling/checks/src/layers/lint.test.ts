import { describe, expect, test } from 'vitest';
import { listMembers } from '../workspace.ts';
import { lintPackage } from './lint-package.ts';

const upward = 'Layers point down only';
const byPath = 'Reach a package through its name, never by path.';
const noNode = 'The main entry of a layer holds no node: import';
const noSocket = 'Only @stack/transport opens sockets.';
const noCodec = 'A codec imports nothing';
const ownTime = 'Time comes from a Clock';
const ownName = 'Inside a package, imports are relative.';
const noFramework = 'The suites are data';
const browser = 'runs in a browser too';
const focused = 'no-focused-tests';
const disabled = 'no-disabled-tests';

const socketsByName = "export const a: unknown = process.getBuiltinModule('net');\n";
const typesOf = (specifier: string): string => `import type { A } from '${specifier}';\nexport type B = A;\n`;
const later = (specifier: string): string => `export const a: unknown = await import('${specifier}');\n`;
const from = (...specifiers: readonly string[]): string =>
  specifiers.map((specifier) => `export * from '${specifier}';\n`).join('');

/** A file, its text, and what the linter is to say of it; by package. */
type Cases = Readonly<Record<string, readonly (readonly [file: string, text: string, message: string])[]>>;

const refused: Cases = {
  'packages/address': [
    ['src/up.ts', from('@stack/transport'), upward],
    ['src/deep/up.ts', from('@stack/transport/memory'), upward],
    ['src/up.test.ts', from('@stack/session'), upward],
    ['src/sideways.ts', from('@stack/testing'), upward],
    ['src/sideways.test.ts', from('@stack/testing'), upward],
    ['src/path.ts', from('../../transport/src/index.ts'), byPath],
    ['src/node.ts', from('node:path'), noNode],
    ['src/timer.ts', 'setTimeout(() => {}, 1);\n', ownTime],
    ['src/only.test.ts', "import { test } from 'vitest';\ntest.only('a', () => {});\n", focused],
    ['src/skip.test.ts', "import { test } from 'vitest';\ntest.skip('a', () => {});\n", disabled],
  ],
  'packages/transport': [
    ['src/up.ts', from('@stack/session'), upward],
    ['src/up-type.ts', typesOf('@stack/session'), upward],
    ['src/up-later.ts', later('@stack/app'), upward],
    ['src/up.test.ts', from('@stack/app'), upward],
    ['src/up.test-fixture.ts', from('@stack/app'), upward],
    ['src/up.nightly.ts', from('@stack/app'), upward],
    ['src/node/up.ts', from('@stack/session/main'), upward],
    ['src/node/sideways.ts', from('@stack/testing'), upward],
    ['src/self.ts', from('@stack/transport'), ownName],
    ['src/net.ts', from('node:net'), noNode],
    ['src/net-unprefixed.ts', from('net'), noNode],
    ['src/net-type.ts', typesOf('node:net'), noNode],
    ['src/net-later.ts', later('node:net'), noNode],
    ['src/net-by-name.ts', socketsByName, browser],
  ],
  'packages/session': [
    ['src/up.ts', from('@stack/app'), upward],
    ['src/main/up.ts', from('@stack/app'), upward],
    ['src/main/up.test.ts', from('@stack/app'), upward],
    ['src/sideways.test.ts', from('@stack/testing'), upward],
    ['src/path.ts', from('../../transport/src/index.ts'), byPath],
    ['src/path-deep.ts', from('../../transport/src/core/deep/queue.ts'), byPath],
    ['src/deep/path.test.ts', from('../../../transport/src/index.ts'), byPath],
    ['src/index.ts', from('node:events'), noNode],
    ['src/main/net.ts', from('node:net'), noSocket],
    ['src/main/net-unprefixed.ts', from('tls'), noSocket],
    ['src/main/dns.ts', from('node:dns/promises'), noSocket],
    ['src/date.ts', 'export const a: number = Date.now();\n', ownTime],
    ['src/buffer.ts', "export const a: unknown = Buffer.from('a');\n", browser],
  ],
  'packages/app': [
    ['src/sideways.ts', from('@stack/testing'), upward],
    ['src/sideways.test.ts', from('@stack/testing'), upward],
    ['src/inside.ts', from('@stack/session/src/index.ts'), byPath],
    ['src/built.ts', from('@stack/session/dist/index.js'), byPath],
    ['src/echo/protocol.ts', from('node:net'), noNode],
    ['src/echo/later.ts', later('node:dgram'), noNode],
    ['src/echo/by-name.ts', socketsByName, browser],
    ['src/package.ts', from('pino'), noNode],
    ['src/timer.ts', 'setInterval(() => {}, 1);\n', ownTime],
    ['src/codec/package.ts', from('@stack/address'), noCodec],
    ['src/codec/protocol.ts', from('../protocol.ts'), noCodec],
    ['src/codec/deep/protocol.ts', from('../../protocol.ts'), noCodec],
  ],
  'packages/testing': [
    ['src/framework.ts', from('vitest'), noFramework],
    ['src/node-test.ts', from('node:test'), noFramework],
    ['src/net.ts', from('node:net'), noSocket],
    ['src/path.ts', from('../../transport/src/index.ts'), byPath],
  ],
  'apps/echo-server': [
    ['src/net.ts', from('node:tls'), noSocket],
    ['src/path.ts', from('../../../packages/app/src/index.ts'), byPath],
    ['src/path.test.ts', from('../../../packages/app/src/index.ts'), byPath],
  ],
};

describe.for(Object.entries(refused))('the linter refuses in %s', ([dir, cases]) => {
  const files = Object.fromEntries(cases.map(([file, text]) => [file, text]));
  const { exitCode, messages } = lintPackage(dir, files);

  test.for(cases)('%s: %j', ([file, , message]) => {
    expect(exitCode).toBe(1);
    expect(messages.get(file)).toEqual([expect.stringContaining(message)]);
  });
});

test.for([
  [
    'packages/transport',
    {
      'src/down.ts': from('@stack/address', '#backend', './own.ts'),
      'src/node/net.ts': from('@stack/address', 'node:net', 'node:dgram') + socketsByName,
      'src/net.test.ts': from('node:net', '@stack/address'),
      'src/net.test-fixture.ts': from('node:net'),
      'src/net.nightly.ts': from('node:net'),
    },
  ],
  [
    'packages/session',
    {
      'src/down.ts': from('@stack/transport', '@stack/transport/memory', '@stack/address'),
      'src/main/process.ts': from('node:process', '@stack/transport') + socketsByName,
      'src/needs.test.ts': "import { test } from 'vitest';\ntest.skipIf(true)('a (needs python3)', () => {});\n",
      'src/clock.test.ts': `${from('node:events', '@stack/session')}setTimeout(() => {}, 1);\n`,
    },
  ],
  [
    'packages/app',
    {
      'src/down.ts': from('@stack/session', '@stack/transport', '@stack/address', './transport/own.ts'),
      'src/codec/lines.ts': from('./codec.ts'),
      'src/codec/deep/lines.ts': from('../codec.ts'),
      'src/codec/lines.test.ts': from('node:fs', '../protocol.ts'),
    },
  ],
  ['packages/testing', { 'src/suite.ts': from('@stack/transport'), 'src/suite.test.ts': from('vitest') }],
  ['apps/echo-server', { 'src/main.ts': from('@stack/app', 'node:fs'), 'src/main.test.ts': from('node:net') }],
] as const)('the linter lets pass what points down in %s', ([dir, files]) => {
  const { exitCode, messages } = lintPackage(dir, files);
  expect([...messages.values()].flat()).toEqual([]);
  expect(exitCode).toBe(0);
});

test('every package with code lints itself with the configuration of the repository', () => {
  const scripts = listMembers()
    .filter(({ scripts: { typecheck } }) => typecheck !== undefined)
    .map(({ scripts: { lint } }) => lint);
  expect(scripts.length).toBeGreaterThan(5);
  expect(new Set(scripts)).toEqual(new Set(['oxlint -c ../../.oxlintrc.json --deny-warnings . && oxfmt --check .']));
});
