import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Member } from '../workspace.ts';
import { clearReports, nightlyScript, tallyReports, testScript } from './reports.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'reports-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const member = (name: string, script = 'test'): Member => ({
  name: `@stack/${name}`,
  dir: `packages/${name}`,
  isPrivate: false,
  scripts: { [script]: 'vitest run' },
  exports: {},
});

const write = ({ dir }: Member, numPassedTests: number, numFailedTests = 0): void => {
  mkdirSync(join(root, dir, 'reports'), { recursive: true });
  const report = { numPassedTests, numFailedTests, numPendingTests: 0, numTodoTests: 0, testResults: [] };
  writeFileSync(join(root, dir, 'reports/vitest.json'), JSON.stringify({ ...report, success: numFailedTests === 0 }));
};

test('tallyReports() adds up every package that has the script', () => {
  const [a, b, c] = [member('a'), member('b'), member('c', 'lint')];
  write(a, 3);
  write(b, 4, 2);
  expect(tallyReports(root, [a, b, c], testScript)).toEqual({
    counts: { passed: 7, failed: 2, skipped: 0 },
    faults: ['@stack/b: 2 failed'],
  });
});

test('tallyReports() counts a package without a report, or with half a one, as a failed test', () => {
  const [a, b, c] = [member('a'), member('b'), member('c')];
  write(a, 3);
  mkdirSync(join(root, c.dir, 'reports'), { recursive: true });
  writeFileSync(join(root, c.dir, 'reports/vitest.json'), '{"numPassedTests": 3,');
  expect(tallyReports(root, [a, b, c], testScript)).toEqual({
    counts: { passed: 3, failed: 2, skipped: 0 },
    faults: [
      '@stack/b: its test script left no readable reports/vitest.json',
      '@stack/c: its test script left no readable reports/vitest.json',
    ],
  });
});

test('tallyReports() fails a run in which no test ran', () => {
  const a = member('a');
  write(a, 0);
  expect(tallyReports(root, [a], testScript).faults).toEqual(['no test ran at all']);
  expect(tallyReports(root, [a], nightlyScript).faults).toEqual(['no test ran at all']);
});

test('clearReports() removes what an earlier run left, and only that', () => {
  const [a, b] = [member('a'), member('b')];
  write(a, 1);
  writeFileSync(join(root, a.dir, 'reports/nightly.json'), '{}');
  clearReports(root, [a, b], testScript);
  expect(existsSync(join(root, a.dir, 'reports/vitest.json'))).toBe(false);
  expect(existsSync(join(root, a.dir, 'reports/nightly.json'))).toBe(true);
});
