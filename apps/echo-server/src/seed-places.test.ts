import { mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder } from '@stack/interop';
import { describe, expect, it } from 'vitest';
import { formatPlace } from './place.ts';
import { seedPlaces, seedSocketPath } from './seed-places.ts';

const shared = join(tmpdir(), `stack-echo-${userInfo().uid}.sock`);

describe('seedPlaces()', () => {
  it('are the endpoints of the seed, on loopback, and a Unix socket', () => {
    expect(seedPlaces({}).map(formatPlace)).toEqual([
      'tcp://127.0.0.1:8000?protocol=upper&exchanges=1&backlog=5',
      'tcp://127.0.0.1:9090?protocol=upper-utf8&backlog=10',
      'udp://127.0.0.1:7777?protocol=upper',
      `unix:${shared}?protocol=upper-utf8`,
    ]);
  });
});

describe('seedSocketPath()', () => {
  it("stands in the user's own folder where the session has one", () => {
    using folder = temporaryFolder();
    expect(seedSocketPath({ XDG_RUNTIME_DIR: folder.path })).toBe(folder.file('stack-echo.sock'));
  });

  it.each([
    ['is absent', '/nowhere/at/all'],
    ['is relative', 'run'],
    ['is empty', ''],
  ])('stands in the shared folder, with the user in its name, where that folder %s', (_what, folder) => {
    expect(seedSocketPath({ XDG_RUNTIME_DIR: folder })).toBe(shared);
  });

  it('passes over a folder that is too long for a socket', () => {
    using folder = temporaryFolder();
    const long = folder.file('x'.repeat(100));
    mkdirSync(long);
    expect(seedSocketPath({ XDG_RUNTIME_DIR: long })).toBe(shared);
  });
});
