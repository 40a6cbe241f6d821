import { type Address, formatAddress, inet } from '@stack/address';
import { describe, expect, test } from 'vitest';
import { failure, settle, state, text } from '../scripted-driver.test-fixture.ts';
import { fakeClock } from '../virtual/fake-clock.ts';
import { memoryBackend } from './backend.ts';
import { memoryNetwork } from './network.ts';

const portOf = (address: Address | undefined): number =>
  address !== undefined && 'port' in address ? address.port : Number.NaN;

describe('memoryNetwork()', () => {
  test('each is a world of its own', async () => {
    const [one, other] = [memoryNetwork(), memoryNetwork()];
    await using listener = await one.listen('tcp://127.0.0.1:80');
    expect(await failure(other.connect('tcp://127.0.0.1:80'))).toMatchObject({
      code: 'ECONNREFUSED',
      message: 'Cannot connect to tcp://127.0.0.1:80: connection refused',
    });
    expect(listener.addresses.map(formatAddress)).toEqual(['127.0.0.1:80']);
  });

  test('port 0 gives a port that nobody has, however many are asked for', async () => {
    const net = memoryNetwork();
    const taken = await net.bind('udp://127.0.0.1:49153');
    const sockets = await Promise.all(Array.from({ length: 50 }, () => net.bind('udp://127.0.0.1:0')));
    const peer = await net.connectDatagram('udp://127.0.0.1:49153');
    const ports = [taken, peer, ...sockets].map(({ local }) => portOf(local));
    expect(new Set(ports).size).toBe(ports.length);
    await Promise.all([taken, peer, ...sockets].map((socket) => socket.close()));
  });

  test('an address in use is refused until it is free', async () => {
    const net = memoryNetwork();
    const listener = await net.listen('unix:/run/x');
    expect(await failure(net.listen('unix:/run/x'))).toMatchObject({
      code: 'EADDRINUSE',
      kind: 'address',
      op: 'listen',
    });
    const waiting = listener.accept();
    void listener.close();
    expect(await waiting).toBeNull();
    const again = await net.listen('unix:/run/x');
    expect(await failure(net.bind('udp://127.0.0.1:1').then(() => net.bind('udp://127.0.0.1:1')))).toMatchObject({
      code: 'EADDRINUSE',
    });
    await again.close();
  });

  test('localhost is there, other names are not', async () => {
    const net = memoryNetwork();
    await using listener = await net.listen('tcp://localhost:80');
    expect(listener.addresses).toEqual([inet('127.0.0.1', 80)]);
    expect(await failure(net.connect('tcp://example.test:80'))).toMatchObject({ code: 'ENOTFOUND' });
  });

  test('a listener that stops hands out what came; one that is closed resets it', async () => {
    const net = memoryNetwork();
    const listener = await net.listen('memory:a');
    const client = await net.connect('memory:a');
    listener.stop();
    const server = await listener.accept();
    expect(server).not.toBeNull();
    expect(await listener.accept()).toBeNull();

    const other = await net.listen('memory:b');
    const unlucky = await net.connect('memory:b');
    await settle();
    await other.close();
    expect(await failure(unlucky.recv())).toMatchObject({ code: 'ECONNRESET' });
    client.abort();
    server?.abort();
  });

  test('a connection on its way when the listener closes is reset', async () => {
    const net = memoryNetwork();
    const listener = await net.listen('memory:a');
    const client = await net.connect('memory:a');
    await listener.close();
    expect(await failure(client.recv())).toMatchObject({ code: 'ECONNRESET' });
  });

  test('past maxUnclaimed connections are reset and counted', async () => {
    const net = memoryNetwork();
    await using listener = await net.listen('memory:a', { maxUnclaimed: 1 });
    const clients = await Promise.all([net.connect('memory:a'), net.connect('memory:a')]);
    expect(await failure(clients[1]?.recv() ?? Promise.resolve())).toMatchObject({ code: 'ECONNRESET' });
    expect(listener.refused).toBe(1);
    clients[0]?.abort();
  });

  test('an async echo loses nothing after a half-close, through a small window', async () => {
    const net = memoryNetwork({ windowBytes: 1_000 });
    await using listener = await net.listen('memory:echo');
    const client = await net.connect('memory:echo');
    const server = await listener.accept();
    const echo = (async () => {
      for await (const chunk of server ?? []) await server?.send(chunk);
      await server?.closeWrite();
    })();
    const sent = new Uint8Array(300_000).map((_, i) => i % 251);
    const sending = client.send(sent).then(() => client.closeWrite());
    expect(await client.recvExactly(sent.length)).toEqual(sent);
    expect(await client.recv()).toBeNull();
    await Promise.all([echo, sending]);
    expect(await client.closed).toMatchObject({ how: 'finished', clean: true });
    await Promise.all([client.close(), server?.close()]);
  });

  test('a close that cannot flush resets in the end, by the clock it was given', async () => {
    const clock = fakeClock();
    const net = memoryNetwork({ clock, windowBytes: 10 });
    await using listener = await net.listen('memory:stuck');
    const client = await net.connect('memory:stuck');
    const server = await listener.accept();
    void client.send(new Uint8Array(25));
    const closing = client.close();
    await clock.advance(4_999);
    expect(await state(closing)).toBe('pending');
    await clock.advance(1);
    await closing;
    expect(await client.closed).toMatchObject({ how: 'aborted', unsentBytes: 15, error: { code: 'ERR_TIMEOUT' } });
    expect(await failure(server?.recv() ?? Promise.resolve())).toMatchObject({ code: 'ECONNRESET' });
    expect(clock.pending).toBe(0);
  });

  test('connects from the local address that is asked for, and from no address that is taken', async () => {
    const net = memoryNetwork();
    await using listener = await net.listen('tcp://127.0.0.1:80');
    const client = await net.connect('tcp://127.0.0.1:80', { localAddress: '10.0.0.1:5000' });
    const server = await listener.accept();
    expect([client.local, server?.remote].map((it) => it && formatAddress(it))).toEqual([
      '10.0.0.1:5000',
      '10.0.0.1:5000',
    ]);
    const other = await net.connect('tcp://127.0.0.1:80', { localAddress: '10.0.0.1' });
    expect(formatAddress(other.local)).toMatch(/^10\.0\.0\.1:[1-9]\d+$/);
    expect(await failure(net.connect('tcp://127.0.0.1:80', { localAddress: '127.0.0.1:80' }))).toMatchObject({
      code: 'EADDRINUSE',
      op: 'connect',
    });
    for (const connection of [client, server, other]) connection?.abort();
  });

  test('an address has one listener: a port cannot be shared, and is not said to be', async () => {
    const net = memoryNetwork();
    expect(await failure(net.listen('tcp://127.0.0.1:80', { reusePort: true }))).toMatchObject({
      code: 'ERR_UNSUPPORTED',
      message: 'Cannot listen on tcp://127.0.0.1:80: in memory an address has one listener, there is no reusePort',
    });
    const options = { mode: 0o600, takeOverStale: true, keepAlive: { idleMs: 1_000 } };
    await using listener = await net.listen('unix:/run/x', options);
    await using other = await net.listen('tcp://[::]:80', { ipv6Only: true, keepAlive: {} });
    expect([...listener.addresses, ...other.addresses].map(formatAddress)).toEqual(['unix:/run/x', '[::]:80']);
  });

  test('aborted before, it connects to nobody', async () => {
    const net = memoryNetwork();
    await using listener = await net.listen('memory:a');
    expect(await failure(net.connect('memory:a', { signal: AbortSignal.abort('no') }))).toBe('no');
    const waiting = listener.accept();
    expect(await state(waiting)).toBe('pending');
  });

  test('an empty window is a mistake', () => {
    expect(() => memoryBackend({ windowBytes: 0 })).toThrow(new RangeError('windowBytes must be at least 1, not 0'));
    expect(() => memoryBackend({ windowBytes: Number.NaN })).toThrow(RangeError);
  });
});

describe('datagrams in memory', () => {
  test('arrive whole, in order, empty ones too, with the address to answer to', async () => {
    const net = memoryNetwork();
    const socket = await net.bind('udp://127.0.0.1:7');
    const peer = await net.connectDatagram('udp://127.0.0.1:7');
    for (const data of ['one', '', 'two']) await peer.send(data);
    const got = [await socket.recvFrom(), await socket.recvFrom(), await socket.recvFrom()];
    expect(got.map(({ data }) => text(data))).toEqual(['one', '', 'two']);
    expect(got[0]?.from).toEqual(peer.local);
    await socket.sendTo('answer', peer.local);
    expect(text(await peer.recv())).toBe('answer');
    await Promise.all([socket.close(), peer.close()]);
  });

  test('are copied, also from a Buffer', async () => {
    const net = memoryNetwork();
    const socket = await net.bind('memory:a');
    const peer = await net.connectDatagram('memory:a');
    const data = Buffer.from('abc');
    const sent = peer.send(data);
    data.fill(120);
    await sent;
    expect(text((await socket.recvFrom()).data)).toBe('abc');
    await Promise.all([socket.close(), peer.close()]);
  });

  test('sent = received + dropped: a socket that nobody reads does not grow', async () => {
    const net = memoryNetwork();
    const socket = await net.bind('memory:a', { queue: { packets: 10 } });
    const peer = await net.connectDatagram('memory:a');
    for (let i = 0; i < 100; i += 1) await peer.send(String(i));
    await settle();
    expect([(await socket.recvMany(1_000)).length, socket.dropped]).toEqual([10, 90]);
    await Promise.all([socket.close(), peer.close()]);
  });

  test('one that is too long fails that call only', async () => {
    const net = memoryNetwork();
    const socket = await net.bind('memory:a');
    const peer = await net.connectDatagram('memory:a');
    expect(await failure(peer.send(new Uint8Array(65_508)))).toMatchObject({
      code: 'EMSGSIZE',
      reason: 'the datagram has 65508 bytes, and at most 65507 fit into one',
    });
    await peer.send(new Uint8Array(65_507));
    expect((await socket.recvFrom()).data).toHaveLength(65_507);
    expect(await failure(socket.sendTo(new Uint8Array(65_508), peer.local))).toMatchObject({ code: 'EMSGSIZE' });
    await Promise.all([socket.close(), peer.close()]);
  });

  test('a peer that is gone surfaces on the connected socket, which stays open, and disturbs no other', async () => {
    const net = memoryNetwork();
    const socket = await net.bind('memory:a');
    const peer = await net.connectDatagram('memory:a');
    await socket.close();
    await peer.send('anyone?');
    expect(await failure(peer.recv())).toMatchObject({ code: 'ECONNREFUSED', kind: 'refused' });
    const again = await net.bind('memory:a');
    await peer.send('now?');
    expect(text((await again.recvFrom()).data)).toBe('now?');
    await peer.close();
    await again.sendTo('too late', peer.local);
    expect(await state(again.recvFrom())).toBe('pending');
    await again.close();
  });

  test('a connected socket hears its peer only', async () => {
    const net = memoryNetwork();
    const socket = await net.bind('memory:a');
    const stranger = await net.bind('memory:b');
    const peer = await net.connectDatagram('memory:a');
    await stranger.sendTo('spoof', peer.local);
    await socket.sendTo('genuine', peer.local);
    expect(text(await peer.recv())).toBe('genuine');
    await Promise.all([socket.close(), stranger.close(), peer.close()]);
  });
});
