import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { inet } from '@stack/address';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Connection } from '../contract/connection.ts';
import { failure, text } from '../scripted-driver.test-fixture.ts';
import { system } from '../system.ts';

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeEach(() => void process.on('unhandledRejection', note));
afterEach(() => {
  process.off('unhandledRejection', note);
  unhandled.length = 0;
});

const pair = async (): Promise<[Connection, Connection]> => {
  await using listener = await system.listen('tcp://127.0.0.1:0');
  const [address] = listener.addresses;
  if (address === undefined) throw new Error('no address');
  const [client, server] = await Promise.all([system.connect({ scheme: 'tcp', address }), listener.accept()]);
  if (server === null) throw new Error('nobody was accepted');
  return [client, server];
};

/** Everything that sends, of which nobody may wait for the outcome. */
const forget = (connection: Connection): void => {
  void connection.send('forgotten');
  void connection.send(['in ', 'parts']);
  void connection.send('too late', { timeoutMs: 0 });
  void connection.send('called off', { signal: AbortSignal.abort('enough') });
  void connection.send('soon too late', { timeoutMs: 1 });
  void connection.writable();
  void connection.writable({ timeoutMs: 1 });
  void connection.closeWrite({ timeoutMs: 1 });
  void connection.closeWrite();
  void connection.send('behind the end');
};

const chunk = new Uint8Array(1_048_576);

test.each([
  ['a peer that resets', (peer: Connection) => peer.abort()],
  ['a peer that is there', () => undefined],
])('what is forgotten is no unhandled rejection: a connection with %s', async (_what, leave) => {
  const [client, server] = await pair();
  leave(server);
  forget(client);
  await sleep(20);
  forget(client);
  client.abort();
  forget(client);
  server.abort();
  await Promise.all([client.closed, server.closed]);
  await sleep(5);
  expect(unhandled).toEqual([]);
});

test('what is forgotten is no unhandled rejection: sends that wait when the peer resets, or when we abort or overflow', async () => {
  for (const end of ['reset', 'abort', 'close', 'overflow'] as const) {
    const [client, server] = await pair();
    // Nobody reads: the last of them wait.
    for (let i = 0; i < 16; i += 1) void client.send(chunk);
    void client.send('waits');
    void client.writable();
    if (end === 'reset') server.abort();
    if (end === 'abort') client.abort();
    if (end === 'close') void client.close({ flushMs: 10 });
    if (end === 'overflow') for (let i = 0; i < 16; i += 1) void client.send(chunk);
    await sleep(20);
    forget(client);
    client.abort();
    server.abort();
    await Promise.all([client.closed, server.closed]);
  }
  await sleep(5);
  expect(unhandled).toEqual([]);
});

test('what is forgotten is no unhandled rejection: datagrams', async () => {
  const socket = await system.bind('udp://127.0.0.1:0');
  const nobody = await system.bind('udp://127.0.0.1:0');
  const peer = await system.connectDatagram({ scheme: 'udp', address: nobody.local });
  await nobody.close();
  const tooLong = new Uint8Array(70_000);
  for (let i = 0; i < 3; i += 1) {
    void peer.send('anybody?');
    void peer.send(tooLong);
    void socket.sendTo('anybody?', nobody.local);
    void socket.sendTo(tooLong, nobody.local);
    void socket.sendTo('no port', inet('127.0.0.1', 0));
    void socket.sendTo('too late', nobody.local, { timeoutMs: 0 });
    void socket.sendMany([{ data: tooLong, to: nobody.local }]);
    await sleep(5);
  }
  await Promise.all([socket.close(), peer.close()]);
  void peer.send('too late');
  void socket.sendTo('too late', nobody.local);
  void socket.sendMany([{ data: 'too late', to: nobody.local }]);
  await sleep(5);
  expect(unhandled).toEqual([]);
});

test('data, 5 ms, then a reset while the reader is busy: the data first, then the error', async () => {
  for (const isClaimedLate of [false, true]) {
    await using listener = await system.listen('tcp://127.0.0.1:0');
    const [address] = listener.addresses;
    if (address?.family !== 'AF_INET') throw new Error('no address');
    // A socket of Node's own is the peer: nothing of ours can hide what ours does.
    const peer = connectSocket(address.port, address.host);
    await once(peer, 'connect');
    const server = isClaimedLate ? null : await listener.accept();
    const first = server?.recvExactly(5);
    peer.write('first');
    expect(text((await first) ?? null)).toBe(isClaimedLate ? 'null' : 'first');
    peer.write('and the rest');
    await sleep(5);
    peer.resetAndDestroy();
    await sleep(30);

    const reader = server ?? (await listener.accept());
    if (reader === null) throw new Error('nobody was accepted');
    const expected = isClaimedLate ? 'firstand the rest' : 'and the rest';
    expect(text(await reader.recvExactly(expected.length))).toBe(expected);
    expect(await failure(reader.recv())).toMatchObject({ code: 'ECONNRESET', kind: 'broken' });
    expect(await reader.closed).toMatchObject({ how: 'broken', clean: false });
  }
});
