import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { formatAddress, unixPath } from '@stack/address';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { OtherProcess } from '../other-process.test-fixture.ts';
import { failure } from '../scripted-driver.test-fixture.ts';
import { system } from '../system.ts';
import { lookAt } from './look-at.ts';

const top = mkdtempSync(join(tmpdir(), 'stack-'));
afterAll(() => rmSync(top, { recursive: true }));

/** A directory of its own for each test: what is in it afterwards was left behind. */
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(top, 't-'));
});

const at = (name = 'sock'): { path: string; endpoint: string } => {
  const path = join(folder, name);
  return { path, endpoint: `unix:${path}` };
};

const modeOf = (path: string): number => lstatSync(path).mode & 0o7777;
const descriptors = (): number => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);

/** Whether a listener that was opened at `endpoint` answers there. */
const answers = async (endpoint: string, listener: { accept: () => Promise<{ abort(): void } | null> }) => {
  const client = await system.connect(endpoint);
  const server = await listener.accept();
  client.abort();
  server?.abort();
  return server !== null;
};

describe('listening at a path', () => {
  test('T52 makes the file, removes it at close, and the path can be listened on again; nothing else is left', async () => {
    const { path, endpoint } = at();
    const before = descriptors();
    for (let turn = 0; turn < 3; turn += 1) {
      const listener = await system.listen(endpoint);
      expect(readdirSync(folder)).toEqual(['sock']);
      expect(lstatSync(path).nlink).toBe(1);
      expect(await answers(endpoint, listener)).toBe(true);
      await listener.close();
      await listener.close();
      expect(readdirSync(folder)).toEqual([]);
    }
    expect(descriptors()).toBeLessThanOrEqual(before);
  });

  test('T52 stop() removes the file when nobody comes any more', async () => {
    const { path, endpoint } = at();
    const listener = await system.listen(endpoint);
    const client = await system.connect(endpoint);
    listener.stop();
    const server = await listener.accept();
    expect(await listener.accept()).toBeNull();
    await listener.close();
    expect(existsSync(path)).toBe(false);
    client.abort();
    server?.abort();
  });

  test('T53 an existing path is in use, whoever listens there lives, and no private name is left', async () => {
    const { endpoint } = at();
    await using listener = await system.listen(endpoint);
    for (const takeOverStale of [false, true]) {
      expect(await failure(system.listen(endpoint, { takeOverStale }))).toMatchObject({
        code: 'EADDRINUSE',
        kind: 'address',
        message: `Cannot listen on ${endpoint}: address already in use`,
      });
      expect(readdirSync(folder)).toEqual(['sock']);
      expect(await answers(endpoint, listener)).toBe(true);
    }
  });

  test('T53 of many who listen on one path at once, one does', async () => {
    const { endpoint } = at();
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => system.listen(endpoint)));
    const opened = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    const codes = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [(outcome.reason as { code?: unknown }).code] : [],
    );
    expect(opened).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set(['EADDRINUSE']));
    await opened[0]?.value.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('T55 X6 every mode is in force, whatever the umask; without one, only the owner may connect', async () => {
    const { path, endpoint } = at();
    await using other = new OtherProcess();
    for (const umask of [0, 0o077]) {
      expect(await other.ask('umask', umask)).toMatchObject({ ok: true });
      for (const mode of [undefined, 0o600, 0o660, 0o666, 0o777, 0]) {
        expect(await other.ask('listen', endpoint, { mode })).toMatchObject({ ok: true });
        expect(modeOf(path)).toBe(mode ?? 0o600);
        expect(await other.ask('close')).toMatchObject({ ok: true });
      }
    }
  });

  test('T55 the file never has another mode, not at its first moment either: 50 starts, watched all the time', async () => {
    const { path, endpoint } = at();
    await using other = new OtherProcess();
    await other.ask('umask', 0);
    const seen = new Set<string>();
    for (let turn = 0; turn < 50; turn += 1) {
      const listening = other.ask('listen', endpoint);
      const endMs = performance.now() + 5_000;
      for (let looks = 0; looks < 500 && performance.now() < endMs;) {
        const found = lookAt(path);
        if (found === undefined) continue;
        looks += 1;
        seen.add((Number(found.mode) & 0o7777).toString(8));
      }
      expect(await listening).toMatchObject({ ok: true });
      expect(await other.ask('close')).toMatchObject({ ok: true });
    }
    expect([...seen]).toEqual(['600']);
  }, 30_000);

  test('a relative path is the same file when the working directory has changed', async () => {
    const { path } = at();
    const before = process.cwd();
    const listener = await system.listen(`unix:./${relative(before, path)}`);
    expect(listener.addresses.map(formatAddress)).toEqual([`unix:${path}`]);
    try {
      process.chdir('/');
      expect(await answers(`unix:${path}`, listener)).toBe(true);
      await listener.close();
    } finally {
      process.chdir(before);
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  test('every length that an address can have is listened on, up to 107 bytes', async () => {
    for (let bytes = 80; bytes <= 107; bytes += 1) {
      const { endpoint } = at('x'.repeat(bytes - folder.length - 1));
      const listener = await system.listen(endpoint);
      expect(await answers(endpoint, listener)).toBe(true);
      await listener.close();
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  test('both ends tell the public path, not the private name', async () => {
    const { path, endpoint } = at();
    await using listener = await system.listen(endpoint);
    const client = await system.connect(endpoint);
    const server = await listener.accept();
    expect([client.remote, server?.local]).toEqual([unixPath(path), unixPath(path)]);
    client.abort();
    server?.abort();
  });
});

describe('F13 what is at the path', () => {
  test.each<[string, (path: string) => void]>([
    ['a file', (path) => writeFileSync(path, 'precious')],
    ['a symbolic link', (path) => symlinkSync('/nonexistent', path)],
    ['a directory', (path) => mkdirSync(path)],
  ])('%s in the way is named and left alone', async (what, put) => {
    const { path, endpoint } = at();
    put(path);
    const before = lstatSync(path, { bigint: true });
    for (const takeOverStale of [false, true]) {
      expect(await failure(system.listen(endpoint, { takeOverStale }))).toMatchObject({
        code: 'EADDRINUSE',
        message: `Cannot listen on ${endpoint}: ${what} that is no socket is in the way; it was left as it is`,
      });
    }
    expect(lstatSync(path, { bigint: true })).toEqual(before);
    expect(readdirSync(folder)).toEqual(['sock']);
  });

  test('a link to a dead socket of ours is left alone, and so is the socket', async () => {
    const { path, endpoint } = at();
    const target = at('target');
    const listener = await system.listen(target.endpoint);
    linkSync(target.path, join(folder, 'dead'));
    await listener.close();
    symlinkSync(join(folder, 'dead'), path);
    expect(await failure(system.listen(endpoint, { takeOverStale: true }))).toMatchObject({ code: 'EADDRINUSE' });
    expect(readdirSync(folder).toSorted()).toEqual(['dead', 'sock']);
  });

  test('no directory, a file for one, and a loop of links read as themselves', async () => {
    expect(await failure(system.listen(`unix:${folder}/none/x`))).toMatchObject({
      code: 'ENOENT',
      kind: 'notFound',
      message: `Cannot listen on unix:${folder}/none/x: there is no directory ${folder}/none`,
    });
    writeFileSync(join(folder, 'file'), '');
    expect(await failure(system.listen(`unix:${folder}/file/x`))).toMatchObject({
      code: 'ENOTDIR',
      kind: 'notFound',
      message: `Cannot listen on unix:${folder}/file/x: ${folder}/file is no directory`,
    });
    const loop = join(folder, 'loop');
    symlinkSync(loop, loop);
    for (const takeOverStale of [false, true]) {
      const error = await failure(system.listen(`unix:${loop}/x`, { takeOverStale }));
      expect(error).toMatchObject({ name: 'TransportError', code: 'ELOOP', kind: 'notFound' });
    }
  });

  test('a relative path in a directory that is gone', async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      rmSync(folder, { recursive: true });
      expect(await failure(system.listen('unix:./x'))).toMatchObject({
        code: 'ENOENT',
        message: 'Cannot listen on unix:./x: the working directory is gone',
      });
    } finally {
      process.chdir(before);
    }
  });

  test('where nothing is private, it is unsupported and says so', async () => {
    const { endpoint } = at();
    const { geteuid } = process;
    process.geteuid = () => 4_294_967_000;
    try {
      expect(await failure(system.listen(endpoint))).toMatchObject({
        code: 'ERR_UNSUPPORTED',
        message: `Cannot listen on ${endpoint}: the directory made for it is not ours alone: the file system keeps no permissions, or somebody replaced it`,
      });
    } finally {
      if (geteuid !== undefined) process.geteuid = geteuid;
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a relative path that is too long once it is absolute is refused before any call', async () => {
    const name = `./${'x'.repeat(104)}`;
    expect(await failure(system.listen(`unix:${name}`))).toMatchObject({ code: 'ENAMETOOLONG', kind: 'limit' });
    expect(existsSync(name)).toBe(false);
  });
});

describe('F13 while it listens', () => {
  test('the file is deleted: closing is no failure', async () => {
    const { path, endpoint } = at();
    const listener = await system.listen(endpoint);
    rmSync(path);
    await listener.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('the directory is deleted: closing is no failure', async () => {
    mkdirSync(join(folder, 'sub'));
    const listener = await system.listen(`unix:${folder}/sub/x`);
    rmSync(join(folder, 'sub'), { recursive: true });
    await listener.close();
  });

  test('the file is replaced by another server: closing leaves that one alone', async () => {
    const { path, endpoint } = at();
    const first = await system.listen(endpoint);
    rmSync(path);
    await using second = await system.listen(endpoint);
    await first.close();
    expect(lstatSync(path).isSocket()).toBe(true);
    expect(await answers(endpoint, second)).toBe(true);
  });

  test('the file is replaced by another file, a link or a directory: closing leaves it alone', async () => {
    for (const put of [
      (path: string) => writeFileSync(path, 'precious'),
      (path: string) => symlinkSync(join(folder, 'moved'), path),
      (path: string) => mkdirSync(path),
    ]) {
      const { path, endpoint } = at();
      const listener = await system.listen(endpoint);
      renameSync(path, join(folder, 'moved'));
      put(path);
      const before = lstatSync(path, { bigint: true });
      await listener.close();
      expect(lstatSync(path, { bigint: true })).toEqual(before);
      expect(lstatSync(join(folder, 'moved')).isSocket()).toBe(true);
      rmSync(path, { recursive: true });
      rmSync(join(folder, 'moved'));
    }
  });

  test('a file that was given other permissions is still ours', async () => {
    const { path, endpoint } = at();
    const listener = await system.listen(endpoint);
    const second = join(folder, 'second');
    linkSync(path, second);
    rmSync(path);
    renameSync(second, path);
    await listener.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  test.runIf(process.platform === 'linux')('X7 what has the private name by then is not touched either', async () => {
    const { path, endpoint } = at();
    mkdirSync(join(folder, 'elsewhere'));
    writeFileSync(join(folder, 'elsewhere', 'sock'), 'precious');
    const listener = await system.listen(endpoint);
    const shown = readFileSync('/proc/net/unix', 'utf8').match(new RegExp(`${folder}/(\\.sock\\.\\w{6})/`));
    symlinkSync(join(folder, 'elsewhere'), join(folder, shown?.[1] ?? 'unseen'));
    await listener.close();
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual(['sock']);
  });
});

test('abstract names are exact, need no file, and are free again after close', async () => {
  const name = `stack-test-${process.pid}`;
  for (let turn = 0; turn < 2; turn += 1) {
    await using listener = await system.listen(`unix:@${name}`);
    expect(listener.addresses.map(formatAddress)).toEqual([`unix:@${name}`]);
    expect(await answers(`unix:@${name}`, listener)).toBe(true);
  }
});
