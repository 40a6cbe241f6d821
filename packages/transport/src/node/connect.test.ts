import { getEventListeners } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Address, formatAddress, inet, named, unixPath, unixUnnamed } from '@stack/address';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { driverConnectOptions } from '../core/connect-options.ts';
import { failure, settle } from '../scripted-driver.test-fixture.ts';
import { system } from '../system.ts';
import { connectNode } from './connect.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stack-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A TCP port where nobody listens: one that was just given back. */
const closedPort = async (): Promise<number> => {
  const listener = await system.listen('tcp://127.0.0.1:0');
  const [address] = listener.addresses;
  await listener.close();
  if (address?.family !== 'AF_INET') throw new Error('no port');
  return address.port;
};

const dial = (to: Address, signal?: AbortSignal) => connectNode(to, { ...driverConnectOptions({}), signal });
const handles = (): number => process.getActiveResourcesInfo().filter((name) => name.endsWith('Wrap')).length;

describe('localAddress', () => {
  test('is what the other side sees, with the port that was asked for, or any', async () => {
    await using listener = await system.listen('tcp://127.0.0.1:0');
    const [address = unixUnnamed] = listener.addresses;
    const host = process.platform === 'linux' ? '127.0.0.2' : '127.0.0.1';
    const port = await closedPort();
    for (const [localAddress, expected] of [
      [`${host}:${port}`, inet(host, port)],
      [inet(host, port), inet(host, port)],
      [host, { host, port: expect.any(Number) as number }],
    ] as const) {
      const client = await system.connect({ scheme: 'tcp', address }, { localAddress });
      const server = await listener.accept();
      expect(client.local).toMatchObject(expected);
      expect(server?.remote).toEqual(client.local);
      client.abort();
      server?.abort();
    }
  });

  test('that is not ours, or in use, says that it is the local one', async () => {
    await using listener = await system.listen('tcp://127.0.0.1:0');
    const [address = unixUnnamed] = listener.addresses;
    const at = formatAddress(address);
    // RFC 5737 section 3: TEST-NET-1, nobody's.
    expect(await failure(system.connect(`tcp://${at}`, { localAddress: '192.0.2.1' }))).toMatchObject({
      code: 'EADDRNOTAVAIL',
      message: `Cannot connect to tcp://${at}: localAddress 192.0.2.1:0: address not available on this machine`,
    });
    expect(await failure(system.connect(`tcp://${at}`, { localAddress: at }))).toMatchObject({
      code: 'EADDRINUSE',
      kind: 'address',
      message: `Cannot connect to tcp://${at}: localAddress ${at}: address already in use`,
    });
  });

  test('of IPv4 finds the IPv4 address of a name', async () => {
    await using listener = await system.listen('tcp://127.0.0.1:0');
    const [address] = listener.addresses;
    const port = address?.family === 'AF_INET' ? address.port : 0;
    const client = await system.connect(`tcp://localhost:${port}`, { localAddress: '127.0.0.1' });
    expect(client.remote).toEqual(inet('127.0.0.1', port));
    client.abort();
  });
});

describe('connectNode()', () => {
  test('a port where nobody listens refuses', async () => {
    const port = await closedPort();
    expect(await failure(dial(inet('127.0.0.1', port)))).toMatchObject({
      code: 'ECONNREFUSED',
      kind: 'refused',
      op: 'connect',
      retryable: true,
      remote: inet('127.0.0.1', port),
      message: `Cannot connect to 127.0.0.1:${port}: connection refused`,
    });
  });

  test('a socket file that is not there, and a file that is no socket', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'precious');
    expect(await failure(system.connect(`unix:${folder}/none`))).toMatchObject({ code: 'ENOENT', kind: 'notFound' });
    expect(await failure(system.connect(`unix:${path}`))).toMatchObject({ kind: 'refused' });
  });

  test('what Node cannot dial is unsupported, and says so', async () => {
    expect(await failure(dial(named('ws', '//x')))).toMatchObject({ code: 'ERR_UNSUPPORTED' });
    expect(await failure(dial(unixUnnamed))).toMatchObject({ kind: expect.any(String) as string });
  });

  test('a thousand dials to a closed ephemeral port never succeed, not even by meeting themselves', async () => {
    const port = await closedPort();
    for (let i = 0; i < 20; i += 1) {
      const dials = Array.from({ length: 50 }, () => failure(system.connect(`tcp://127.0.0.1:${port}`)));
      for (const error of await Promise.all(dials)) expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    }
  });

  test.each(['before', 'in the same turn', 'one turn later'])(
    'aborted %s: rejects, and leaves nothing',
    async (when) => {
      const server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('no address');
      const before = handles();
      const controller = new AbortController();
      if (when === 'before') controller.abort('enough');
      const dialling = dial(inet('127.0.0.1', address.port), controller.signal);
      const outcome = dialling.then(
        (driver) => driver.reset(),
        (error: unknown) => error,
      );
      if (when === 'one turn later') await settle();
      controller.abort('enough');
      const error = await outcome;
      // A turn later it may have succeeded already: then it is unaffected.
      if (when !== 'one turn later' || error !== undefined) expect(error).toBe('enough');
      expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
      server.close();
      while (handles() > before - 1) await settle();
    },
  );

  test('a refused dial leaves no listener on its signal', async () => {
    const controller = new AbortController();
    await failure(dial(unixPath(join(folder, 'none')), controller.signal));
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});
