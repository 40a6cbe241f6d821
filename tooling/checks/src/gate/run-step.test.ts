import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testScript } from './reports.ts';
import { runStep } from './run-step.ts';
import type { Step } from './steps.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gate-'));
  mkdirSync(join(root, 'packages/a/reports'), { recursive: true });
  writeFileSync(join(root, 'packages/a/package.json'), '{"name": "@stack/a", "scripts": {"test": "vitest run"}}');
});
afterEach(() => rmSync(root, { recursive: true }));

const script = (code: string): Step => ({ name: 'step', command: process.execPath, args: ['-e', code] });

const report = (numPassedTests: number, numFailedTests: number): string =>
  JSON.stringify({
    numPassedTests,
    numFailedTests,
    numPendingTests: 0,
    numTodoTests: 0,
    success: true,
    testResults: [],
  });

const writing = (file: string, text: string): string =>
  `fs.mkdirSync(path.dirname('${file}'), { recursive: true }); fs.writeFileSync('${file}', ${JSON.stringify(text)});`;

test('runStep() passes a command that ends with 0, run in the repository and without telemetry', async () => {
  const code = `process.exit(process.cwd() === fs.realpathSync('${root}') && process.env.DO_NOT_TRACK === '1' ? 0 : 1)`;
  expect(await runStep(root, script(code))).toMatchObject({ name: 'step', faults: [] });
});

test('runStep() fails a command that ends otherwise, is killed, or is not there', async () => {
  const faults = async (step: Step): Promise<unknown> => (await runStep(root, step)).faults;
  expect(await faults(script('process.exit(3)'))).toEqual([`${process.execPath} ended with 3`]);
  expect(await faults(script('process.kill(process.pid, "SIGKILL")'))).toEqual([
    `${process.execPath} ended with SIGKILL`,
  ]);
  const [fault] = (await runStep(root, { name: 'step', command: './not-there', args: [] })).faults;
  expect(fault).toMatch(/^\.\/not-there did not start: .*ENOENT/);
});

test('runStep() names the tasks that turbo says have failed, of this run only', async () => {
  const summary = (taskId: string): string =>
    JSON.stringify({
      tasks: [
        { taskId, execution: { exitCode: 1 } },
        { taskId: 'b#lint', execution: { exitCode: 0 } },
      ],
    });
  mkdirSync(join(root, '.turbo/runs'), { recursive: true });
  writeFileSync(join(root, '.turbo/runs/old.json'), summary('old#lint'));
  const code = `${writing('.turbo/runs/new.json', summary('a#lint'))} process.exit(1)`;
  expect(await runStep(root, script(code))).toMatchObject({ faults: ['a#lint'] });
});

test('runStep() counts the reports that the command left, not those of an earlier run', async () => {
  const file = 'packages/a/reports/vitest.json';
  const counting = (code: string): Step => ({ ...script(code), counted: testScript });
  expect(await runStep(root, counting(writing(file, report(2, 0))))).toMatchObject({
    faults: [],
    counts: { passed: 2, failed: 0, skipped: 0 },
  });
  expect(await runStep(root, counting(''))).toMatchObject({
    faults: ['@stack/a: its test script left no readable reports/vitest.json'],
    counts: { passed: 0, failed: 1, skipped: 0 },
  });
});

test('runStep() fails where tests failed even when the command says that all is well', async () => {
  const code = writing('packages/a/reports/vitest.json', report(2, 1));
  expect(await runStep(root, { ...script(code), counted: testScript })).toMatchObject({
    faults: ['@stack/a: 1 failed'],
  });
});

test('runStep() names a failed task only where no report tells of it', async () => {
  const failed = (taskId: string): object => ({ taskId, execution: { exitCode: 1 } });
  const summary = JSON.stringify({ tasks: [failed('@stack/a#test'), failed('@stack/b#test')] });
  const code = `
    ${writing('.turbo/runs/new.json', summary)}
    ${writing('packages/a/reports/vitest.json', report(2, 1))}
    process.exit(1)`;
  expect(await runStep(root, { ...script(code), counted: testScript })).toMatchObject({
    faults: ['@stack/b#test', '@stack/a: 1 failed'],
  });
});
