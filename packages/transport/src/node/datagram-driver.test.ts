import { type Address, formatAddress, inet, unixPath } from '@stack/address';
import { afterEach, describe, expect, test } from 'vitest';
import type { DatagramPeer, DatagramSocket } from '../contract/datagram.ts';
import type { BindOptions } from '../contract/datagram-options.ts';
import { failure, settle, state, text } from '../scripted-driver.test-fixture.ts';
import { system } from '../system.ts';

const open: (DatagramSocket | DatagramPeer)[] = [];
afterEach(() => Promise.all(open.splice(0).map((socket) => socket.close())));

const bind = async (options: BindOptions = {}, at = 'udp://127.0.0.1:0'): Promise<DatagramSocket> => {
  const socket = await system.bind(at, options);
  open.push(socket);
  return socket;
};

const connect = async (to: Address, options: BindOptions = {}): Promise<DatagramPeer> => {
  const peer = await system.connectDatagram({ scheme: 'udp', address: to }, options);
  open.push(peer);
  return peer;
};

/** An address where nobody is bound: one that was just given back. */
const nobody = async (): Promise<Address> => {
  const socket = await system.bind('udp://127.0.0.1:0');
  const { local } = socket;
  await socket.close();
  return local;
};

describe('a UDP socket', () => {
  test.each(['udp://127.0.0.1:0', 'udp://[::1]:0'])('on %s answers a connected peer', async (at) => {
    const socket = await bind({}, at);
    const peer = await connect(socket.local);
    expect(peer.remote).toEqual(socket.local);
    await peer.send('question');
    const { data, from, truncated } = await socket.recvFrom();
    expect([text(data), truncated, formatAddress(from)]).toEqual(['question', false, formatAddress(peer.local)]);
    await socket.sendTo('answer', from);
    expect(text(await peer.recv())).toBe('answer');
  });

  test.each([0, 1, 2, 256, 1_024, 4_096, 16_384, 65_506, 65_507])(
    'carries %d bytes as one datagram',
    async (length) => {
      const socket = await bind();
      const peer = await connect(socket.local);
      await peer.send(new Uint8Array(length).fill(7));
      const { data } = await socket.recvFrom();
      expect([data.length, data.every((byte) => byte === 7)]).toEqual([length, true]);
    },
  );

  test('one that is too long fails that call only, with and without a connection', async () => {
    const socket = await bind();
    const peer = await connect(socket.local);
    const error = await failure(socket.sendTo(new Uint8Array(65_508), peer.local));
    expect(error).toMatchObject({ code: 'EMSGSIZE', kind: 'limit', op: 'send', remote: peer.local });
    expect(await failure(peer.send(new Uint8Array(65_508)))).toMatchObject({ code: 'EMSGSIZE', remote: socket.local });
    await peer.send('still here');
    expect(text((await socket.recvFrom()).data)).toBe('still here');
    await socket.sendTo('so am I', peer.local);
    expect(text(await peer.recv())).toBe('so am I');
  });

  test('sent = received + dropped, exactly, for a reader that is late', async () => {
    const socket = await bind({ queue: { packets: 20 } });
    const peer = await connect(socket.local);
    for (let i = 0; i < 100; i += 1) await peer.send(String(i));
    for (let turn = 0; turn < 50 && socket.dropped < 80; turn += 1) await settle();
    const received = await socket.recvMany(1_000);
    expect(received.map(({ data }) => text(data))).toEqual(Array.from({ length: 20 }, (_, i) => String(i)));
    expect(socket.dropped).toBe(80);
  });

  test('a batch goes out in order, and each that fails is told', async () => {
    const socket = await bind();
    const peer = await bind();
    const to = peer.local;
    expect(await socket.sendMany(['a', 'b', 'c'].map((data) => ({ data, to })))).toBe(3);
    const got = [await peer.recvFrom(), await peer.recvFrom(), await peer.recvFrom()];
    expect(got.map(({ data }) => text(data))).toEqual(['a', 'b', 'c']);
    const batch = ['x', new Uint8Array(70_000), 'y'].map((data) => ({ data, to }));
    expect(await failure(socket.sendMany(batch))).toMatchObject({ code: 'EMSGSIZE' });
    expect([await peer.recvFrom(), await peer.recvFrom()].map(({ data }) => text(data))).toEqual(['x', 'y']);
  });

  test('a dead peer surfaces on the connected socket, which stays open', async () => {
    const to = await nobody();
    const peer = await connect(to);
    const reading = failure(peer.recv({ timeoutMs: 5_000 }));
    await peer.send('anyone?').catch(() => undefined);
    expect(await reading).toMatchObject({ code: 'ECONNREFUSED', kind: 'refused', op: 'recv', remote: to });
    const socket = await bind({}, `udp://${formatAddress(to)}`);
    // What the kernel still had to say of the dead one may be told to this send.
    await peer.send('now?').catch(() => peer.send('now?'));
    expect(text((await socket.recvFrom()).data)).toBe('now?');
  });

  test('a dead peer that nobody waits for ends no process', async () => {
    const peer = await connect(await nobody());
    for (let i = 0; i < 5; i += 1) {
      void peer.send('anyone?');
      peer.trySend('anyone?');
      await settle();
    }
    expect(await failure(peer.recv({ timeoutMs: 5_000 }))).toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('a dead peer never disturbs an unconnected socket', async () => {
    const socket = await bind();
    const dead = await nobody();
    const alive = await connect(socket.local);
    const reading = socket.recvFrom();
    for (let i = 0; i < 5; i += 1) {
      await socket.sendTo('anyone?', dead);
      await settle();
    }
    expect(await state(reading)).toBe('pending');
    await alive.send('yes');
    expect(text((await reading).data)).toBe('yes');
  });

  test('an address in use, and one that is not ours, fail', async () => {
    const socket = await bind();
    const at = `udp://${formatAddress(socket.local)}`;
    expect(await failure(system.bind(at))).toMatchObject({
      code: 'EADDRINUSE',
      kind: 'address',
      message: `Cannot bind ${at}: address already in use`,
    });
    // RFC 5737 section 3: TEST-NET-1, nobody's.
    expect(await failure(system.bind('udp://192.0.2.1:0'))).toMatchObject({ code: 'EADDRNOTAVAIL' });
  });

  test('a connect that the kernel refuses is a failure, not a socket without a peer', async () => {
    // A broadcast address needs leave (SO_BROADCAST), which nobody gave.
    const error = await failure(system.connectDatagram('udp://255.255.255.255:9'));
    expect(error).toMatchObject({ code: 'EACCES', kind: 'denied', op: 'connect' });
  });

  test('what a socket cannot send to is told to that call', async () => {
    const socket = await bind();
    expect(await failure(socket.sendTo('x', unixPath('/run/x')))).toMatchObject({
      code: 'ERR_UNSUPPORTED',
      message: 'Cannot send to unix:/run/x: a UDP socket knows IP addresses only',
    });
    expect(await failure(socket.sendTo('x', inet('127.0.0.1', 0)))).toMatchObject({ code: 'EINVAL' });
    expect(await failure(socket.sendTo('x', inet('::1', 9)))).toMatchObject({ name: 'TransportError', op: 'send' });
    expect(socket.trySendTo('x', unixPath('/run/x'))).toBe(true);
    await settle();
    await socket.sendTo('x', socket.local);
    expect(text((await socket.recvFrom()).data)).toBe('x');
  });

  test('close() rejects what waits, ends consume, and frees the address', async () => {
    const socket = await bind();
    const { local } = socket;
    const reading = failure(socket.recvFrom());
    const closed = socket.close();
    expect(await reading).toMatchObject({ code: 'ERR_CLOSED' });
    await closed;
    await socket.close();
    expect(socket.local).toEqual(local);
    const again = await bind({}, `udp://${formatAddress(local)}`);
    const consumed = again.consume(() => undefined);
    await again.close();
    await consumed;
  });
});
