import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createSocket } from 'node:dgram';
import { dial, type Program, start } from '@stack/interop';
import { describe, expect, it } from 'vitest';
import { serverArguments } from './spawned-server.ts';

const isMissing = spawnSync('systemd-socket-activate', ['--version']).status !== 0;
const why = isMissing ? ' (skipped: no systemd-socket-activate on this machine)' : '';

/** It takes no port 0. */
const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
};

const activate = async (args: readonly string[], place: string): Promise<Program> => {
  const program = await start('systemd-socket-activate', [...args, process.execPath, ...serverArguments([place])]);
  await program.stderr.shows('as 3.');
  return program;
};

const end = async (program: Program): Promise<void> => {
  program.signal('SIGTERM');
  expect(await program.exit).toMatchObject({ code: 0 });
};

describe.skipIf(isMissing)(`P22 systemd-socket-activate${why}`, () => {
  it('a stream: the ready line tells the real port, the first client is served', async () => {
    const port = await freePort();
    await using program = await activate(['-l', `127.0.0.1:${port}`], 'tcp://127.0.0.1:0?inherited=3&protocol=upper');
    using client = await dial(`tcp://127.0.0.1:${port}`);
    client.send('hello');
    expect(JSON.parse(await program.nextLine())).toMatchObject({
      endpoint: `tcp://127.0.0.1:${port}`,
      protocol: 'upper',
    });
    expect(String(await client.take(5))).toBe('HELLO');
    client.socket.end();
    await end(program);
  });

  it('datagrams, by name', async () => {
    const port = await freePort();
    const args = ['--datagram', '--fdname=echo', '-l', `127.0.0.1:${port}`];
    await using program = await activate(args, `udp://127.0.0.1:${port}?inherited=echo`);
    const client = createSocket('udp4');
    try {
      client.bind(0, '127.0.0.1');
      const answered = once(client, 'message');
      client.send('hello', port, '127.0.0.1');
      expect(JSON.parse(await program.nextLine())).toMatchObject({ endpoint: `udp://127.0.0.1:${port}` });
      expect(String((await answered)[0])).toBe('hello');
    } finally {
      client.close();
    }
    await end(program);
  });

  it('a socket that is another one than was asked for: told, exit 1', async () => {
    const port = await freePort();
    await using program = await activate(['-l', `127.0.0.1:${port}`], 'tcp://127.0.0.1:1?inherited=3');
    using client = await dial(`tcp://127.0.0.1:${port}`);
    expect(await program.exit).toMatchObject({ code: 1 });
    expect(program.stderr.text).toContain(
      `echo-server: Cannot listen on tcp://127.0.0.1:1: descriptor 3 is tcp://127.0.0.1:${port}\n`,
    );
    client.socket.destroy();
  });
});
