import { formatAddress, inet, type InetAddress } from '@stack/address';
import { afterEach, describe, expect, test } from 'vitest';
import type { BindOptions, ConnectDatagramOptions } from '../contract/datagram-options.ts';
import type { DatagramPeer, DatagramSocket } from '../contract/datagram.ts';
import { failure, text } from '../scripted-driver.test-fixture.ts';
import { system } from '../system.ts';

const open: (DatagramSocket | DatagramPeer)[] = [];
afterEach(() => Promise.all(open.splice(0).map((socket) => socket.close())));

const bind = async (at: string, options: BindOptions = {}): Promise<DatagramSocket> => {
  const socket = await system.bind(at, options);
  open.push(socket);
  return socket;
};

const connect = async (at: string, options: ConnectDatagramOptions = {}): Promise<DatagramPeer> => {
  const peer = await system.connectDatagram(at, options);
  open.push(peer);
  return peer;
};

const portOf = ({ local }: DatagramSocket | DatagramPeer): number => (local as InetAddress).port;

const hasIpv6 = await system.bind('udp://[::1]:0').then(
  (socket) => socket.close().then(() => true),
  () => false,
);

describe('the options of a UDP socket', () => {
  test('localAddress is where it sends from', async () => {
    const server = await bind('udp://127.0.0.1:0');
    const client = await connect(`udp://127.0.0.1:${portOf(server)}`, { localAddress: '127.0.0.2' });
    await client.send('x');
    const { from } = await server.recvFrom();
    expect([client.local, from]).toMatchObject([{ host: '127.0.0.2' }, client.local]);
  });

  test('a localAddress that cannot be had says which', async () => {
    const taken = await bind('udp://127.0.0.1:0');
    const localAddress = taken.local;
    expect(await failure(system.connectDatagram('udp://127.0.0.1:9', { localAddress }))).toMatchObject({
      code: 'EADDRINUSE',
      message: `Cannot connect to udp://127.0.0.1:9: localAddress ${formatAddress(localAddress)}: address already in use`,
    });
    // RFC 5737 section 3: TEST-NET-1, nobody's.
    const foreign = system.connectDatagram('udp://127.0.0.1:9', { localAddress: inet('192.0.2.1', 0) });
    expect(await failure(foreign)).toMatchObject({ code: 'EADDRNOTAVAIL', op: 'connect' });
    const other = system.connectDatagram('udp://127.0.0.1:9', { localAddress: '::1' });
    expect(await failure(other)).toMatchObject({
      code: 'ERR_UNSUPPORTED',
      reason: expect.stringContaining('of another family'),
    });
  });

  test('broadcast lets a connected socket have a broadcast address for a peer', async () => {
    // Without leave the kernel refuses (SO_BROADCAST); nothing is sent there.
    expect(await failure(system.connectDatagram('udp://127.255.255.255:9'))).toMatchObject({ code: 'EACCES' });
    const peer = await connect('udp://127.255.255.255:9', { broadcast: true });
    expect(formatAddress(peer.remote)).toBe('127.255.255.255:9');
  });

  test('reuseAddress lets another socket have the port; without it nobody may', async () => {
    const first = await bind('udp://127.0.0.1:0', { reuseAddress: true });
    const at = `udp://127.0.0.1:${portOf(first)}`;
    const second = await bind(at, { reuseAddress: true });
    expect(second.local).toEqual(first.local);
    expect(await failure(system.bind(at))).toMatchObject({ code: 'EADDRINUSE' });
  });

  test.runIf(hasIpv6)('an IPv6 socket hears and reaches IPv4, with ipv6Only it does not', async () => {
    const both = await bind('udp://[::]:0');
    const client = await connect(`udp://127.0.0.1:${portOf(both)}`);
    await client.send('question');
    const { from } = await both.recvFrom();
    expect(formatAddress(from)).toBe(`[::ffff:127.0.0.1]:${portOf(client)}`);
    await both.sendTo('one', from);
    await both.sendTo('two', client.local);
    both.trySendTo('three', client.local);
    expect([text(await client.recv()), text(await client.recv()), text(await client.recv())]).toEqual([
      'one',
      'two',
      'three',
    ]);

    const alone = await bind('udp://[::]:0', { ipv6Only: true });
    const free = await bind(`udp://0.0.0.0:${portOf(alone)}`);
    expect(portOf(free)).toBe(portOf(alone));
    expect(await failure(alone.sendTo('x', client.local))).toMatchObject({ name: 'TransportError', op: 'send' });
    expect(await failure(system.bind('udp://127.0.0.1:0', { ipv6Only: true }))).toMatchObject({
      code: 'ERR_UNSUPPORTED',
      message: 'Cannot bind udp://127.0.0.1:0: ipv6Only needs an IPv6 address',
    });
  });

  test('buffer sizes, hops and the rest are taken by the system', async () => {
    const socket = await bind('udp://127.0.0.1:0', { recvBufferBytes: 100_000, sendBufferBytes: 50_000 });
    socket.setTtl(255);
    socket.setMulticastTtl(0);
    socket.setMulticastLoop(false);
    socket.setBroadcast(true);
    socket.setMulticastInterface('127.0.0.1');
    await socket.sendTo('x', socket.local);
    expect(text((await socket.recvFrom()).data)).toBe('x');
  });

  test('what the system refuses to set is told as its own', async () => {
    const socket = await bind('udp://0.0.0.0:0');
    // Nobody can be left who was not joined: but leaving twice is nothing.
    const group = socket.joinGroup('239.255.77.77', { interface: '127.0.0.1' });
    expect(() => socket.joinGroup('239.255.77.77', { interface: '127.0.0.1' })).toThrow(
      expect.objectContaining({ code: 'EADDRINUSE', kind: 'address', op: 'configure' }),
    );
    group[Symbol.dispose]();
    group[Symbol.dispose]();
    expect(() => socket.joinGroup('239.255.77.77', { interface: 'nope77' })).toThrow(
      expect.objectContaining({ code: 'ENODEV', kind: 'notFound' }),
    );
  });

  test('Unix datagrams are refused, with the reason', async () => {
    const reason = 'Node has no Unix datagram sockets: its dgram module makes udp4 and udp6 only';
    expect(await failure(system.bind('unixgram:/run/x'))).toMatchObject({ code: 'ERR_UNSUPPORTED', reason });
    expect(await failure(system.connectDatagram('unixgram:@x'))).toMatchObject({ code: 'ERR_UNSUPPORTED', reason });
  });

  test('a trySendTo that fails is told to onError, with whom it was for, and nobody else hears of it', async () => {
    const told: unknown[] = [];
    const socket = await bind('udp://127.0.0.1:0', { onError: (error) => told.push(error) });
    const to = inet('255.255.255.255', 9);
    expect([socket.trySendTo('x', to), socket.trySendTo(new Uint8Array(65_508), socket.local)]).toEqual([true, true]);
    await expect.poll(() => told.length).toBe(2);
    expect(told).toMatchObject([
      { code: 'EACCES', op: 'send', remote: to },
      { code: 'EMSGSIZE', op: 'send', remote: socket.local },
    ]);
  });
});
