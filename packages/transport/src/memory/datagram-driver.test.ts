import { inet } from '@stack/address';
import { describe, expect, test } from 'vitest';
import type { DatagramSocket } from '../contract/datagram.ts';
import { failure, settle, text } from '../scripted-driver.test-fixture.ts';
import { memoryNetwork } from './network.ts';

/** What has come, once everything that is on its way is there. */
const heard = async (socket: DatagramSocket): Promise<string[]> => {
  for (let turn = 0; turn < 3; turn += 1) await settle();
  const all = await socket.recvMany(99, { timeoutMs: 1 }).catch(() => []);
  return all.map(({ data }) => text(data));
};

describe('udp: in memory', () => {
  test('a group is heard by its members at that port, until they leave', async () => {
    const net = memoryNetwork();
    const sender = await net.bind('udp://127.0.0.1:0');
    const [member, bystander, elsewhere] = [
      await net.bind('udp://127.0.0.1:5000'),
      await net.bind('udp://127.0.0.2:5000'),
      await net.bind('udp://127.0.0.1:5001'),
    ];
    const group = member.joinGroup('239.1.2.3');
    elsewhere.joinGroup('239.1.2.3');
    expect(() => member.joinGroup('239.1.2.3')).toThrow(expect.objectContaining({ code: 'EADDRINUSE' }));
    const to = inet('239.1.2.3', 5000);
    await sender.sendTo('one', to);
    expect([await heard(member), await heard(bystander), await heard(elsewhere)]).toEqual([['one'], [], []]);
    sender.setMulticastLoop(false);
    await sender.sendTo('two', to);
    sender.setMulticastLoop(true);
    group[Symbol.dispose]();
    await sender.sendTo('three', to);
    expect(await heard(member)).toEqual([]);
  });

  test('a group of one source is heard from nobody else', async () => {
    const net = memoryNetwork();
    const member = await net.bind('udp://[::1]:5000');
    const [right, wrong] = [await net.bind('udp://[fd00::1]:0'), await net.bind('udp://[fd00::2]:0')];
    using _group = member.joinGroup('ff3e::1:3', { source: 'fd00::1' });
    await wrong.sendTo('wrong', inet('ff3e::1:3', 5000));
    await right.sendTo('right', inet('ff3e::1:3', 5000));
    expect(await heard(member)).toEqual(['right']);
  });

  test('there are no interfaces, and no hops', async () => {
    const net = memoryNetwork();
    const socket = await net.bind('udp://127.0.0.1:0');
    const noDevice = expect.objectContaining({ code: 'ENODEV' });
    expect(() => socket.joinGroup('239.1.2.3', { interface: 'eth0' })).toThrow(noDevice);
    expect(() => socket.setMulticastInterface('eth0')).toThrow(noDevice);
    expect(() => socket.setTtl(1)).toThrow(expect.objectContaining({ code: 'ERR_UNSUPPORTED' }));
    expect(socket.kernelDropped()).toBe(undefined);
  });

  test('a broadcast needs leave, and reaches everyone at that port', async () => {
    const net = memoryNetwork();
    const sender = await net.bind('udp://127.0.0.1:0');
    const all = [await net.bind('udp://127.0.0.1:5000'), await net.bind('udp://10.0.0.1:5000')];
    const six = await net.bind('udp://[::1]:5000');
    const to = inet('255.255.255.255', 5000);
    expect(await failure(sender.sendTo('no', to))).toMatchObject({ code: 'EACCES', kind: 'denied', remote: to });
    sender.setBroadcast(true);
    await sender.sendTo('all', to);
    expect([await Promise.all(all.map(heard)), await heard(six)]).toEqual([[['all'], ['all']], []]);
    sender.setBroadcast(false);
    expect(await failure(sender.sendTo('no', to))).toMatchObject({ code: 'EACCES' });
    const allowed = await net.bind('udp://127.0.0.2:0', { broadcast: true });
    await allowed.sendTo('again', to);
  });

  test('localAddress is where a connected socket sends from', async () => {
    const net = memoryNetwork();
    const server = await net.bind('udp://127.0.0.1:5000');
    const client = await net.connectDatagram('udp://127.0.0.1:5000', { localAddress: inet('127.0.0.9', 0) });
    await client.send('x');
    const { from } = await server.recvFrom();
    expect([client.local, from]).toMatchObject([{ host: '127.0.0.9' }, client.local]);
    const taken = net.connectDatagram('udp://127.0.0.1:5000', { localAddress: client.local });
    expect(await failure(taken)).toMatchObject({ code: 'EADDRINUSE' });
  });

  test('the longest datagram depends on the family, as in UDP', async () => {
    const net = memoryNetwork();
    const four = await net.bind('udp://127.0.0.1:0');
    const six = await net.bind('udp://[::1]:0');
    await six.sendTo(new Uint8Array(65_527), six.local);
    expect(await failure(four.sendTo(new Uint8Array(65_508), four.local))).toMatchObject({
      code: 'EMSGSIZE',
      reason: 'the datagram has 65508 bytes, and at most 65507 fit into one',
    });
  });
});
