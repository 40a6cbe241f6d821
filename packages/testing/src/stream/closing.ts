import assert from 'node:assert/strict';
import {
  failure,
  isFinished,
  receiveAll,
  receiveUntilGone,
  rejectsKind,
  sameBytes,
  throwsKind,
} from '../assertions.ts';
import type { StreamCheck } from './stream-context.ts';

const whilePending: StreamCheck = {
  id: 'T10',
  title: 'close while recv and send are pending: both are refused as closed at once, and the peer gets what was sent',
  async run({ cloggedPair, within }) {
    const { near, far, waiting, isPrefix, sentBytes } = await cloggedPair();
    const received = near.recv();
    const writable = near.writable();
    const closing = near.close();
    const pending = [
      ['recv', received],
      ['send', waiting],
      ['writable', writable],
    ] as const;
    for (const [name, promise] of pending) {
      const what = `${name}, pending at a close,`;
      await within(1000, what, rejectsKind(what, promise, 'closed'));
    }
    const bytes = await receiveAll(far);
    isPrefix(bytes);
    assert.equal(bytes.length, sentBytes, 'expected the close to flush every byte that was sent');
    await Promise.all([closing, far.close()]);
    assert.equal((await near.closed).how, 'finished', 'expected the close to end in order');
  },
};

const afterClose: StreamCheck = {
  id: 'T19',
  title: 'after a local close or abort everything is refused as closed, not as broken',
  async run({ pair }) {
    const [first, second] = [await pair(), await pair()];
    await first.far.send('unread');
    await Promise.all([first.near.close(), first.far.close()]);
    const reason = new Error('no longer needed');
    second.near.abort(reason);

    for (const [how, { near }] of [['close', first] as const, ['abort', second] as const]) {
      const calls: readonly (readonly [string, () => Promise<unknown>])[] = [
        ['recv', () => near.recv()],
        ['recvInto', () => near.recvInto(new Uint8Array(1))],
        ['recvExactly', () => near.recvExactly(1)],
        ['consume', () => near.consume(() => undefined)],
        ['send', () => near.send('x')],
        ['an empty send', () => near.send(new Uint8Array(0))],
        ['writable', () => near.writable()],
      ];
      for (const [name, call] of calls) {
        const error = await rejectsKind(`${name} after ${how}`, call(), 'closed');
        if (how === 'abort') assert.equal(error.cause, reason, `expected the reason of the abort as cause of ${name}`);
      }
      throwsKind(`trySend after ${how}`, () => near.trySend('x'), 'closed');
      throwsKind(`tryRecv after ${how}`, () => near.tryRecv(), 'closed');
    }
    const { how, error } = await second.near.closed;
    assert.deepEqual({ how, error }, { how: 'aborted', error: reason }, 'expected closed to tell of the abort');
  },
};

const twice: StreamCheck = {
  id: 'T20',
  title: 'closing twice, on each side and in any way, is fine, and tells of one end',
  async run({ pair, within }) {
    const { near, far } = await pair();
    const told: string[] = [];
    void near.closed.then(({ how }) => told.push(how));
    const twice = (end: typeof near): Promise<unknown> => Promise.all([end.close(), end.close()]);
    await within(5000, 'closing both ends twice', Promise.all([twice(near), twice(far)]));
    await near.close();
    await near[Symbol.asyncDispose]();
    near.abort(new Error('too late'));
    near.closeRead();
    await far.close({ flushMs: 0, lingerMs: 0 });
    const { how } = await near.closed;
    assert.equal(how, 'finished', 'expected an abort after the end to change nothing');
    assert.deepEqual(told, ['finished'], 'expected closed to tell of one end');

    const second = await pair();
    const reason = new Error('the first reason');
    second.near.abort(reason);
    second.near.abort(new Error('another'));
    await within(5000, 'close after an abort', second.near.close());
    const info = await second.near.closed;
    assert.equal(info.how, 'aborted', 'expected a close after an abort to change nothing');
    assert.equal(info.error, reason, 'expected the first reason to stand');
  },
};

const beforeRead: StreamCheck = {
  id: 'T21',
  title: 'send, then close, before the peer reads: the peer still gets the data, then the end',
  async run({ pair, random, sleep }) {
    for (const size of [1, 16_384, 1_000_000]) {
      const { near, far } = await pair();
      const data = random.bytes(size);
      // Where it does not fit between the two ends, the close refuses it as pending, and sends it all the same.
      const sending = near.send(data).catch((error: unknown) => error);
      const closing = near.close();
      await sleep(30);
      sameBytes('what was sent before the close', await receiveAll(far), data);
      await Promise.all([sending, closing, far.close()]);
      const { how, unsentBytes } = await near.closed;
      assert.deepEqual({ how, unsentBytes }, { how: 'finished', unsentBytes: 0 }, 'expected a close in order');
    }
  },
};

const cancelledClose: StreamCheck = {
  id: 'T23',
  title: 'a close that is cancelled closes all the same, at once',
  async run({ cloggedPair, pair, controller, staysPending, within }) {
    const { near, far, isPrefix } = await cloggedPair();
    const aborter = controller();
    const reason = new Error('no time to close');
    const closing = near.close({ signal: aborter.signal });
    const failed = failure('close, cancelled,', closing);
    await staysPending(20, 'close, with bytes that cannot leave,', failed);
    aborter.abort(reason);
    assert.equal(await within(1000, 'close, cancelled,', failed), reason, 'expected the reason of the signal');
    const { how, unsentBytes } = await within(5000, 'closed after a cancelled close', near.closed);
    assert.equal(how, 'aborted', 'expected a cancelled close to abort');
    assert(unsentBytes > 0, 'expected closed to tell how many bytes were unsent');
    const { bytes } = await within(5000, 'the far end, after a cancelled close,', receiveUntilGone(far));
    isPrefix(bytes);

    const inTime = await cloggedPair();
    await rejectsKind('close, out of time,', inTime.near.close({ timeoutMs: 20 }), 'timeout');
    await within(5000, 'closed after a close that ran out of time', inTime.near.closed);

    const late = await pair();
    await rejectsKind('close, its deadline past,', late.near.close({ timeoutMs: 0 }), 'timeout');
    await within(5000, 'closed after a close that never had time', late.near.closed);
  },
};

const withReader: StreamCheck = {
  id: 'T30',
  title: 'close with a recv in flight: the recv is refused and the peer sees the end within 2 s',
  async run({ pair, staysPending, within }) {
    const { near, far } = await pair();
    const pending = near.recv();
    const seen = far.recv();
    await staysPending(10, 'recv with nothing to read', pending);
    const closing = near.close();
    await within(1000, 'recv, pending at a close,', rejectsKind('recv, pending at a close,', pending, 'closed'));
    assert.equal(await within(2000, 'the recv of the peer', seen), null, 'expected the peer to see the end');
    await Promise.all([closing, far.close()]);
  },
};

const unreadInbound: StreamCheck = {
  id: 'T32a',
  title: 'close while unread data waits: the last bytes sent still reach the peer, and no reset',
  async run({ pair, random, sleep }) {
    const { near, far } = await pair();
    const [unread, last] = [random.bytes(30_000), random.bytes(30_000)];
    const before = far.send(unread);
    await near.recvExactly(10);
    const sending = near.send(last).catch((error: unknown) => error);
    const closing = near.close();
    await sleep(20);
    const after = far.send(unread);
    await sleep(20);
    sameBytes('the last words', await receiveAll(far), last);
    await isFinished('the far end', far);
    await Promise.all([before, sending, after, closing, far.close()]);
    const { how } = await far.closed;
    assert.equal(how, 'finished', 'expected the far end to see no reset');
  },
};

const lingers: StreamCheck = {
  id: 'T32b',
  title: 'close waits for the peer to finish, but no longer than lingerMs, nor for a flush longer than flushMs',
  async run({ pair, cloggedPair, clock, within }) {
    const { near, far } = await pair();
    await far.send('unread');
    const startMs = clock.now();
    await within(1500, 'close with 100 ms to linger', near.close({ lingerMs: 100 }));
    const tookMs = clock.now() - startMs;
    assert(tookMs >= 90, `expected close to linger for 100 ms while the peer goes on, but it took ${tookMs} ms`);
    assert.equal((await near.closed).clean, false, 'expected a peer that did not finish to be told');

    const stuck = await cloggedPair();
    await within(1500, 'close with 50 ms to flush', stuck.near.close({ flushMs: 50 }));
    const { how, unsentBytes } = await stuck.near.closed;
    assert.equal(how, 'aborted', 'expected bytes that cannot leave in time to end in an abort');
    assert(unsentBytes > 0, 'expected closed to tell how many bytes were unsent');
  },
};

/** A close loses nothing, waits for nobody for ever, and can be called at any time. */
export const closingChecks: readonly StreamCheck[] = [
  whilePending,
  afterClose,
  twice,
  beforeRead,
  cancelledClose,
  withReader,
  unreadInbound,
  lingers,
];
