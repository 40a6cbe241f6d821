import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unixPath } from '@stack/address';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OtherProcess } from '../other-process.test-fixture.ts';
import { failure } from '../scripted-driver.test-fixture.ts';
import { system } from '../system.ts';
import { lookAt } from './look-at.ts';
import { findStale, replaceStale } from './stale-path.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stack-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Leaves a dead socket file at the path: a second name of one whose listener is closed. */
const abandon = async (path: string): Promise<void> => {
  const listener = await system.listen(`unix:${path}.listened`);
  linkSync(`${path}.listened`, path);
  await listener.close();
};

const stale = async (path: string) => {
  const found = await findStale(path);
  if (found === undefined) throw new Error('nothing was left behind');
  return found;
};

const takeOverStale = true;
const soon = 0n;

describe('findStale()', () => {
  test('finds a socket that nobody listens on', async () => {
    const path = join(folder, 'stale');
    await abandon(path);
    expect((await stale(path)).ino).toBe(lstatSync(path, { bigint: true }).ino);
  });

  test('finds nothing in one that somebody listens on', async () => {
    const path = join(folder, 'live');
    await using listener = await system.listen(`unix:${path}`);
    expect(await findStale(path)).toBeUndefined();
    expect(listener.addresses).toEqual([unixPath(path)]);
  });

  test('T54 finds nothing in a file, a directory, a link, or what another user left', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'precious');
    const target = join(folder, 'target');
    await abandon(target);
    const link = join(folder, 'link');
    symlinkSync(target, link);
    for (const path of [file, folder, link, join(folder, 'none'), '/proc/1/no/such']) {
      expect(await findStale(path), path).toBeUndefined();
    }
    const { geteuid } = process;
    process.geteuid = () => 4_294_967_000;
    try {
      expect(await findStale(target)).toBeUndefined();
    } finally {
      if (geteuid !== undefined) process.geteuid = geteuid;
    }
  });
});

describe('replaceStale()', () => {
  test('puts another file in its place', async () => {
    const path = join(folder, 'replaced');
    await abandon(path);
    const successor = join(folder, 'successor');
    writeFileSync(successor, 'new');
    expect(replaceStale(path, await stale(path), successor, soon)).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(existsSync(successor)).toBe(false);
  });

  test('leaves one that came in the meantime, even under the same number', async () => {
    const path = join(folder, 'same');
    const successor = join(folder, 'other');
    writeFileSync(successor, 'new');
    await abandon(path);
    const before = await stale(path);
    rmSync(path);
    await abandon(path);
    expect(replaceStale(path, before, successor, soon)).toBe(false);
    expect(lstatSync(path).isSocket()).toBe(true);
    rmSync(path);
    expect(replaceStale(path, before, successor, soon)).toBe(false);
    expect(existsSync(path)).toBe(false);
  });

  test('does nothing while another process is at it; what a killed one left makes room for the next', async () => {
    const path = join(folder, 'locked');
    const lock = join(folder, '.locked.lock');
    await abandon(path);
    mkdirSync(lock);
    const open = () => system.listen(`unix:${path}`, { takeOverStale });
    expect(await failure(open())).toMatchObject({ code: 'EADDRINUSE' });
    expect(lstatSync(lock).isDirectory()).toBe(true);
    const longAgo = new Date(lstatSync(lock).mtimeMs - 11_000);
    utimesSync(lock, longAgo, longAgo);
    expect(await failure(open())).toMatchObject({ code: 'EADDRINUSE' });
    expect(existsSync(lock)).toBe(false);
    await using listener = await open();
    expect(listener.addresses).toEqual([unixPath(path)]);
    expect(existsSync(lock)).toBe(false);
  });

  test('a lock that cannot be made is no lock', async () => {
    const path = join(folder, 'lockless');
    await abandon(path);
    const found = await stale(path);
    expect(() => replaceStale(join(folder, 'none/x'), found, path, soon)).toThrow(
      expect.objectContaining({ code: 'ENOENT' }) as Error,
    );
  });
});

describe('takeOverStale', () => {
  test('T54 replaces what a process that was killed left behind, and only if it was asked to', async () => {
    const path = join(folder, 'killed');
    const server = new OtherProcess();
    expect(await server.ask('listen', `unix:${path}`)).toMatchObject({ ok: true });
    await server.signal('SIGKILL');
    expect(lookAt(path)?.isSocket()).toBe(true);
    expect(await failure(system.listen(`unix:${path}`))).toMatchObject({ code: 'EADDRINUSE' });
    const listener = await system.listen(`unix:${path}`, { takeOverStale });
    const client = await system.connect(`unix:${path}`);
    expect(await listener.accept()).not.toBeNull();
    client.abort();
    await listener.close();
    expect(existsSync(path)).toBe(false);
  });

  test('T54 of two processes that take over at once one wins, the other is told, and the winner lives: 50 rounds', async () => {
    const area = mkdtempSync(join(folder, 'race-'));
    await using one = new OtherProcess();
    await using other = new OtherProcess();
    const wins = new Map<number, number>();
    for (let round = 0; round < 50; round += 1) {
      const path = join(area, `${round}`);
      await abandon(path);
      const answers = await Promise.all([one, other].map((it) => it.ask('listen', `unix:${path}`, { takeOverStale })));
      expect(answers.map(({ value }) => value).toSorted(), answers.map(({ message }) => message).join('\n')).toEqual([
        'EADDRINUSE',
        `unix:${path}`,
      ]);
      const [winner, loser] = answers[0]?.ok === true ? [one, other] : [other, one];
      expect(await loser.ask('connect', `unix:${path}`)).toMatchObject({ value: String(winner.pid) });
      wins.set(winner.pid, (wins.get(winner.pid) ?? 0) + 1);
      expect(await winner.ask('close')).toMatchObject({ ok: true });
      expect(readdirSync(area)).toEqual([]);
    }
    expect([...wins.values()].reduce((sum, count) => sum + count, 0)).toBe(50);
  }, 60_000);
});
