import assert from 'node:assert/strict';
import { formatAddress } from '@stack/address';
import { assertKind, failure, sameBytes, text } from '../assertions.ts';
import type { DatagramCheck } from './datagram-context.ts';

const oneIsOne: DatagramCheck = {
  id: 'T56',
  title: 'one recv is one datagram; an empty one arrives as 0 bytes, not as an end',
  async run({ bind, connect, random }) {
    const [near, far] = [await bind(), await bind()];
    const sent = [...Array.from({ length: 20 }, () => random.bytes(random.between(0, 500))), new Uint8Array(0)];
    for (const data of sent) await near.sendTo(data, far.local);
    for (const [i, expected] of sent.entries()) {
      const { data, from, truncated } = await far.recvFrom({ timeoutMs: 5_000 });
      sameBytes(`datagram ${i}`, data, expected);
      assert.equal(truncated, false, 'expected a datagram that fits not to be truncated');
      assert.equal(formatAddress(from), formatAddress(near.local), 'expected the sender to be named');
    }

    await near.sendTo('one', far.local);
    await near.sendTo('two', far.local);
    const [first] = await far.recvMany(1, { timeoutMs: 5_000 });
    assert.equal(text(first?.data ?? null), 'one', 'expected recvMany(1) to give one datagram');
    const rest = await far.recvMany(10, { timeoutMs: 5_000 });
    assert.deepEqual(
      rest.map(({ data }) => text(data)),
      ['two'],
      'expected recvMany to give what is left',
    );

    const peer = await connect(far.local);
    await peer.send('');
    const empty = await far.recvFrom({ timeoutMs: 5_000 });
    assert.equal(empty.data.length, 0, 'expected an empty datagram of a connected socket to arrive');
    await far.sendTo('', empty.from);
    await far.sendTo('after it', empty.from);
    assert.equal((await peer.recv({ timeoutMs: 5_000 })).length, 0, 'expected an empty answer to arrive');
    assert.equal(text(await peer.recv({ timeoutMs: 5_000 })), 'after it', 'expected the empty one to be no end');
  },
};

const sizes: DatagramCheck = {
  id: 'T57',
  title: 'every size up to the longest is echoed whole; one byte more is EMSGSIZE, and the socket goes on',
  async run({ bind, connect, random, maxDatagramBytes, sleep }) {
    const echo = await bind();
    const client = await connect(echo.local);
    const answer = async (): Promise<void> => {
      const { data, from } = await echo.recvFrom({ timeoutMs: 5_000 });
      await echo.sendTo(data, from);
    };
    for (const size of [0, 1, 2, 256, 1024, 4096, 16_384, maxDatagramBytes - 1, maxDatagramBytes]) {
      const data = random.bytes(size);
      const answering = answer();
      await client.send(data);
      await answering;
      sameBytes(`the echo of ${size} bytes`, await client.recv({ timeoutMs: 5_000 }), data);
    }

    const tooLong = random.bytes(maxDatagramBytes + 1);
    const failed = await failure('sendTo of one byte too many', echo.sendTo(tooLong, client.local));
    assertKind(failed, 'sendTo of one byte too many', 'limit');
    assert.equal(failed.code, 'EMSGSIZE', 'expected the code of a message that is too long');
    assert(failed.remote !== undefined, 'expected the error to name where it was to go');
    assert.equal(formatAddress(failed.remote), formatAddress(client.local), 'expected the error to name the receiver');
    for (const bytes of [maxDatagramBytes, maxDatagramBytes + 1]) {
      assert(
        failed.message.includes(String(bytes)),
        `expected the error to say ${bytes}, but it is "${failed.message}"`,
      );
    }
    const failedToo = await failure('send of one byte too many', client.send(tooLong));
    assertKind(failedToo, 'send of one byte too many', 'limit');

    // Nothing may come after the failure of the call itself.
    await sleep(20);
    const answering = answer();
    await client.send('still usable');
    await answering;
    assert.equal(text(await client.recv({ timeoutMs: 5_000 })), 'still usable', 'expected the socket to go on');
  },
};

/** A datagram is one unit, of any size that fits. */
export const boundaryChecks: readonly DatagramCheck[] = [oneIsOne, sizes];
