import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PrivateFolder } from './private-folder.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stack-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** As where open directories are not shown as paths. */
const noDescriptors = '/proc/self/fd/none';
const isLinux = process.platform === 'linux';

/** A path of so many bytes. */
const pathOf = (bytes: number): string => join(folder, 'x'.repeat(bytes - folder.length - 1));

describe('PrivateFolder.beside()', () => {
  test('makes a directory that nobody else can enter, with a name that tells what it is for', () => {
    const made = PrivateFolder.beside(join(folder, 'echo.sock'));
    const [name = ''] = readdirSync(folder);
    expect(name).toMatch(/^\.echo\.sock\.\w{6}$/);
    expect(lstatSync(join(folder, name)).mode & 0o777).toBe(0o700);
    expect(dirname(dirname(made.bindPath))).toBe(folder);
    made.remove();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('what is made in it is removed with it, and what else somebody put there is not', () => {
    const made = PrivateFolder.beside(join(folder, 'x'));
    writeFileSync(made.file, '');
    expect(existsSync(made.bindPath)).toBe(true);
    made.remove();
    expect(readdirSync(folder)).toEqual([]);

    const other = PrivateFolder.beside(join(folder, 'x'));
    const [name = ''] = readdirSync(folder);
    writeFileSync(join(folder, name, 'precious'), '');
    other.remove();
    expect(readdirSync(join(folder, name))).toEqual(['precious']);
    rmSync(join(folder, name), { recursive: true });
  });

  test.runIf(isLinux)('a long path is bound by the descriptor, a short one by its name', () => {
    for (const bytes of [91, 92, 93, 106, 107]) {
      const made = PrivateFolder.beside(pathOf(bytes));
      expect(Buffer.byteLength(made.bindPath)).toBeLessThanOrEqual(107);
      writeFileSync(made.bindPath, '');
      expect(existsSync(made.file)).toBe(true);
      made.remove();
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  test('where there are no descriptors it has a short name, and what does not fit even so is too long', () => {
    const rules = { mostBytes: 103, descriptors: noDescriptors };
    const room = `/.123456/123456`.length;
    const mostBytes = dirname(pathOf(100)).length + room;
    for (const limit of [mostBytes, 103]) {
      const made = PrivateFolder.beside(pathOf(103), { ...rules, mostBytes: limit });
      expect(made.bindPath).toBe(made.file);
      expect(readdirSync(folder)).toEqual([expect.stringMatching(/^\.\w{6}$/)]);
      made.remove();
    }
    expect(() => PrivateFolder.beside(pathOf(103), { ...rules, mostBytes: mostBytes - 1 })).toThrow(
      expect.objectContaining({ code: 'ENAMETOOLONG' }) as Error,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test('fails as the system says, and leaves nothing', () => {
    expect(() => PrivateFolder.beside(join(folder, 'none/x'))).toThrow(/ENOENT/);
    mkdirSync(join(folder, 'some'));
    writeFileSync(join(folder, 'some/file'), '');
    expect(() => PrivateFolder.beside(join(folder, 'some/file/x'))).toThrow(/ENOTDIR/);
    const { geteuid } = process;
    process.geteuid = () => 4_294_967_000;
    try {
      expect(() => PrivateFolder.beside(join(folder, 'some/x'))).toThrow('not ours alone');
    } finally {
      if (geteuid !== undefined) process.geteuid = geteuid;
    }
    expect(readdirSync(join(folder, 'some'))).toEqual(['file']);
  });
});
