import { run, start, temporaryFolder, dial, type Dialled } from '@stack/interop';
import { describe, expect, it } from 'vitest';
import { serverArguments, spawnServer } from './spawned-server.ts';

const FRAME_BYTES = 100;

/** Sends frames, each when the one before has come back whole, until the server finishes; gives what came of the last. */
const echoUntilEnd = async (client: Dialled): Promise<{ frames: number; cutBytes: number; error: string | null }> => {
  for (let frames = 0; ; frames += 1) {
    const frame = String(frames).padStart(FRAME_BYTES, '.');
    client.send(frame);
    const back = await client.take(FRAME_BYTES);
    if (back.length === FRAME_BYTES) {
      expect(back.toString()).toBe(frame);
      continue;
    }
    client.socket.end();
    return { frames, cutBytes: back.length, error: await client.gone };
  }
};

describe.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('P13 %s', (signal) => {
  it('under load: every client gets its last answer whole, then the end; exit 0, the socket file is gone', async () => {
    using folder = temporaryFolder();
    await using server = await spawnServer(['tcp://127.0.0.1:0', `unix:${folder.file('a')}`]);
    const clients = await Promise.all(Array.from({ length: 64 }, (_, index) => dial(server.endpoints[index % 2])));
    const results = clients.map(echoUntilEnd);
    // Every client is served by now.
    const [first] = clients;
    await new Promise<void>((resolve) => first?.socket.once('data', () => resolve()));
    server.program.signal(signal);

    for (const result of await Promise.all(results)) {
      expect(result).toEqual({ frames: expect.any(Number), cutBytes: 0, error: null });
    }
    const { code, signal: by } = await server.program.exit;
    expect({ code, by }).toEqual({ code: 0, by: null });
    expect(folder.names()).toEqual([]);
    expect(server.program.stderr.text).toContain(`"signal":"${signal}"`);
    expect(server.program.stderr.text).toContain('"msg":"Drained"');
  });
});

describe('P13 other signals', () => {
  it('the drain refuses new connections and waits no longer than --grace-ms for a client that stays', async () => {
    await using server = await spawnServer(['tcp://127.0.0.1:0'], { flags: ['--grace-ms', '300'] });
    using client = await dial(server.endpoints[0]);
    client.send('hello');
    await client.take(5);
    // It never finishes its side, and never reads on.
    client.socket.pause();
    server.program.signal('SIGTERM');
    await expect(server.program.stderr.line()).resolves.toContain('Draining');
    const began = performance.now();
    expect((await server.program.exit).code).toBe(0);
    expect(performance.now() - began).toBeLessThan(2_000);
    await expect(dial(server.endpoints[0])).rejects.toThrow('ECONNREFUSED');
  });

  it('SIGPIPE never kills', async () => {
    await using server = await spawnServer(['tcp://127.0.0.1:0']);
    server.program.signal('SIGPIPE');
    using client = await dial(server.endpoints[0]);
    client.send('hello');
    expect((await client.take(5)).toString()).toBe('hello');
    client.socket.destroy();
    expect(await server.end()).toBe(0);
  });

  it('a signal to its process group ends it the same way', async () => {
    using folder = temporaryFolder();
    await using server = await spawnServer([`unix:${folder.file('a')}`], { group: true });
    process.kill(-server.program.pid, 'SIGINT');
    expect((await server.program.exit).code).toBe(0);
    expect(folder.names()).toEqual([]);
  });
});

describe('P11 exit codes', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('a second signal, %s, ends at once with %i', async (signal, expected) => {
    await using server = await spawnServer(['tcp://127.0.0.1:0'], { flags: ['--grace-ms', '60000'] });
    using client = await dial(server.endpoints[0]);
    client.send('hello');
    await client.take(5);
    server.program.signal('SIGTERM');
    await expect(server.program.stderr.line()).resolves.toContain('Draining');
    server.program.signal(signal);
    expect((await server.program.exit).code).toBe(expected);
  });

  it('0 when there was nothing to drain, at once', async () => {
    await using server = await spawnServer(['udp://127.0.0.1:0', 'tcp://127.0.0.1:0']);
    const began = performance.now();
    expect(await server.end()).toBe(0);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it('1 when the server itself fails', async () => {
    using folder = temporaryFolder();
    const { code, stderr } = await run(process.execPath, serverArguments([`unix:${folder.file('none/a')}`]));
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('1 and one line for a mistake in the program itself, never a stack', async () => {
    // Something that throws out of nowhere, when told to.
    const mistake = 'data:text/javascript,process.on("SIGUSR2", () => { throw new Error("first\\nsecond") })';
    const args = ['--import', mistake, ...serverArguments(['tcp://127.0.0.1:0'])];
    await using program = await start(process.execPath, args);
    await program.nextLine();
    program.signal('SIGUSR2');
    const { code } = await program.exit;
    expect({ code, stderr: program.stderr.text }).toEqual({ code: 1, stderr: 'echo-server: first\\nsecond\n' });
  });
});
