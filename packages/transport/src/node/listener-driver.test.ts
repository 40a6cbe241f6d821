import { connect as connectSocket, type Socket } from 'node:net';
import { formatAddress, hostAddress, named, unixUnnamed } from '@stack/address';
import { describe, expect, test } from 'vitest';
import type { Connection } from '../contract/connection.ts';
import { driverListenOptions } from '../core/listen-options.ts';
import { failure, settle, text } from '../scripted-driver.test-fixture.ts';
import { system } from '../system.ts';
import { listenNode } from './listener-driver.ts';

const options = driverListenOptions({});
const nobody = { onConnection: () => undefined, onError: () => undefined, onClose: () => undefined };
const first = async (connecting: Promise<Connection>): Promise<Connection> => connecting;

/** Whether something at this address can be listened on: on port 0 of its host. */
const isThere = (at: string): Promise<boolean> =>
  system.listen(`tcp://${at.replace(/\d+$/, '0')}`).then(
    (listener) => listener.close().then(() => true),
    () => false,
  );

describe('listenNode()', () => {
  test('port 0 becomes a real one before the first accept', async () => {
    await using listener = await system.listen('tcp://127.0.0.1:0');
    expect(listener.addresses.map(formatAddress)).toEqual([expect.stringMatching(/^127\.0\.0\.1:[1-9]\d+$/)]);
  });

  test('localhost listens on both families, on one port, and who dials either is accepted', async () => {
    await using listener = await system.listen('tcp://localhost:0');
    const ports = listener.addresses.map((address) => ('port' in address ? address.port : 0));
    expect(new Set(ports).size).toBe(1);
    const expected = (await system.resolve(hostAddress('localhost', ports[0] ?? 0))).map(formatAddress);
    // A family that this machine lacks is left out.
    const present = await Promise.all(expected.map((at) => isThere(at)));
    expect(listener.addresses.map(formatAddress)).toEqual(expected.filter((_, i) => present[i]));
    expect(ports.length).toBeGreaterThan(0);

    for (const address of [...listener.addresses, hostAddress('localhost', ports[0] ?? 0)]) {
      const dialled = await system.connect({ scheme: 'tcp', address });
      const accepted = await listener.accept();
      await dialled.send('here');
      expect(text(await accepted?.recv())).toBe('here');
      accepted?.abort();
      dialled.abort();
    }
  });

  test('an address in use says so, and the listener there is unharmed', async () => {
    await using listener = await system.listen('tcp://127.0.0.1:0');
    const [address] = listener.addresses;
    if (address === undefined) throw new Error('no address');
    const at = formatAddress(address);
    expect(await failure(system.listen(`tcp://${at}`))).toMatchObject({
      code: 'EADDRINUSE',
      kind: 'address',
      message: `Cannot listen on tcp://${at}: address already in use`,
    });
    const client = await first(system.connect(`tcp://${at}`));
    const server = await listener.accept();
    await client.send('alive');
    expect(text(await server?.recv())).toBe('alive');
    client.abort();
    server?.abort();
  });

  test('an address that is not ours is not available', async () => {
    // RFC 5737 section 3: TEST-NET-1, nobody's.
    expect(await failure(system.listen('tcp://192.0.2.1:0'))).toMatchObject({ code: 'EADDRNOTAVAIL', kind: 'address' });
  });

  test('what Node cannot listen on is unsupported', async () => {
    expect(await failure(listenNode(unixUnnamed, options, nobody))).toMatchObject({ code: 'ERR_UNSUPPORTED' });
    expect(await failure(listenNode(named('ws', '//x'), options, nobody))).toMatchObject({ code: 'ERR_UNSUPPORTED' });
  });

  test('the same address can be bound once a pending accept has given null', async () => {
    let at = 'tcp://127.0.0.1:0';
    for (let turn = 0; turn < 10; turn += 1) {
      const listener = await system.listen(at);
      const [address] = listener.addresses;
      if (address !== undefined) at = `tcp://${formatAddress(address)}`;
      const waiting = listener.accept();
      const client = await system.connect(at);
      (await waiting)?.abort();
      client.abort();
      const last = listener.accept();
      void listener.close();
      expect(await last).toBeNull();
    }
  });

  test('stop() takes what the kernel had completed, and loses none', async () => {
    const listener = await system.listen('tcp://127.0.0.1:0', { maxUnclaimed: 200 });
    const [address] = listener.addresses;
    if (address?.family !== 'AF_INET') throw new Error('no address');
    const { host, port } = address;
    const sockets: Socket[] = [];
    for (let i = 0; i < 100; i += 1) {
      sockets.push(connectSocket({ host, port }));
    }
    const answers = sockets.map(
      (socket) =>
        new Promise<string>((resolve) => {
          socket.on('error', (error) => resolve(String(error)));
          socket.on('data', (data: Uint8Array) => resolve(text(data)));
        }),
    );
    // The kernel completes them before the listener has had a turn.
    await Promise.all(sockets.slice(0, 1).map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    listener.stop();
    const connections: Connection[] = [];
    for await (const connection of listener) {
      connections.push(connection);
      await connection.send('served');
    }
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 100 }, () => 'served'));
    for (const connection of connections) connection.abort();
  });

  test('several accepts at once get distinct connections: 10 × 100 dials, none lost', async () => {
    await using listener = await system.listen('tcp://127.0.0.1:0', { maxUnclaimed: 1_000 });
    const [address] = listener.addresses;
    if (address === undefined) throw new Error('no address');
    const seen = new Set<Connection | null>();
    const acceptors = Array.from({ length: 10 }, async () => {
      for (let i = 0; i < 100; i += 1) {
        const connection = await listener.accept();
        seen.add(connection);
        await connection?.send('x');
        connection?.closeRead();
        await connection?.closeWrite();
      }
    });
    for (let batch = 0; batch < 10; batch += 1) {
      const clients = Array.from({ length: 100 }, async () => {
        const client = await system.connect({ scheme: 'tcp', address });
        expect(text(await client.recv())).toBe('x');
        await client.close();
      });
      await Promise.all(clients);
    }
    await Promise.all(acceptors);
    expect(seen.size).toBe(1_000);
    expect(listener.refused).toBe(0);
  });

  test('unclaimed connections past the bound are reset and counted, no byte of the others is read', async () => {
    await using listener = await system.listen('tcp://127.0.0.1:0', { maxUnclaimed: 3 });
    const [address] = listener.addresses;
    if (address === undefined) throw new Error('no address');
    const clients = await Promise.all(Array.from({ length: 10 }, () => system.connect({ scheme: 'tcp', address })));
    while (listener.refused < 7) await settle();
    const broken: Connection[] = [];
    for (const client of clients) {
      client.tryRecv();
      void client.closed.then(() => broken.push(client));
    }
    while (broken.length < 7) await settle();
    for (let turn = 0; turn < 20; turn += 1) await settle();
    expect([broken.length, listener.refused]).toEqual([7, 7]);
    for (const client of clients) client.abort();
  });

  test('a client that resets before accept is handed out and ends by itself', async () => {
    await using listener = await system.listen('tcp://127.0.0.1:0');
    const [address] = listener.addresses;
    if (address === undefined) throw new Error('no address');
    const client = await system.connect({ scheme: 'tcp', address });
    client.abort();
    const server = await listener.accept();
    expect(await failure(server?.recv() ?? Promise.resolve())).toMatchObject({ kind: 'broken' });
    const other = await system.connect({ scheme: 'tcp', address });
    expect(await listener.accept()).not.toBeNull();
    other.abort();
  });
});
