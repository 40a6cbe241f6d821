import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { createConnection } from 'node:net';
import {
  Dialled,
  dial,
  nodeArguments,
  type Program,
  pythonArguments,
  pythonPath,
  start,
  temporaryFolder,
} from '@stack/interop';
import { describe, expect, test } from 'vitest';
import { freePort } from './free-port.ts';
import { needs } from './needs.ts';

const systemd = needs('systemd-socket-activate');
const python = needs('python3');

const program = [process.execPath, ...nodeArguments(new URL('inherited-main.ts', import.meta.url), [])];

interface Told {
  readonly sockets: readonly Record<string, unknown>[];
  readonly addresses: readonly unknown[];
  readonly left: readonly string[];
  readonly childDescriptors: readonly string[];
}

/** Opens sockets the way systemd does; the program starts with the first that comes. */
const activate = async (count: number, ...args: readonly string[]): Promise<Program> => {
  const activator = await start('systemd-socket-activate', [...args, ...program]);
  await activator.stderr.shows(`as ${2 + count}.`);
  return activator;
};

const told = async (activated: Program): Promise<Told> => JSON.parse(await activated.nextLine()) as Told;

/** Its standard descriptors, and the folder that `ls` reads. */
const plainDescriptors = ['0', '1', '2', '3'];

const expectEcho = async (client: Dialled, text: string): Promise<void> => {
  client.send(text);
  expect(String(await client.take(text.length))).toBe(text);
  client.socket.end();
  expect(await client.rest()).toHaveLength(0);
};

const end = async (activated: Program): Promise<void> => {
  activated.endInput();
  expect(await activated.nextLine()).toBe('closed');
  expect(await activated.exit).toMatchObject({ code: 0 });
};

describe.skipIf(systemd.isMissing)(`S45 systemd-socket-activate${systemd.why}`, () => {
  test('TCP, without a name: the connection that started it is served', async () => {
    const port = await freePort('127.0.0.1');
    await using activated = await activate(1, '-l', `127.0.0.1:${port}`);
    using client = await dial(`tcp://127.0.0.1:${port}`);
    const { sockets, left, childDescriptors, addresses } = await told(activated);
    const endpoint = `tcp://127.0.0.1:${port}`;
    expect(sockets).toEqual([{ descriptor: 3, name: 'unknown', kind: 'listener', endpoint }]);
    expect(addresses).toEqual([[{ family: 'AF_INET', host: '127.0.0.1', port }]]);
    expect(left).toEqual([]);
    expect(childDescriptors).toEqual(plainDescriptors);
    await expectEcho(client, 'hello');
    await end(activated);
  });

  test('several with names, in order: TCP of both families, a Unix path and an abstract name', async () => {
    using folder = temporaryFolder();
    const path = folder.file('echo.sock');
    const abstract = `stack-peers-${process.pid}`;
    const names = '--fdname=four:six:path:abstract';
    const four = await freePort('127.0.0.1');
    const six = await freePort('::1');
    const listens = [`127.0.0.1:${four}`, `[::1]:${six}`, path, `@${abstract}`].flatMap((address) => ['-l', address]);
    await using activated = await activate(4, names, ...listens);
    using first = await dial(`tcp://127.0.0.1:${four}`);
    const { sockets } = await told(activated);
    expect(sockets).toEqual([
      { descriptor: 3, name: 'four', kind: 'listener', endpoint: `tcp://127.0.0.1:${four}` },
      { descriptor: 4, name: 'six', kind: 'listener', endpoint: `tcp://[::1]:${six}` },
      { descriptor: 5, name: 'path', kind: 'listener', endpoint: `unix:${path}` },
      { descriptor: 6, name: 'abstract', kind: 'listener', endpoint: `unix:@${abstract}` },
    ]);
    await expectEcho(first, 'four');
    using second = await dial(`tcp://[::1]:${six}`, '::1');
    await expectEcho(second, 'six');
    using third = await dial(`unix:${path}`);
    await expectEcho(third, 'path');
    const socket = createConnection({ path: `\0${abstract}`, allowHalfOpen: true });
    await once(socket, 'connect');
    using fourth = new Dialled(socket);
    await expectEcho(fourth, 'abstract');
    await end(activated);
    // Whoever made it removes it.
    expect(existsSync(path)).toBe(true);
  });

  test('several of one name are told apart by their addresses', async () => {
    const four = await freePort('127.0.0.1');
    const six = await freePort('::1');
    const listens = ['-l', `127.0.0.1:${four}`, '-l', `[::1]:${six}`];
    await using activated = await activate(2, '--fdname=web:web', ...listens);
    using first = await dial(`tcp://127.0.0.1:${four}`);
    expect((await told(activated)).sockets.map(({ name }) => name)).toEqual(['web', 'web']);
    await expectEcho(first, 'one');
    await end(activated);
  });

  test.each([
    ['127.0.0.1', 'udp4'],
    ['::1', 'udp6'],
  ] as const)('datagrams at %s: the one that started it is answered', async (host, type) => {
    const where = host.includes(':') ? `[${host}]` : host;
    const port = await freePort(host);
    await using activated = await activate(1, '--datagram', '--fdname=dns', '-l', `${where}:${port}`);
    const client = createSocket(type);
    try {
      client.bind(0, host);
      const answered = once(client, 'message');
      client.send('hello', port, host);
      const { sockets, left, childDescriptors } = await told(activated);
      const endpoint = `udp://${where}:${port}`;
      expect(sockets).toEqual([{ descriptor: 3, name: 'dns', kind: 'datagrams', endpoint }]);
      expect([left, childDescriptors]).toEqual([[], plainDescriptors]);
      expect(String((await answered)[0])).toBe('hello');
    } finally {
      client.close();
    }
    await end(activated);
  });
});

describe.skipIf(python.isMissing)(`S45 a socket that its opener keeps${python.why}`, () => {
  test.each(['tcp', 'unix'])('%s: closing ours neither shuts it down nor removes its file', async (kind) => {
    using folder = temporaryFolder();
    const where = kind === 'unix' ? folder.file('held.sock') : '127.0.0.1';
    const script = new URL('../python/hold_socket.py', import.meta.url).href;
    await using holder = await start(pythonPath(), pythonArguments(script, [kind, where, ...program]));
    const endpoint = await holder.nextLine();
    expect((await told(holder)).sockets).toEqual([{ descriptor: 3, name: 'held', kind: 'listener', endpoint }]);
    using client = await dial(endpoint);
    await expectEcho(client, 'hello');
    holder.endInput();
    expect(await holder.nextLine()).toBe('closed');
    using later = await dial(endpoint);
    expect(String(await later.take(4))).toBe('held');
    expect(await holder.nextLine()).toBe('held');
  });
});
