import assert from 'node:assert/strict';
import { formatAddress } from '@stack/address';
import type { DatagramSocket } from '@stack/transport';
import { assertKind, failure, rejectsKind, text } from '../assertions.ts';
import type { UnixDatagramCheck, UnixDatagramContext } from './datagram-context.ts';

const answers = async ({ connect }: UnixDatagramContext, socket: DatagramSocket): Promise<void> => {
  const client = await connect(socket.local);
  for (const data of ['one', '', 'three']) await client.send(data);
  for (const expected of ['one', '', 'three']) {
    const { data, from } = await socket.recvFrom({ timeoutMs: 5_000 });
    assert.equal(text(data), expected, 'expected one recv to be one datagram');
    assert.equal(formatAddress(from), formatAddress(client.local), 'expected the sender to be named');
    await socket.sendTo(`to ${expected}`, from);
    assert.equal(text(await client.recv({ timeoutMs: 5_000 })), `to ${expected}`, 'expected the answer to arrive');
  }
};

const named: UnixDatagramCheck = {
  id: 'T63a',
  title: 'who has a name, of a file or abstract, is named and can be answered',
  async run(context) {
    await answers(context, await context.bind());
    const [near, far] = [await context.bindAbstract(), await context.bindAbstract()];
    await near.sendTo('from an abstract name', far.local);
    const { from } = await far.recvFrom({ timeoutMs: 5_000 });
    assert.equal(formatAddress(from), formatAddress(near.local), 'expected an abstract sender to be named');
    await far.sendTo('answer', from);
    assert.equal(text((await near.recvFrom({ timeoutMs: 5_000 })).data), 'answer', 'expected the answer to arrive');
    await answers(context, near);
  },
};

const nameless: UnixDatagramCheck = {
  id: 'T63b',
  title: 'who has no name is told apart, and answering is a typed error',
  async run({ bind, connectNameless }) {
    const server = await bind();
    const client = await connectNameless(server.local);
    await client.send('who am I');
    const { data, from } = await server.recvFrom({ timeoutMs: 5_000 });
    assert.equal(text(data), 'who am I', 'expected the datagram to arrive');
    assert(from.family === 'AF_UNIX' && from.kind === 'unnamed', 'expected a sender without a name to have none');
    const what = 'an answer to who has no name';
    const error = await failure(what, server.sendTo('answer', from, { timeoutMs: 5_000 }));
    assertKind(error, what, 'unsupported');
    assert.equal(error.code, 'EDESTADDRREQ', 'expected the code of a missing destination');
  },
};

const backPressure: UnixDatagramCheck = {
  id: 'T63c',
  title: 'a receiver that is full makes its senders wait: nothing is lost, and the order is kept',
  async run({ bind, connect, sleep, within }) {
    const server = await bind(undefined, { queue: { packets: 4 } });
    const client = await connect(server.local);
    const count = 300;
    let settled = 0;
    const sends = Array.from({ length: count }, async (_, i) => {
      await client.send(String(i));
      settled += 1;
    });
    const all = Promise.all(sends);
    // The failure of the check is not that of a promise that nobody has come to.
    all.catch(() => undefined);
    await sleep(30);
    assert(settled < count, 'expected sends to wait for a receiver that does not read');
    for (let i = 0; i < count; i += 1) {
      const { data } = await server.recvFrom({ timeoutMs: 5_000 });
      assert.equal(text(data), String(i), `expected datagram ${i} to come in its turn`);
    }
    await within(5_000, 'every send', all);
    assert.equal(server.dropped, 0, 'expected nothing to be dropped');
  },
};

const absent: UnixDatagramCheck = {
  id: 'T63d',
  title: 'who is not there is told to the send or the connect itself; one that left is no peer any more',
  async run({ bind, connect, connectNameless }) {
    const gone = await bind();
    const client = await connect(gone.local);
    await gone.close();
    await rejectsKind('send to who left', client.send('x', { timeoutMs: 5_000 }), 'refused', 'notFound', 'broken');
    const server = await bind();
    await rejectsKind('sendTo where nobody is', server.sendTo('x', gone.local), 'refused', 'notFound');
    await rejectsKind('connect where nobody is', connectNameless(gone.local), 'refused', 'notFound');
    const other = await connect(server.local);
    await other.send('still here');
    const { data } = await server.recvFrom({ timeoutMs: 5_000 });
    assert.equal(text(data), 'still here', 'expected one who left to disturb nobody');
  },
};

const ownPeer: UnixDatagramCheck = {
  id: 'T63e',
  title: 'a socket with a peer hears no other, and the other is told so',
  async run({ bind, connect }) {
    const server = await bind();
    const client = await connect(server.local);
    const stranger = await bind();
    await rejectsKind('sendTo who has another peer', stranger.sendTo('not for you', client.local), 'denied');
    await server.sendTo('from the peer', client.local);
    const heard = await client.recv({ timeoutMs: 5_000 });
    assert.equal(text(heard), 'from the peer', 'expected a connected socket to hear its peer only');
  },
};

/** Names, and a network that loses nothing. */
export const unixChecks: readonly UnixDatagramCheck[] = [named, nameless, backPressure, absent, ownPeer];
