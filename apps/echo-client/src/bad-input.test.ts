import { nodeArguments, runTimed, startForeignServer, temporaryFolder, type Timed } from '@stack/interop';
import { describe, expect, it } from 'vitest';

const client = (args: readonly string[]): Promise<Timed> =>
  runTimed(nodeArguments(new URL('main.ts', import.meta.url), args), { input: 'x' });

/** What every refusal has in common: one line, no stack, nothing on standard output, under a second. */
const expectRefusal = async (args: readonly string[], code: number, message: string): Promise<void> => {
  const finished = await client(args);
  expect({ code: finished.code, stdout: finished.stdout.toString() }).toEqual({ code, stdout: '' });
  expect(finished.stderr).toMatch(/^echo-client: [^\n]+\n$/);
  expect(finished.stderr).not.toMatch(/\bat .*:\d+:\d+|node:internal/);
  expect(finished.stderr).toContain(message);
  expect(finished.ownMs).toBeLessThan(1_000);
};

describe('5. P12 P18 bad input is one line that names the cause', () => {
  it.each([
    ['unknown scheme', ['gopher://127.0.0.1:70'], 2, '"gopher"'],
    ['bad port', ['tcp://127.0.0.1:65536'], 2, '"65536"'],
    ['127.1', ['tcp://127.1:9090'], 2, '"127.1"'],
    ['a path of 108 bytes', [`unix:///${'x'.repeat(107)}`], 2, '108 bytes'],
    ['unknown flag', ['tcp://127.0.0.1:9', '--nope'], 2, "'--nope'"],
    ['no endpoint', [], 2, 'endpoint'],
    ['options of a server', ['tcp://127.0.0.1:9?protocol=echo'], 2, 'option "protocol" is not known'],
    ['what a terminal would obey', ['tcp://\u001b[2J\u202e\n:9'], 2, '\\u'],
  ] as const)('%s', async (_what, args, code, message) => {
    await expectRefusal(args, code, message);
  });

  it('no server to connect to: over TCP, a Unix path, UDP', async () => {
    using folder = temporaryFolder();
    const server = await startForeignServer(() => undefined);
    await server[Symbol.asyncDispose]();
    await expectRefusal([server.endpoint, '-m', 'x'], 1, `Cannot connect to ${server.endpoint}: connection refused`);
    await expectRefusal([`unix:${folder.file('a')}`, '-m', 'x'], 1, 'no such file or directory');
    await expectRefusal([server.endpoint.replace('tcp:', 'udp:'), '-m', 'x'], 1, 'connection refused');
  });
});

describe('P18 --help and --version', () => {
  it.each([
    [['--help'], /^Usage: echo-client .*Examples:.*Exit codes/s],
    [['--version'], /^\d+\.\d+\.\d+\n$/],
  ] as const)('%j prints on standard output, exits 0', async (args, expected) => {
    const { code, stdout, stderr } = await client(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.toString()).toMatch(expected);
  });
});
