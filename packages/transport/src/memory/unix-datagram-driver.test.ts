import { formatAddress, unixAbstract, unixPath, unixUnnamed } from '@stack/address';
import { describe, expect, test } from 'vitest';
import { failure, settle, state, text } from '../scripted-driver.test-fixture.ts';
import { memoryNetwork } from './network.ts';

const path = unixPath('/run/log');

describe('unixgram: in memory', () => {
  test.each(['unixgram:/run/log', 'unixgram:@log'])('%s: boundaries, and answers to who has a name', async (at) => {
    const net = memoryNetwork();
    const log = await net.bind(at);
    const named = await net.connectDatagram(at, { localAddress: unixPath('/run/client') });
    for (const data of ['a', '', 'bc']) await named.send(data);
    const got = [await log.recvFrom(), await log.recvFrom(), await log.recvFrom()];
    expect(got.map(({ data }) => text(data))).toEqual(['a', '', 'bc']);
    expect([...new Set(got.map(({ from }) => formatAddress(from)))]).toEqual(['unix:/run/client']);
    await log.sendTo('answer', got[0]?.from ?? unixUnnamed);
    expect(text(await named.recv())).toBe('answer');
  });

  test('who has no name says so, and cannot be answered', async () => {
    const net = memoryNetwork();
    const log = await net.bind({ scheme: 'unixgram', address: path });
    const nameless = await net.connectDatagram({ scheme: 'unixgram', address: path });
    expect([nameless.local, nameless.remote]).toEqual([unixUnnamed, path]);
    await nameless.send('x');
    const { from } = await log.recvFrom();
    expect(from).toEqual(unixUnnamed);
    expect(await failure(log.sendTo('answer', from))).toMatchObject({ code: 'EDESTADDRREQ' });
  });

  test('a full receiver makes its senders wait, in order, and nothing is lost', async () => {
    const net = memoryNetwork();
    const log = await net.bind('unixgram:/run/log', { queue: { packets: 1 } });
    const sender = await net.connectDatagram('unixgram:/run/log', { maxQueuedPackets: 20 });
    let sent = 0;
    const sends = Array.from({ length: 25 }, (_, i) => sender.send(String(i)).then(() => (sent += 1)));
    const outcomes = Promise.allSettled(sends);
    for (let turn = 0; turn < 4; turn += 1) await settle();
    const states = await Promise.all(sends.map((send) => state(send)));
    // One is in the queue of the socket, ten are in that of the kernel, nine wait; for five there was no room.
    expect([sent, states.filter((each) => each === 'rejected').length]).toEqual([11, 5]);
    let more = 20;
    while (sender.trySend(String(more))) more += 1;
    expect(more).toBe(31);
    const room = sender.writable();
    const got: string[] = [];
    while (got.length < more) got.push(text((await log.recvFrom()).data));
    expect(got).toEqual(Array.from({ length: more }, (_, i) => String(i)));
    await room;
    expect([log.dropped, sender.trySend('yes')]).toEqual([0, true]);
    await outcomes;
  });

  test('a receiver that closes fails those who wait for it', async () => {
    const net = memoryNetwork();
    const log = await net.bind('unixgram:/run/log', { queue: { packets: 1 } });
    const sender = await net.connectDatagram('unixgram:/run/log');
    const sends = Array.from({ length: 13 }, () => sender.send('x'));
    await settle();
    await settle();
    await log.close();
    const outcomes = await Promise.allSettled(sends);
    expect(outcomes.map(({ status }) => status)).toEqual([...Array(11).fill('fulfilled'), 'rejected', 'rejected']);
    expect(outcomes.at(-1)).toMatchObject({ reason: { code: 'ECONNREFUSED', remote: path } });
    // Another one at its address is not the peer.
    await using again = await net.bind('unixgram:/run/log');
    expect(await failure(sender.send('x'))).toMatchObject({ code: 'ECONNREFUSED', remote: again.local });
  });

  test('a sender that closes takes back what waits', async () => {
    const net = memoryNetwork();
    const log = await net.bind('unixgram:@log', { queue: { packets: 1 } });
    const [leaves, stays] = [await net.connectDatagram('unixgram:@log'), await net.connectDatagram('unixgram:@log')];
    const sends = Array.from({ length: 12 }, () => leaves.send('leaves'));
    const kept = stays.send('stays');
    await settle();
    await leaves.close();
    expect(await failure(sends.at(-1) ?? Promise.resolve())).toMatchObject({ code: 'ERR_CLOSED' });
    const got: string[] = [];
    while (got.at(-1) !== 'stays') got.push(text((await log.recvFrom()).data));
    expect(got).toEqual([...Array(11).fill('leaves'), 'stays']);
    await kept;
  });

  test('nobody there is told at once, by what is not there', async () => {
    const net = memoryNetwork();
    expect(await failure(net.connectDatagram('unixgram:/run/log'))).toMatchObject({ code: 'ENOENT', kind: 'notFound' });
    expect(await failure(net.connectDatagram('unixgram:@log'))).toMatchObject({ code: 'ECONNREFUSED' });
    const socket = await net.bind('unixgram:/run/me');
    expect(await failure(socket.sendTo('x', path))).toMatchObject({ code: 'ENOENT', remote: path, op: 'send' });
    expect(await failure(socket.sendTo('x', unixAbstract('log')))).toMatchObject({ code: 'ECONNREFUSED' });
    expect(await failure(net.bind('unixgram:/run/me'))).toMatchObject({ code: 'EADDRINUSE' });
    const error = await failure(socket.sendTo('x', { family: 'AF_INET', host: '127.0.0.1', port: 1 }));
    expect(error).toMatchObject({ code: 'ERR_UNSUPPORTED', reason: 'a Unix socket sends to Unix addresses only' });
  });

  test('a socket with a peer hears no other, and says so', async () => {
    const net = memoryNetwork();
    const log = await net.bind('unixgram:/run/log');
    const client = await net.connectDatagram('unixgram:/run/log', { localAddress: unixPath('/run/client') });
    const stranger = await net.bind('unixgram:/run/stranger');
    expect(await failure(stranger.sendTo('x', client.local))).toMatchObject({ code: 'EPERM', kind: 'denied' });
    expect(await failure(net.connectDatagram('unixgram:/run/client'))).toMatchObject({ code: 'EPERM', op: 'connect' });
    await log.sendTo('from the peer', client.local);
    expect(text(await client.recv())).toBe('from the peer');
  });

  test('one that is too long is told with the numbers', async () => {
    const net = memoryNetwork();
    await using _log = await net.bind('unixgram:/run/log');
    const client = await net.connectDatagram('unixgram:/run/log');
    await client.send(new Uint8Array(212_960));
    expect(await failure(client.send(new Uint8Array(212_961)))).toMatchObject({
      code: 'EMSGSIZE',
      message: 'Cannot send to unix:/run/log: the datagram has 212961 bytes, and at most 212960 fit into one',
    });
  });

  test('what a Unix socket cannot do is refused by name', async () => {
    const net = memoryNetwork();
    const socket = await net.bind('unixgram:/run/log');
    expect([...socket.caps]).toEqual(['pause']);
    expect(() => socket.setTtl(1)).toThrow('this transport has no "ttl"');
    expect(() => socket.joinGroup('239.1.2.3')).toThrow('this transport has no "multicast"');
    expect(await failure(net.bind('unixgram:/run/other', { broadcast: true }))).toMatchObject({
      code: 'ERR_UNSUPPORTED',
    });
    await using free = await net.bind('unixgram:/run/other');
    expect(free.local).toEqual(unixPath('/run/other'));
  });
});
