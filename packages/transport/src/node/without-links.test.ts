import { linkSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { failure } from '../scripted-driver.test-fixture.ts';
import { system } from '../system.ts';

vi.mock('node:fs', async (original) => ({
  ...(await original<object>()),
  linkSync: vi.fn<() => void>(),
}));

const folder = mkdtempSync(join(tmpdir(), 'stack-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file system that answers a hard link with `code`. */
const answering = (code: string): void => {
  vi.mocked(linkSync).mockImplementation(() => {
    throw Object.assign(new Error(`${code}: link`), { code });
  });
};

test.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])(
  'a file system without hard links (%s) is unsupported',
  async (code) => {
    answering(code);
    const error = await failure(system.listen(`unix:${folder}/sock`));
    expect(error).toMatchObject({
      code: 'ERR_UNSUPPORTED',
      op: 'listen',
      message: `Cannot listen on unix:${folder}/sock: the file system has no hard links, without which its name could be taken from another`,
      cause: { code },
    });
    expect(readdirSync(folder)).toEqual([]);
  },
);

test('any other failure to give it its name is told as it is, and nothing is left', async () => {
  answering('ENOSPC');
  expect(await failure(system.listen(`unix:${folder}/sock`))).toMatchObject({ code: 'ENOSPC', kind: 'limit' });
  expect(readdirSync(folder)).toEqual([]);
});

test('what comes to the path in the meantime keeps it', async () => {
  answering('EEXIST');
  expect(await failure(system.listen(`unix:${folder}/sock`))).toMatchObject({ code: 'EADDRINUSE' });
  expect(readdirSync(folder)).toEqual([]);
});
