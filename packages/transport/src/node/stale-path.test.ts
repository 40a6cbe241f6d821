import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unixPath } from '@stack/address';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failure } from '../scripted-driver.test-fixture.ts';
import { system } from '../system.ts';
import { takeOverStalePath } from './stale-path.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stack-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Leaves a socket file behind, as a process that is killed does. */
const abandon = (path: string): void => {
  const program = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', program]);
  if (!lstatSync(path).isSocket()) throw new Error('nothing was left behind');
};

describe('takeOverStalePath()', () => {
  test('removes what a killed process left behind, and only if it was asked to', async () => {
    const path = join(folder, 'stale');
    abandon(path);
    expect(await failure(system.listen(`unix:${path}`))).toMatchObject({ code: 'EADDRINUSE' });
    const listener = await system.listen(`unix:${path}`, { takeOverStale: true });
    const client = await system.connect(`unix:${path}`);
    expect(await listener.accept()).not.toBeNull();
    client.abort();
    await listener.close();
    expect(existsSync(path)).toBe(false);
  });

  test('leaves a socket that somebody listens on', async () => {
    const path = join(folder, 'live');
    await using listener = await system.listen(`unix:${path}`);
    expect(await failure(system.listen(`unix:${path}`, { takeOverStale: true }))).toMatchObject({ code: 'EADDRINUSE' });
    const client = await system.connect(`unix:${path}`);
    client.abort();
    expect(listener.addresses).toEqual([unixPath(path)]);
  });

  test('leaves a file as it was', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'precious');
    await takeOverStalePath(unixPath(path));
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  test('leaves a link as it was, and what it points to', async () => {
    const target = join(folder, 'target');
    const path = join(folder, 'link');
    abandon(target);
    symlinkSync(target, path);
    await takeOverStalePath(unixPath(path));
    expect([lstatSync(path).isSymbolicLink(), lstatSync(target).isSocket()]).toEqual([true, true]);
  });

  test('leaves what another user left behind', async () => {
    const path = join(folder, 'foreign');
    abandon(path);
    const { getuid } = process;
    process.getuid = () => 4_294_967_000;
    try {
      await takeOverStalePath(unixPath(path));
    } finally {
      if (getuid !== undefined) process.getuid = getuid;
    }
    expect(existsSync(path)).toBe(true);
  });

  test('leaves a socket that was replaced while it was probed, even under the same number', async () => {
    const path = join(folder, 'replaced');
    abandon(path);
    const taking = takeOverStalePath(unixPath(path));
    rmSync(path);
    abandon(path);
    await taking;
    expect(existsSync(path)).toBe(true);
  });

  test('has nothing to do where nothing is', async () => {
    await takeOverStalePath(unixPath(join(folder, 'none')));
    await takeOverStalePath(unixPath('/proc/1/no/such'));
  });
});
