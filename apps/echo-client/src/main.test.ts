import { nodeArguments, python, start, startForeignServer, startInTerminal, withoutPython } from '@stack/interop';
import { describe, expect, it } from 'vitest';

const main = new URL('main.ts', import.meta.url);

/** The client, in a terminal of its own. */
const clientInTerminal = (args: readonly string[]) => startInTerminal(process.execPath, nodeArguments(main, args));

/** What a terminal shows, without what moves its cursor. */
const shown = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- control sequences are what is looked for
  text.replaceAll(/\u001b\[[\d;?]*[A-Za-z]/g, '').replaceAll('\r', '');

describe.skipIf(python === undefined)(`on a terminal${withoutPython}`, () => {
  it('asks, answers, and ends at an empty line', async () => {
    await using server = await startForeignServer((socket) => socket.pipe(socket));
    await using client = await clientInTerminal([server.endpoint]);
    await client.stdout.shows('Enter message > ');
    await client.write('straße\r');
    await client.stdout.shows('Response: straße');
    await client.write('\r');
    expect((await client.exit).code).toBe(0);
  });

  it.each([
    ['Ctrl+D', '\u0004', 0],
    ['Ctrl+C', '\u0003', 130],
  ] as const)('%s ends it', async (_key, typed, expected) => {
    await using server = await startForeignServer((socket) => socket.pipe(socket));
    await using client = await clientInTerminal([server.endpoint]);
    await client.stdout.shows('Enter message > ');
    await client.write('one\r');
    await client.stdout.shows('Response: one');
    await client.write(typed);
    expect((await client.exit).code).toBe(expected);
    expect(shown(client.stdout.text)).toMatch(/Enter message > \n$/);
  });

  it('a server that closes while it waits for the user ends it, and is told', async () => {
    await using server = await startForeignServer((socket) => {
      socket.once('data', (data) => socket.end(data));
    });
    await using client = await clientInTerminal([server.endpoint]);
    await client.stdout.shows('Enter message > ');
    await client.write('one\r');
    expect((await client.exit).code).toBe(0);
    expect(shown(client.stdout.text)).toContain('Response: one\n');
    expect(shown(client.stdout.text)).toContain('echo-client: The server closed the connection\n');
  });

  it('--message ends its answer with a line end', async () => {
    await using server = await startForeignServer((socket) => socket.pipe(socket));
    await using client = await clientInTerminal([server.endpoint, '--message', 'hello']);
    expect((await client.exit).code).toBe(0);
    expect(shown(client.stdout.text)).toBe('hello\n');
  });
});

describe('P14 as a process', () => {
  it('a reader of standard output that leaves (| head -1) ends it quietly', async () => {
    await using server = await startForeignServer((socket) => socket.pipe(socket));
    await using client = await start(process.execPath, nodeArguments(main, [server.endpoint]));
    await client.write('one\n');
    expect(await client.nextLine()).toBe('one');
    client.child.stdout?.destroy();
    for (let lines = 0; lines < 100 && client.child.exitCode === null; lines += 1) {
      await client.write('more\n');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(await client.exit).toMatchObject({ code: 0, signal: null });
    expect(client.stderr.text).toBe('');
  });

  it.each(['>&-', '2>&-', '>&- 2>&-'])('%s: no stack, no crash', async (redirection) => {
    await using server = await startForeignServer((socket) => socket.pipe(socket));
    const args = nodeArguments(main, [server.endpoint, '-m', 'hello']);
    await using client = await start('/bin/sh', ['-c', `exec "$0" "$@" ${redirection}`, process.execPath, ...args]);
    expect((await client.exit).code).toBe(0);
    expect(client.stderr.text).toBe('');
  });

  it('a full disk is a failure: exit 1, one line', async () => {
    await using server = await startForeignServer((socket) => socket.pipe(socket));
    const args = nodeArguments(main, [server.endpoint, '-m', 'hello']);
    await using client = await start('/bin/sh', ['-c', 'exec "$0" "$@" > /dev/full', process.execPath, ...args]);
    expect((await client.exit).code).toBe(1);
    expect(client.stderr.text).toMatch(/^echo-client: Cannot write the output: .*ENOSPC.*\n$/);
  });
});
