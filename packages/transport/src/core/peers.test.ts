import { formatAddress, inet } from '@stack/address';
import { describe, expect, test } from 'vitest';
import type { BindOptions } from '../contract/datagram-options.ts';
import type { PeersOptions } from '../contract/peers.ts';
import { TransportError } from '../contract/errors.ts';
import { memoryNetwork } from '../memory/network.ts';
import { ScriptedDatagrams } from '../scripted-backend.test-fixture.ts';
import { bytes, failure, settle, state, text } from '../scripted-driver.test-fixture.ts';
import { fakeClock } from '../virtual/fake-clock.ts';
import { BoundSocket } from './bound-socket.ts';
import { DatagramCore } from './datagram-core.ts';
import { peers } from './peers.ts';

const bench = (options: PeersOptions = {}, bindOptions: BindOptions = {}) => {
  const clock = fakeClock();
  const core = new DatagramCore('udp://127.0.0.1:7', clock, bindOptions);
  const driver = new ScriptedDatagrams(inet('127.0.0.1', 7), undefined, core);
  core.start(driver);
  const socket = new BoundSocket(core);
  const listener = peers(socket, options);
  /** A datagram comes from this port. */
  const comes = (port: number, data: string, truncated = false): void =>
    core.onDatagram(bytes(data), inet('127.0.0.1', port), truncated);
  const accepted = async (port: number, data = 'first') => {
    comes(port, data);
    const peer = await listener.accept();
    if (peer === null) throw new Error('there was to be a peer');
    return peer;
  };
  return { clock, core, driver, socket, listener, comes, accepted };
};

describe('peers()', () => {
  test('every address is a connection of its own, once', async () => {
    const { listener, comes } = bench();
    comes(1, 'a');
    comes(2, 'b');
    comes(1, 'c');
    const [one, two] = [await listener.accept(), await listener.accept()];
    expect([one, two].map((peer) => peer?.remote)).toEqual([inet('127.0.0.1', 1), inet('127.0.0.1', 2)]);
    expect([text(await one?.recv()), text(await one?.recv()), text(await two?.recv())]).toEqual(['a', 'c', 'b']);
    expect(await state(listener.accept())).toBe('pending');
    expect([listener.size, listener.addresses]).toEqual([2, [inet('127.0.0.1', 7)]]);
  });

  test('what has nobody to accept it is bounded: the datagram is dropped and counted', async () => {
    const { listener, comes } = bench({ maxUnclaimed: 2 });
    for (const port of [1, 2, 3, 3, 4]) comes(port, 'x');
    expect([listener.refused, listener.size]).toEqual([3, 2]);
    await listener.accept();
    comes(3, 'y');
    expect([listener.refused, listener.size]).toEqual([3, 3]);
  });

  test('each peer has a bound of its own, and the account is exact', async () => {
    const { listener, comes, accepted } = bench({ queue: { packets: 3 } });
    const one = await accepted(1);
    const two = await accepted(2);
    for (let i = 0; i < 5; i += 1) comes(1, 'x');
    comes(2, 'y');
    expect([one.dropped, two.dropped, listener.dropped]).toEqual([3, 0, 3]);
    for (let i = 0; i < 3; i += 1) await one.recv();
    expect(one.tryRecv()).toBe(undefined);
    expect([text(await two.recv()), text(await two.recv())]).toEqual(['first', 'y']);
  });

  test('a closed peer is forgotten, and is a new one when it comes again', async () => {
    const { listener, accepted } = bench();
    const peer = await accepted(1);
    const reading = failure(peer.recv().then(() => peer.recv()));
    await settle();
    await peer.close();
    expect(await reading).toMatchObject({ code: 'ERR_CLOSED' });
    expect(listener.size).toBe(0);
    const again = await accepted(1, 'again');
    expect(again).not.toBe(peer);
    await peer.close();
    expect([listener.size, text(await again.recv())]).toEqual([1, 'again']);
  });

  test('stop() takes no new peers, hands out who waits, and lets the others go on', async () => {
    const { listener, comes, accepted } = bench();
    const peer = await accepted(1);
    comes(2, 'waits');
    listener.stop();
    comes(3, 'too late');
    comes(1, 'goes on');
    expect([(await listener.accept())?.remote, await listener.accept()]).toEqual([inet('127.0.0.1', 2), null]);
    await peer.recv();
    expect(text(await peer.recv())).toBe('goes on');
    expect([listener.dropped, listener.refused]).toEqual([1, 0]);
  });

  test('close() forgets who was not accepted; the last connection closes the socket', async () => {
    const { listener, driver, comes, accepted } = bench();
    const peer = await accepted(1);
    comes(2, 'unclaimed');
    await listener.close();
    expect([listener.size, driver.log.includes('close'), await listener.accept()]).toEqual([1, false, null]);
    comes(1, 'still heard');
    await peer.recv();
    expect(text(await peer.recv())).toBe('still heard');
    await peer.close();
    expect(driver.log.at(-1)).toBe('close');
    const other = bench();
    await other.listener[Symbol.asyncDispose]();
    expect(other.driver.log.at(-1)).toBe('close');
  });

  test('leaving the loop closes the listener', async () => {
    const { listener, driver, comes } = bench();
    comes(1, 'x');
    for await (const peer of listener) {
      expect(formatAddress(peer.remote)).toBe('127.0.0.1:1');
      await peer.close();
      break;
    }
    expect(driver.log.at(-1)).toBe('close');
  });

  test('a socket that is closed ends it: what came is still read, then the connection is broken', async () => {
    const { listener, socket, comes, accepted } = bench();
    const peer = await accepted(1);
    comes(1, 'second');
    const accepting = listener.accept();
    await socket.close();
    expect(await accepting).toBe(null);
    expect([text(await peer.recv()), text(await peer.recv())]).toEqual(['first', 'second']);
    const gone = { code: 'ERR_CLOSED', reason: 'its socket is closed', remote: peer.remote };
    expect(await failure(peer.recv())).toMatchObject(gone);
    expect(await failure(peer.send('x'))).toMatchObject(gone);
    expect(await failure(peer.writable())).toMatchObject(gone);
    expect(await peer.closed).toMatchObject({ how: 'broken', clean: false, error: gone });
    await peer.close();
    expect(await peer.closed).toMatchObject({ how: 'broken' });
  });

  test('a socket that dies says why to who accepts, once', async () => {
    const { listener, core } = bench();
    core.onClose(new TransportError({ code: 'EIO', op: 'recv' }));
    await settle();
    expect(await failure(listener.accept())).toMatchObject({ code: 'EIO' });
    expect(await listener.accept()).toBe(null);
  });

  test('an error of the socket that is not fatal is told to who accepts, and it goes on', async () => {
    const { listener, core, comes } = bench();
    const accepting = failure(listener.accept());
    core.onError(new TransportError({ code: 'ENOBUFS', op: 'recv' }));
    expect(await accepting).toMatchObject({ code: 'ENOBUFS' });
    comes(1, 'on');
    expect((await listener.accept())?.remote).toEqual(inet('127.0.0.1', 1));
  });

  test('a socket that somebody else reads is refused, and left alone', async () => {
    const { socket } = bench();
    const second = peers(socket);
    await settle();
    expect(await failure(second.accept())).toMatchObject({ code: 'ERR_BUSY' });
    expect(await second.accept()).toBe(null);
  });

  test('Unix sockets without a name cannot be told apart: they are no peers', async () => {
    const net = memoryNetwork();
    const listener = peers(await net.bind('unixgram:/run/log'));
    await using nameless = await net.connectDatagram('unixgram:/run/log');
    await nameless.send('x');
    await expect.poll(() => listener.dropped).toBe(1);
    expect(listener.size).toBe(0);
    await listener.close();
  });

  test.each([{ maxUnclaimed: 0 }, { queue: { packets: 0 } }, { queue: { policy: 'random' as 'newest' } }])(
    '%o is a mistake',
    (options) => {
      expect(() => bench(options)).toThrow(RangeError);
    },
  );
});

describe('a peer', () => {
  test('gives one datagram a recv, the empty ones too', async () => {
    const { comes, accepted } = bench();
    const peer = await accepted(1, '');
    comes(1, 'ab');
    expect([text(await peer.recv()), text(await peer.recv(2))]).toEqual(['', 'ab']);
    expect(peer.unit).toBe('message');
    const reading = peer.recv();
    expect(await failure(peer.recv())).toMatchObject({ code: 'ERR_BUSY' });
    comes(1, '');
    expect((await reading)?.length).toBe(0);
  });

  test('a datagram that does not fit is ERR_MESSAGE_SIZE, and is neither split nor lost', async () => {
    const { comes, accepted } = bench();
    const peer = await accepted(1, 'abc');
    const message = 'Cannot receive from 127.0.0.1:1: the datagram has 3 bytes, and there is room for 2';
    expect(await failure(peer.recv(2))).toMatchObject({ code: 'ERR_MESSAGE_SIZE', kind: 'limit', message });
    expect(await failure(peer.recvInto(new Uint8Array(2)))).toMatchObject({ code: 'ERR_MESSAGE_SIZE' });
    expect(() => peer.tryRecv(2)).toThrow(TransportError);
    const buffer = new Uint8Array(4);
    expect([await peer.recvInto(buffer), text(buffer.subarray(0, 3))]).toEqual([3, 'abc']);
    const waiting = failure(peer.recv(1));
    comes(1, 'late');
    expect(await waiting).toMatchObject({ code: 'ERR_MESSAGE_SIZE' });
    expect(text(await peer.recv(4))).toBe('late');
    expect(await failure(peer.recvInto(new Uint8Array(0)))).toBeInstanceOf(RangeError);
    expect(await failure(peer.recvInto('x' as never))).toBeInstanceOf(TypeError);
    expect(await failure(peer.recv(0))).toBeInstanceOf(RangeError);
  });

  test('takes back a datagram, which comes first again', async () => {
    const { comes, accepted } = bench();
    const peer = await accepted(1, 'a');
    comes(1, 'b');
    const first = await peer.recv();
    peer.unrecv(first ?? new Uint8Array(0));
    expect([text(peer.tryRecv()), text(peer.tryRecv()), peer.tryRecv()]).toEqual(['a', 'b', undefined]);
    expect(() => peer.unrecv('x' as never)).toThrow(TypeError);
  });

  test('consumes and iterates until this side stops reading; then what comes is dropped, and counted', async () => {
    const { comes, accepted, listener } = bench();
    const peer = await accepted(1, 'a');
    const seen: string[] = [];
    const consuming = peer.consume((data) => void seen.push(text(data)));
    await settle();
    comes(1, '');
    peer.closeRead();
    await consuming;
    comes(1, 'late');
    expect([seen, await peer.recv(), await peer.recvInto(new Uint8Array(1))]).toEqual([['a', ''], null, 0]);
    for await (const data of peer) seen.push(text(data));
    expect([seen, peer.dropped, listener.dropped]).toEqual([['a', ''], 1, 1]);
  });

  test('never gives half a datagram', async () => {
    const { comes, accepted, listener } = bench();
    const peer = await accepted(1, 'whole');
    comes(1, 'ha', true);
    comes(1, 'whole too');
    expect([text(await peer.recv()), text(await peer.recv())]).toEqual(['whole', 'whole too']);
    expect([peer.dropped, listener.dropped]).toEqual([1, 1]);
  });

  test('sends to its address, parts as one datagram, and a failure is of that call', async () => {
    const { driver, accepted } = bench();
    const peer = await accepted(1);
    const sent = peer.send(['a', bytes('b')]);
    expect([peer.trySend('c'), driver.log.slice(1)]).toEqual([
      true,
      ['send ab to 127.0.0.1:1', 'send c to 127.0.0.1:1'],
    ]);
    driver.receipts[0]?.onSent(new TransportError({ code: 'EPERM', op: 'send' }));
    expect(await failure(sent)).toMatchObject({ code: 'EPERM' });
    await peer.writable();
    expect(peer.stats).toMatchObject({ bytesIn: 5, bytesOut: 3, queuedBytes: 0 });
    expect(await failure(peer.send(5 as never))).toBeInstanceOf(TypeError);
  });

  test('has no end that its peer could be told of', async () => {
    const { accepted } = bench();
    const peer = await accepted(1);
    expect(await failure(peer.closeWrite())).toMatchObject({ code: 'ERR_UNSUPPORTED', op: 'close' });
    expect(await failure(peer.recvExactly(1))).toMatchObject({ code: 'ERR_UNSUPPORTED', op: 'recv' });
    expect(await failure(peer.upgradeTls({ client: {} } as never))).toMatchObject({
      code: 'ERR_UNSUPPORTED',
      op: 'use',
    });
    expect([[...peer.caps], peer.secured]).toEqual([['peerName'], undefined]);
  });

  test('is a pair of Web Streams, a chunk of which is a datagram', async () => {
    const { driver, comes, accepted } = bench();
    const peer = await accepted(1, 'a');
    comes(1, '');
    const { readable, writable } = peer.toWeb();
    const reader = readable.getReader();
    expect([(await reader.read()).value?.length, (await reader.read()).value?.length]).toEqual([1, 0]);
    const writer = writable.getWriter();
    const written = writer.write(bytes('answer'));
    await settle();
    driver.receipts[0]?.onSent(null);
    await written;
    await reader.cancel();
    await writer.close();
    expect([driver.log.at(-1), await peer.closed]).toMatchObject(['send answer to 127.0.0.1:1', { how: 'finished' }]);
  });

  test('closed and aborted, it refuses everything, and says how it ended', async () => {
    const { clock, accepted } = bench();
    const peer = await accepted(1);
    const reading = failure(peer.recv().then(() => peer.recv()));
    await settle();
    peer.abort('enough');
    expect(await reading).toMatchObject({ code: 'ERR_CLOSED', cause: 'enough', reason: 'it was aborted' });
    expect(await peer.closed).toEqual({ how: 'aborted', clean: false, unsentBytes: 0, error: 'enough' });
    expect(() => peer.trySend('x')).toThrow(expect.objectContaining({ code: 'ERR_CLOSED' }));
    expect(() => peer.unrecv(bytes('x'))).toThrow(expect.objectContaining({ code: 'ERR_CLOSED' }));
    await peer.close();
    const other = await accepted(2);
    const closed = other.closed;
    await other[Symbol.asyncDispose]();
    await other.close();
    other.abort('too late');
    expect(await closed).toEqual({ how: 'finished', clean: false, unsentBytes: 0 });
    expect(await failure(other.send('x'))).toMatchObject({ code: 'ERR_CLOSED', reason: 'it is closed' });
    const third = await accepted(3);
    expect(await failure(third.close({ flushMs: -1 }))).toBeInstanceOf(RangeError);
    expect(await failure(third.close({ timeoutMs: 0 }))).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(await third.closed).toMatchObject({ how: 'aborted' });
    expect(clock.pending).toBe(0);
  });
});
