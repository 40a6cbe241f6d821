import assert from 'node:assert/strict';
import { failure, isFinished, receiveAll, rejectsKind, sameBytes, text, textFrom } from '../assertions.ts';
import type { StreamCheck } from './stream-context.ts';

const mebibyte = 1_048_576;

const halfClose: StreamCheck = {
  id: 'T27',
  title: 'half-close: the peer gets every byte, then the end; the other direction still carries data',
  needs: ['halfClose'],
  async run({ pair, staysPending }) {
    const { near, far } = await pair();
    const answer = near.recv();
    await near.send('x');
    await near.closeWrite();
    assert.equal(text(await far.recv()), 'x', 'expected the byte before the end');
    await isFinished('the far end, after a half-close,', far);
    await isFinished('the far end, asked again,', far);

    await rejectsKind('send after closeWrite', near.send('y'), 'closed');
    await rejectsKind('an empty send after closeWrite', near.send(''), 'closed');
    await near.closeWrite();
    await staysPending(10, 'recv of the side that finished sending', answer);
    await far.send('still open');
    assert.equal(await textFrom(near, await answer, 10), 'still open', 'expected the other direction to carry data');
    await far.closeWrite();
    await isFinished('the near end', near);

    await Promise.all([near.close(), far.close()]);
    for (const { closed } of [near, far]) {
      const { how, clean } = await closed;
      assert.deepEqual({ how, clean }, { how: 'finished', clean: true }, 'expected both ends to have finished cleanly');
    }
  },
};

const calledOff: StreamCheck = {
  id: 'T27b',
  title: 'a closeWrite that is called off has finished all the same: the peer gets every byte, then the end',
  needs: ['halfClose'],
  async run({ cloggedPair, controller, within }) {
    const { near, far, sentBytes, isPrefix } = await cloggedPair();
    await rejectsKind('closeWrite, out of time,', near.closeWrite({ timeoutMs: 10 }), 'timeout');
    const aborter = controller();
    const reason = new Error('no longer waited for');
    const failed = failure('closeWrite, aborted,', near.closeWrite({ signal: aborter.signal }));
    aborter.abort(reason);
    assert.equal(await within(1000, 'closeWrite, aborted,', failed), reason, 'expected the reason of the signal');
    await rejectsKind('send after closeWrite', near.send('more'), 'closed');

    const bytes = await receiveAll(far);
    isPrefix(bytes);
    assert.equal(bytes.length, sentBytes, 'expected every byte before the end');
    await far.send('still open');
    assert.equal(text(await near.recvExactly(10)), 'still open', 'expected the other direction to carry data');
  },
};

const thenReceive: StreamCheck = {
  id: 'T28a',
  title: 'half-close, then receive 10 MiB',
  needs: ['halfClose'],
  async run({ pair, random }) {
    const { near, far } = await pair();
    const data = random.bytes(10 * mebibyte);
    const answer = async (): Promise<void> => {
      assert.equal(text(await receiveAll(far)), 'all of it', 'expected the question before the answer');
      await far.send(data);
      await far.close();
    };
    const answering = answer();
    await near.send('all of it');
    await near.closeWrite();
    sameBytes('what came after the half-close', await receiveAll(near), data);
    await Promise.all([near.close(), answering]);
  },
};

const slowEcho: StreamCheck = {
  id: 'T28b',
  title: 'an echo that waits between recv and send gives back all of 1 MiB after a half-close',
  needs: ['halfClose'],
  async run({ pair, random, sleep }) {
    const { near, far } = await pair();
    const data = random.bytes(mebibyte);
    let turns = 0;
    const echo = async (): Promise<void> => {
      for await (const chunk of far) {
        turns += 1;
        if (turns % 4 === 0) await sleep(1);
        await far.send(chunk);
      }
      await far.close();
    };
    const echoing = echo();
    const received = receiveAll(near);
    await near.send(data);
    await near.closeWrite();
    sameBytes('the echo', await received, data);
    await Promise.all([near.close(), echoing]);
  },
};

const closeRead: StreamCheck = {
  id: 'T29',
  title: 'closeRead: what came is still there, then reads end; the peer is not held up, and sends still work',
  async run({ pair, random, sleep, within }) {
    const { near, far } = await pair();
    await far.send('before');
    assert.equal(text(await near.recvExactly(1)), 'b');
    while (near.stats.bytesIn < 6) await sleep(1);
    near.closeRead();
    assert.equal(text(await near.recvExactly(5)), 'efore', 'expected what had come to be there still');
    await isFinished('the near end, which receives no more,', near);
    assert.equal(near.tryRecv(), null, 'expected tryRecv to give the end too');
    await within(5000, 'a send of 4 MiB to a peer that discards', far.send(random.bytes(4 * mebibyte)));
    await isFinished('the near end, after more had come,', near);
    await near.send('and back');
    assert.equal(text(await far.recvExactly(8)), 'and back', 'expected the other direction to work');

    const second = await pair();
    const waiting = second.near.recv();
    second.near.closeRead();
    assert.equal(await within(1000, 'recv, when closeRead is called,', waiting), null, 'expected it to get the end');
  },
};

/** One direction ends, the other goes on. */
export const halfCloseChecks: readonly StreamCheck[] = [halfClose, calledOff, thenReceive, slowEcho, closeRead];
