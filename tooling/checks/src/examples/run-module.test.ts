import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { runModule } from './run-module.ts';

const dir = mkdtempSync(join(tmpdir(), 'run-module-'));
afterAll(() => rmSync(dir, { recursive: true }));

let n = 0;
const run = (code: string, limitMs = 10_000): Promise<string | undefined> => {
  n += 1;
  const path = join(dir, `module-${n}.ts`);
  writeFileSync(path, code);
  return runModule(path, { limitMs, cacheDir: join(dir, 'cache') });
};

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

describe.concurrent('runModule()', () => {
  test('passes a module that ends', async () => {
    expect(await run('const n: number = await Promise.resolve(1); if (n !== 1) throw n;')).toBeUndefined();
  });

  test('tells what an assertion says, and where', async () => {
    const failure = await run("import assert from 'node:assert/strict';\n\nassert.equal(1 + 1, 3);\n");
    expect(failure).toMatch(/module-\d+\.ts:3:8\b/);
    expect(failure).toContain('2 !== 3');
    expect(failure).toContain('It ended with 1.');
  });

  test('fails a module that waits for what never comes', async () => {
    expect(await run('await new Promise(() => {});')).toContain('It ended with 13.');
  });

  test('fails a module that nobody caught a rejection of', async () => {
    expect(await run('void Promise.reject(new Error("forgotten"));')).toContain('forgotten');
  });

  test('kills a module that leaves something open, and what it started, and keeps what it wrote', async () => {
    const code = `
      import { spawn } from 'node:child_process';
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      console.log('child', child.pid);`;
    const failure = (await run(code, 2000)) ?? '';
    expect(failure).toContain('It did not end within 2000 ms');
    const pid = Number(failure.match(/child (\d+)/)?.[1]);
    // The kernel takes it down in its own time; the test's limit bounds the wait.
    while (isAlive(pid)) await delay(10);
  });

  test('runs in an empty folder that is gone afterwards', async () => {
    const folder = join(dir, 'cwd.txt');
    const code = `
      import { readdirSync, writeFileSync } from 'node:fs';
      if (readdirSync('.').length > 0) throw new Error('not empty');
      writeFileSync('left', '');
      writeFileSync('${folder}', process.cwd());`;
    expect(await run(code)).toBeUndefined();
    expect(existsSync(readFileSync(folder, 'utf8'))).toBe(false);
  });
});
