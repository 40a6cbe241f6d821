import { start, startInTerminal, python, temporaryFolder, withoutPython, dial } from '@stack/interop';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, type TestContext } from 'vitest';
import { serverArguments, type SpawnedServer } from './spawned-server.ts';

const SEED_PLACES = 4;

/** Starts the seed's server with its own ports; a machine where one is taken skips the test, saying so. */
const spawnSeed = async (folder: string, { skip }: TestContext): Promise<SpawnedServer> => {
  const program = await start(process.execPath, serverArguments(['--seed']), { env: { XDG_RUNTIME_DIR: folder } });
  const ready: Record<string, unknown>[] = [];
  for (let line = await program.stdout.line(); line !== null; line = await program.stdout.line()) {
    ready.push(JSON.parse(line) as Record<string, unknown>);
    if (ready.length === SEED_PLACES) break;
  }
  const said = program.stderr.text;
  if (said.includes('address already in use')) {
    await program[Symbol.asyncDispose]();
    skip(`a port of the seed is taken on this machine: ${said}`);
  }
  expect(said).toBe('');
  return {
    program,
    ready,
    endpoints: ready.map(({ endpoint }) => String(endpoint)),
    end: async () => {
      program.signal('SIGINT');
      return (await program.exit).code;
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
};

describe('--seed', () => {
  it('serves the four endpoints of the seed as the seed does (skipped where a port is taken)', async (context) => {
    using folder = temporaryFolder();
    await using server = await spawnSeed(folder.path, context);
    expect(server.ready).toEqual([
      { event: 'ready', endpoint: 'tcp://127.0.0.1:8000', protocol: 'upper', exchanges: 1, backlog: 5 },
      { event: 'ready', endpoint: 'tcp://127.0.0.1:9090', protocol: 'upper-utf8', backlog: 10 },
      { event: 'ready', endpoint: 'udp://127.0.0.1:7777', protocol: 'upper' },
      { event: 'ready', endpoint: `unix:${folder.file('stack-echo.sock')}`, protocol: 'upper-utf8' },
    ]);

    using oneShot = await dial(server.endpoints[0]);
    oneShot.send('straße');
    expect((await oneShot.rest()).toString()).toBe('STRAßE');

    for (const endpoint of [server.endpoints[1], server.endpoints[3]]) {
      using persistent = await dial(endpoint);
      for (const [question, answer] of [
        ['straße', 'STRASSE'],
        ['ŉ', 'ʼN'],
      ] as const) {
        persistent.send(question);
        expect((await persistent.take(Buffer.byteLength(answer))).toString()).toBe(answer);
      }
    }

    const udp = createSocket('udp4');
    udp.send('straße', 7777, '127.0.0.1');
    const [answer] = (await once(udp, 'message')) as [Buffer];
    udp.close();
    expect(answer.toString()).toBe('STRAßE');

    oneShot.socket.destroy();
    expect(await server.end()).toBe(0);
    expect(folder.names()).toEqual([]);
  });

  it('names a port in use, says how to choose another, and leaves nothing (skipped where a port is taken)', async (context) => {
    using folder = temporaryFolder();
    await using server = await spawnSeed(folder.path, context);
    using other = temporaryFolder();
    await using second = await start(process.execPath, serverArguments(['--seed']), {
      env: { XDG_RUNTIME_DIR: other.path },
    });
    const { code } = await second.exit;
    expect({ code, stdout: second.stdout.text }).toEqual({ code: 1, stdout: '' });
    expect(second.stderr.text).toMatch(
      /^echo-server: Cannot listen on tcp:\/\/127\.0\.0\.1:8000: address already in use; choose another port, 0 for any free one, as in: npm run server -- 'tcp:\/\/127\.0\.0\.1:0\?protocol=upper&exchanges=1&backlog=5' .*\n$/,
    );
    expect(other.names()).toEqual([]);
    expect(await server.end()).toBe(0);
  });

  it('takes over the socket file that a killed run left (skipped where a port is taken)', async (context) => {
    using folder = temporaryFolder();
    const killed = await spawnSeed(folder.path, context);
    killed.program.signal('SIGKILL');
    await killed.program.exit;
    expect(folder.names()).toEqual(['stack-echo.sock']);
    await using server = await spawnSeed(folder.path, context);
    using client = await dial(server.endpoints[3]);
    client.send('hello');
    expect((await client.take(5)).toString()).toBe('HELLO');
    client.socket.destroy();
    expect(await server.end()).toBe(0);
    expect(folder.names()).toEqual([]);
  });
});

/** The pnpm that runs these tests, if it does. */
const { npm_execpath: pnpm } = process.env;
const isRunByPnpm = pnpm !== undefined && basename(pnpm).startsWith('pnpm');

describe.skipIf(!isRunByPnpm)(
  `the script that npm start runs${isRunByPnpm ? '' : ' (skipped: not run by pnpm)'}`,
  () => {
    it.each(['SIGTERM', 'SIGINT'] as const)(
      '%s to its process group reaches the server, which ends cleanly',
      async (signal) => {
        using folder = temporaryFolder();
        const endpoint = `unix:${folder.file('a')}`;
        await using program = await start(
          pnpm ?? '',
          ['--config.verify-deps-before-run=false', 'run', 'echo-server', endpoint],
          {
            cwd: fileURLToPath(new URL('../../..', import.meta.url)),
            group: true,
          },
        );
        await program.stdout.shows('"event":"ready"');
        process.kill(-program.pid, signal);
        await program.exit;
        expect(program.stderr.text).toContain(`"signal":"${signal}"`);
        expect(program.stderr.text).toContain('"msg":"Drained"');
        expect(folder.names()).toEqual([]);
      },
    );
  },
);

describe.skipIf(python === undefined)(`on a terminal${withoutPython}`, () => {
  it('prints lines for people, in colour unless NO_COLOR, and Ctrl+C ends it with 0', async () => {
    for (const [env, coloured] of [
      [{ NO_COLOR: undefined, FORCE_COLOR: undefined, CI: undefined, TERM: 'xterm' }, true],
      [{ NO_COLOR: '1', FORCE_COLOR: undefined, CI: undefined, TERM: 'xterm' }, false],
    ] as const) {
      await using program = await startInTerminal(process.execPath, serverArguments(['tcp://127.0.0.1:0']), { env });
      const first = await program.nextLine();
      expect(first).toMatch(/ready.*tcp:\/\/127\.0\.0\.1:\d+.*echo/);
      expect(first.includes('\u001b[')).toBe(coloured);
      expect(await program.nextLine()).toMatch(/npm run client -- tcp:\/\/127\.0\.0\.1:\d+/);
      await program.write('\u0003');
      expect((await program.exit).code).toBe(0);
    }
  });
});
