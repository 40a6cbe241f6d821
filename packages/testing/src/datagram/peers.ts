import assert from 'node:assert/strict';
import type { Address } from '@stack/address';
import { assertKind, failure, rejectsKind, text } from '../assertions.ts';
import type { DatagramCheck, DatagramContext } from './datagram-context.ts';

/** An address that was free a moment ago, and where nobody is. */
const deadAddress = async ({ bind }: DatagramContext): Promise<Address> => {
  const socket = await bind();
  const { local } = socket;
  await socket.close();
  return local;
};

const deadPeer: DatagramCheck = {
  id: 'T59',
  title: 'a connected socket hears within 5 s that nobody is there, and stays open; an unconnected one never does',
  async run(context) {
    const dead = await deadAddress(context);
    const client = await context.connect(dead);
    await client.send('anybody there?');
    const what = 'recv from a port where nobody is';
    const refused = await failure(what, client.recv({ timeoutMs: 5_000 }));
    assertKind(refused, what, 'refused');
    assert.equal(refused.code, 'ECONNREFUSED', 'expected the code of a port where nobody is');
    await rejectsKind('recv of a socket that stays open', client.recv({ timeoutMs: 10 }), 'timeout');

    const server = await context.bind();
    const other = await context.bind();
    await server.sendTo('anybody there?', dead);
    server.trySendTo('anybody?', dead);
    await rejectsKind('recvFrom of a server with a dead peer', server.recvFrom({ timeoutMs: 50 }), 'timeout');
    await other.sendTo('one who lives', server.local);
    const { data } = await server.recvFrom({ timeoutMs: 5_000 });
    assert.equal(text(data), 'one who lives', 'expected one dead peer to disturb no other');

    // Nobody asks this one how it went: that must not end the process.
    const careless = await context.connect(dead);
    careless.trySend('anybody there?');
    void careless.send('anybody?');
    await context.sleep(30);
  },
};

const taken: DatagramCheck = {
  id: 'T61',
  title: 'a second socket at the same address is EADDRINUSE; a connected one hears its peer only',
  async run({ bind, connect }) {
    const socket = await bind();
    const failed = await failure('a second bind', bind(socket.local));
    assertKind(failed, 'a second bind', 'address');
    assert.equal(failed.code, 'EADDRINUSE', 'expected the code of an address that is taken');
    await socket.close();
    const again = await bind(socket.local);

    const client = await connect(again.local);
    const stranger = await bind();
    await stranger.sendTo('not for you', client.local);
    await client.send('hello');
    const { from } = await again.recvFrom({ timeoutMs: 5_000 });
    await again.sendTo('from the peer', from);
    const heard = await client.recv({ timeoutMs: 5_000 });
    assert.equal(text(heard), 'from the peer', 'expected a connected socket to hear its peer only');
  },
};

const shared: DatagramCheck = {
  id: 'T61c',
  title: 'with reusePort two sockets have one port, and each gets some of what comes',
  needs: ['reusePort'],
  async run({ bind, connect, sleep, within }) {
    // A plain one tells what the driver can do: without the capability the check is left out here.
    await bind();
    const first = await bind(undefined, { reusePort: true });
    const second = await bind(first.local, { reusePort: true });
    const outcome = await failure('a bind that does not share', bind(first.local));
    assertKind(outcome, 'a bind that does not share', 'address');
    const got = { first: 0, second: 0 };
    const consuming = [first.consume(() => void (got.first += 1)), second.consume(() => void (got.second += 1))];
    // Shared out by the sender's address: that all of 60 go to one is less likely than a failing machine.
    for (let i = 0; i < 60; i += 1) {
      const client = await connect(first.local);
      await client.send('x');
      await client.close();
    }
    const all = async (): Promise<void> => {
      while (got.first + got.second < 60) await sleep(5);
    };
    await within(5_000, 'what was sent to either', all());
    assert(got.first > 0 && got.second > 0, `expected both to get some, but they got ${got.first} and ${got.second}`);
    await Promise.all([first.close(), second.close(), ...consuming]);
  },
};

const closed: DatagramCheck = {
  id: 'T61b',
  title: 'one reader at a time; close refuses what waits, ends consume, and is fine twice',
  async run({ bind, connect, within, staysPending }) {
    const socket = await bind();
    const waiting = socket.recvFrom();
    await rejectsKind('a second recvFrom', socket.recvFrom(), 'busy');
    await rejectsKind('recvFrom, its deadline past,', socket.recvFrom({ timeoutMs: 0 }), 'timeout');
    await staysPending(10, 'the first recvFrom', waiting);
    const refused = rejectsKind('recvFrom, pending at a close,', waiting, 'closed');
    await within(5_000, 'close', Promise.all([socket.close(), socket.close(), refused]));
    await rejectsKind('recvFrom after close', socket.recvFrom(), 'closed');
    await rejectsKind('sendTo after close', socket.sendTo('x', socket.local), 'closed');

    const consumed = await bind();
    const client = await connect(consumed.local);
    const got: (string | null)[] = [];
    const { promise: all, resolve } = Promise.withResolvers<void>();
    const consuming = consumed.consume(({ data }) => {
      if (got.push(text(data)) === 2) resolve();
    });
    await client.send('first');
    await client.send('second');
    await within(5_000, 'two datagrams', all);
    await consumed.close();
    await within(5_000, 'consume, at a close,', consuming);
    assert.deepEqual(got, ['first', 'second'], 'expected each datagram once, in order');
  },
};

/** Who is at the other end, and what is heard of it. */
export const peerChecks: readonly DatagramCheck[] = [deadPeer, taken, shared];
/** One reader, and the end. */
export const closingCheck: DatagramCheck = closed;
