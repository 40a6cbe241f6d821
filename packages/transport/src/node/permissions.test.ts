import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { nobody, OtherProcess, unlessRoot } from '../other-process.test-fixture.ts';
import { failure } from '../scripted-driver.test-fixture.ts';
import { system } from '../system.ts';

const top = mkdtempSync(join(tmpdir(), 'stack-'));
afterAll(() => rmSync(top, { recursive: true }));
chmodSync(top, 0o755);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(top, 't-'));
  chmodSync(folder, 0o755);
});

describe('T38 connecting to a Unix path', () => {
  test('where there is nothing: ENOENT', async () => {
    expect(await failure(system.connect(`unix:${folder}/none`))).toMatchObject({ code: 'ENOENT', kind: 'notFound' });
  });

  test('to a file that is no socket: refused', async () => {
    writeFileSync(join(folder, 'file'), '');
    expect(await failure(system.connect(`unix:${folder}/file`))).toMatchObject({ kind: 'refused' });
  });

  // BSD and macOS refuse where Linux says to come back.
  test.runIf(process.platform === 'linux')(
    'of a process that does not accept: EAGAIN once its backlog is full, never ENOENT',
    async () => {
      const path = join(folder, 'full');
      await using other = new OtherProcess();
      await other.ask('listen', `unix:${path}`, { backlog: 1 });
      await other.signal('SIGSTOP');
      const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => system.connect(`unix:${path}`)));
      const refusals = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
      );
      for (const outcome of outcomes) if (outcome.status === 'fulfilled') outcome.value.abort();
      expect(refusals.length).toBeGreaterThan(0);
      for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'EAGAIN', kind: 'limit' });
    },
  );
});

const fail = (): never => {
  throw new Error('the other process was not started');
};

describe.skipIf(unlessRoot !== undefined)(`F14 of another user (${unlessRoot ?? 'run as root'})`, () => {
  let started: OtherProcess | undefined;
  const ask: OtherProcess['ask'] = (...request) => (started ?? fail()).ask(...request);
  beforeAll(async () => {
    started = new OtherProcess();
    await ask('become', nobody);
  });
  afterAll(() => started?.[Symbol.asyncDispose]());

  test('T38 X6 a socket is only for its owner unless its mode lets others in', async () => {
    const path = join(folder, 'sock');
    for (const [mode, outcome] of [
      [undefined, 'EACCES'],
      [0o600, 'EACCES'],
      [0o660, 'EACCES'],
      [0o755, 'EACCES'],
      [0, 'EACCES'],
      [0o602, 'null'],
      [0o666, 'null'],
    ] as const) {
      await using listener = await system.listen(`unix:${path}`, { mode });
      const closing = (async () => {
        for await (const connection of listener) await connection.close();
      })();
      expect(await ask('connect', `unix:${path}`), String(mode)).toMatchObject({ value: outcome });
      await listener.close();
      await closing;
    }
  });

  test('T38 a socket in a directory that may not be entered: EACCES', async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed, 0o700);
    await using listener = await system.listen(`unix:${closed}/sock`, { mode: 0o777 });
    expect(await ask('connect', `unix:${closed}/sock`)).toMatchObject({ value: 'EACCES' });
    expect(listener.addresses).toHaveLength(1);
  });

  test('F13 a directory that may not be written: one clear error, nothing left behind', async () => {
    expect(await ask('listen', `unix:${folder}/sock`)).toMatchObject({
      value: 'EACCES',
      message: `TransportError: Cannot listen on unix:${folder}/sock: permission denied to make a file in ${folder}`,
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('X7 what another user left behind is not taken over, not even by root', async () => {
    chmodSync(folder, 0o1777);
    const path = join(folder, 'foreign');
    const theirs = new OtherProcess();
    await theirs.ask('become', nobody);
    expect(await theirs.ask('listen', `unix:${path}`)).toMatchObject({ ok: true });
    await theirs.signal('SIGKILL');
    const before = lstatSync(path, { bigint: true });
    expect(await failure(system.listen(`unix:${path}`, { takeOverStale: true }))).toMatchObject({ code: 'EADDRINUSE' });
    expect(lstatSync(path, { bigint: true }).ino).toBe(before.ino);
    expect(readdirSync(folder)).toEqual(['foreign']);
  });

  test('X7 what root left behind in a sticky directory is not taken over by another', async () => {
    chmodSync(folder, 0o1777);
    const path = join(folder, 'roots');
    const dead = new OtherProcess();
    await dead.ask('listen', `unix:${path}`, { mode: 0o777 });
    await dead.signal('SIGKILL');
    expect(await ask('listen', `unix:${path}`, { takeOverStale: true })).toMatchObject({ value: 'EADDRINUSE' });
    expect(readdirSync(folder)).toEqual(['roots']);
  });

  test('who is not root listens, serves and cleans up like root, also where the path is long', async () => {
    chownSync(folder, nobody, nobody);
    for (const bytes of [folder.length + 5, 107]) {
      const endpoint = `unix:${join(folder, 'x'.repeat(bytes - folder.length - 1))}`;
      expect(await ask('listen', endpoint)).toMatchObject({ ok: true });
      const client = await system.connect(endpoint);
      expect(await client.recv()).not.toBeNull();
      client.abort();
      await ask('close');
      expect(readdirSync(folder)).toEqual([]);
    }
  });
});

describe('F14 a file system that is read-only', () => {
  const mounts = spawnSync('unshare', ['--mount', 'true']).status === 0;

  test('is EROFS, with the directory in its message, and nothing is left behind', async ({ skip }) => {
    if (!mounts) skip('a file system of its own cannot be mounted here');
    const shell = 'mount -t tmpfs -o ro none "$0" && exec "$@"';
    await using other = new OtherProcess('unshare', '--mount', 'sh', '-c', shell, folder);
    expect(await other.ask('listen', `unix:${folder}/sock`)).toMatchObject({
      value: 'EROFS',
      message: `TransportError: Cannot listen on unix:${folder}/sock: the file system of ${folder} is read-only`,
    });
    expect(await other.ask('listen', `unix:${folder}/sock`, { takeOverStale: true })).toMatchObject({ value: 'EROFS' });
  });
});
