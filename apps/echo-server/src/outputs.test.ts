import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import { start, temporaryFolder, type Program, dial } from '@stack/interop';
import { describe, expect, it } from 'vitest';
import { serverArguments, spawnServer } from './spawned-server.ts';

/** Starts a server on a socket file through a shell that closes or redirects outputs. */
const spawnThroughShell = (path: string, redirection: string): Promise<Program> =>
  start('/bin/sh', ['-c', `exec "$@" ${redirection}`, 'sh', process.execPath, ...serverArguments([`unix:${path}`])]);

/** Dials a socket file as soon as it is there. */
const dialSoon = async (path: string): Promise<Awaited<ReturnType<typeof dial>>> => {
  for (let tries = 0; ; tries += 1) {
    try {
      return await dial(`unix:${path}`);
    } catch (error) {
      if (tries === 250) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
};

describe('P14 closed outputs', () => {
  it.each(['>&-', '2>&-', '<&- >&- 2>&-'])('%s: it serves, and ends as ever', async (redirection) => {
    using folder = temporaryFolder();
    await using program = await spawnThroughShell(folder.file('a'), redirection);
    using client = await dialSoon(folder.file('a'));
    client.send('hello');
    expect((await client.take(5)).toString()).toBe('hello');
    client.socket.destroy();
    program.signal('SIGTERM');
    expect((await program.exit).code).toBe(0);
    expect(folder.names()).toEqual([]);
  });

  it('a reader of standard output that leaves (| head -1): it serves on, without a word', async () => {
    using folder = temporaryFolder();
    await using server = await spawnServer(['tcp://127.0.0.1:0', `unix:${folder.file('a')}`]);
    server.program.child.stdout?.destroy();
    using client = await dial(server.endpoints[1]);
    client.send('hello');
    expect((await client.take(5)).toString()).toBe('hello');
    client.socket.destroy();
    expect(await server.end()).toBe(0);
    expect(server.program.stderr.text).not.toMatch(/EPIPE|at .*:\d+:\d+/);
  });

  it('a reader that has left before the first line: the same', async () => {
    using folder = temporaryFolder();
    await using program = await start(process.execPath, serverArguments([`unix:${folder.file('a')}`]));
    program.child.stdout?.destroy();
    program.child.stderr?.destroy();
    using client = await dialSoon(folder.file('a'));
    client.send('hello');
    expect((await client.take(5)).toString()).toBe('hello');
    client.socket.destroy();
    program.signal('SIGTERM');
    expect((await program.exit).code).toBe(0);
  });
});

describe('P19 the log', () => {
  it('is one JSON object a line on standard error, and says nothing of a client at level info', async () => {
    await using server = await spawnServer(['tcp://127.0.0.1:0']);
    for (let count = 0; count < 5; count += 1) {
      using client = await dial(server.endpoints[0]);
      client.send('secret payload');
      await client.take(14);
      client.socket.resetAndDestroy();
      await client.gone;
    }
    expect(await server.end()).toBe(0);
    const records = server.program.stderr.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string });
    expect(records.map(({ msg }) => msg)).toEqual(['Draining', 'Drained']);
  });

  it('tells of broken sessions at level debug, without payload', async () => {
    await using server = await spawnServer(['tcp://127.0.0.1:0', 'udp://127.0.0.1:0'], {
      flags: ['--log-level', 'trace'],
    });
    using client = await dial(server.endpoints[0]);
    client.send('secret payload\r\n\u001b[2J\u2028\u202e\0');
    await client.take(14);
    client.socket.resetAndDestroy();
    const record = JSON.parse(String(await server.program.stderr.line())) as Record<string, unknown>;
    expect(record).toMatchObject({ level: 'debug', during: 'session', sessionId: 1 });
    const udp = createSocket('udp4');
    udp.send('secret payload', Number(server.endpoints[1]?.split(':').at(-1)), '127.0.0.1');
    await once(udp, 'message');
    udp.close();
    expect(await server.end()).toBe(0);
    expect(server.program.stderr.text).not.toContain('secret');
    expect(server.program.stderr.text).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u);
  });

  it('keeps silent at level silent', async () => {
    await using server = await spawnServer(['tcp://127.0.0.1:0'], { flags: ['--log-level', 'silent'] });
    expect(await server.end()).toBe(0);
    expect(server.program.stderr.text).toBe('');
  });
});

describe('X9 what a terminal would obey', () => {
  it('is escaped wherever an endpoint is printed: the ready line, and an error', async () => {
    using folder = temporaryFolder();
    const path = folder.file('a\r\nFAKE\u001b[2J\u0085\u007f\u2028\u202eb');
    await using server = await spawnServer([`unix:${path}`]);
    expect(server.program.stdout.text.slice(0, -1)).not.toMatch(/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/u);
    expect(server.endpoints[0]).toBe(`unix:${path}`);

    await using second = await start(process.execPath, serverArguments([`unix:${path}`]));
    expect((await second.exit).code).toBe(1);
    expect(second.stderr.text.slice(0, -1)).not.toMatch(/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/u);
    expect(second.stderr.text).toMatch(/^echo-server: Cannot listen on .*\n$/);
    expect(await server.end()).toBe(0);
  });
});
