import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { run, runTimed, temporaryFolder } from '@stack/interop';
import { describe, expect, it } from 'vitest';
import { serverArguments, spawnServer } from './spawned-server.ts';

/** Whoever may do everything has to be somebody who owns nothing (user 65,534 nearly everywhere) to be denied something. */
const nobody = process.getuid?.() === 0 ? { user: 65_534 } : {};
const canBeNobody = (await run(process.execPath, serverArguments(['--version']), nobody)).code === 0;

/** What every refusal has in common: one line, no stack, nothing on standard output, under a second. */
const expectRefusal = async (args: readonly string[], code: number, message: string | RegExp): Promise<void> => {
  const finished = await runTimed(serverArguments(args));
  expect({ code: finished.code, stdout: finished.stdout.toString() }).toEqual({ code, stdout: '' });
  expect(finished.stderr).toMatch(/^echo-server: [^\n]+\n$/);
  expect(finished.stderr).not.toMatch(/\bat .*:\d+:\d+|node:internal/);
  if (typeof message === 'string') expect(finished.stderr).toContain(message);
  else expect(finished.stderr).toMatch(message);
  expect(finished.ownMs).toBeLessThan(1_000);
};

describe('5. P12 P18 bad input is one line that names the cause', () => {
  it.each([
    ['unknown scheme', ['gopher://127.0.0.1:70'], 2, '"gopher"'],
    ['bad port', ['tcp://127.0.0.1:65536'], 2, '"65536"'],
    ['127.1', ['tcp://127.1:9090'], 2, '"127.1"'],
    ['a path of 108 bytes', [`unix:///${'x'.repeat(107)}`], 2, '108 bytes'],
    ['unknown flag', ['--nope', 'tcp://127.0.0.1:0'], 2, "'--nope'"],
    ['no endpoint', [], 2, 'Missing an endpoint'],
    // TEST-NET-1 of RFC 5737: no machine has it.
    ['an address of another machine', ['tcp://192.0.2.1:0'], 1, 'address not available'],
  ] as const)('%s', async (_what, args, code, message) => {
    await expectRefusal(args, code, message);
  });

  it('port in use: named, with how to choose another', async () => {
    await using other = await spawnServer(['tcp://127.0.0.1:0', 'udp://127.0.0.1:0']);
    const [tcp = '', udp = ''] = other.endpoints;
    await expectRefusal([`${tcp}?protocol=upper`], 1, `${tcp}: address already in use; choose another port, 0 for any`);
    await expectRefusal([udp], 1, `npm run server -- 'udp://127.0.0.1:0?protocol=echo'`);
  });

  it('a regular file in the way of the socket: it survives', async () => {
    using folder = temporaryFolder();
    writeFileSync(folder.file('a'), 'mine');
    await expectRefusal(['--take-over-stale', `unix:${folder.file('a')}`], 1, 'a file that is no socket is in the way');
    expect(readFileSync(folder.file('a'), 'utf8')).toBe('mine');
  });

  it('a live server in the way of the socket: it survives, even with --take-over-stale', async () => {
    using folder = temporaryFolder();
    await using server = await spawnServer([`unix:${folder.file('a')}`]);
    await expectRefusal(['--take-over-stale', `unix:${folder.file('a')}`], 1, 'choose another path');
    expect(folder.names()).toEqual(['a']);
    expect(await server.end()).toBe(0);
    expect(folder.names()).toEqual([]);
  });

  it('the socket of a server that was killed is named, and taken over with --take-over-stale', async () => {
    using folder = temporaryFolder();
    const path = folder.file('a');
    const killed = await spawnServer([`unix:${path}`]);
    killed.program.signal('SIGKILL');
    await killed.program.exit;
    expect(folder.names()).toEqual(['a']);
    await expectRefusal([`unix:${path}`], 1, '--take-over-stale');
    await using server = await spawnServer([`unix:${path}`], { flags: ['--take-over-stale'] });
    expect(await server.end()).toBe(0);
  });

  it.skipIf(!canBeNobody)(
    `a folder it may not write to: EACCES is named${canBeNobody ? '' : ' (skipped: user nobody cannot read this checkout)'}`,
    async () => {
      using folder = temporaryFolder();
      chmodSync(folder.path, 0o555);
      const { code, stderr } = await run(process.execPath, serverArguments([`unix:${folder.file('a')}`]), nobody);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: `echo-server: Cannot listen on unix:${folder.file('a')}: permission denied to make a file in ${folder.path}\n`,
      });
    },
  );
});

describe('P18 --help and --version', () => {
  it.each([
    [['--help'], /Usage: echo-server .*Examples:.*SIGHUP.*Exit codes/s],
    [['--version'], /^\d+\.\d+\.\d+\n$/],
  ] as const)('%j prints on standard output, exits 0', async (args, expected) => {
    const { code, stdout, stderr } = await run(process.execPath, serverArguments(args));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.toString()).toMatch(expected);
  });
});
