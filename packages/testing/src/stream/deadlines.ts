import assert from 'node:assert/strict';
import { failure, rejectsKind, roundTrip, text } from '../assertions.ts';
import type { StreamCheck } from './stream-context.ts';

const past = { timeoutMs: 0 };

const pastRecv: StreamCheck = {
  id: 'T5',
  title: 'a recv whose deadline is past times out; send still works',
  async run({ pair, within }) {
    const { near, far } = await pair();
    for (const timeoutMs of [0, -1, -Infinity]) {
      await within(1000, 'a recv whose deadline is past', rejectsKind('it', near.recv(1, { timeoutMs }), 'timeout'));
    }
    await near.send('still here');
    assert.equal(text(await far.recvExactly(10)), 'still here', 'expected send to work after a recv timed out');
    await roundTrip(near, far);
  },
};

const pastSend: StreamCheck = {
  id: 'T6',
  title: 'a send whose deadline is past times out and sends nothing; recv still works',
  async run({ pair, within }) {
    const { near, far } = await pair();
    for (const timeoutMs of [0, -1, -Infinity]) {
      await within(1000, 'a send whose deadline is past', rejectsKind('it', near.send('no', { timeoutMs }), 'timeout'));
    }
    assert.equal(near.stats.bytesOut, 0, 'expected sends that timed out before they began to send nothing');
    await far.send('still here');
    assert.equal(text(await near.recvExactly(10)), 'still here', 'expected recv to work after a send timed out');
    await roundTrip(near, far);
  },
};

const pastAll: StreamCheck = {
  id: 'T7',
  title: 'with the deadline past everything fails at once, even with data ready; without it all is as before',
  async run({ pair, within }) {
    const { near, far } = await pair();
    await far.send('abc');
    assert.equal(text(await near.recvExactly(1)), 'a');
    near.unrecv(new TextEncoder().encode('a'));
    const target = new Uint8Array(1);
    const never = (): never => assert.fail('expected consume to hand out nothing');
    const all: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['recv', () => near.recv(undefined, past)],
      ['recvInto', () => near.recvInto(target, past)],
      ['recvExactly', () => near.recvExactly(1, past)],
      ['consume', () => near.consume(never, past)],
      ['send', () => near.send('late', past)],
      ['writable', () => near.writable(past)],
      ['closeWrite', () => near.closeWrite(past)],
    ];
    for (const [name, call] of all) {
      if (name === 'closeWrite' && !near.caps.has('halfClose')) continue;
      const what = `${name}, its deadline past,`;
      await within(1000, what, rejectsKind(what, call(), 'timeout'));
    }
    assert.equal(target[0], 0, 'expected recvInto to leave its buffer alone');
    assert.equal(near.stats.bytesOut, 0, 'expected send to send nothing');
    const notANumber = { timeoutMs: Number.NaN };
    await assert.rejects(near.recv(1, notANumber), RangeError, 'expected a deadline of NaN to be a RangeError');
    await assert.rejects(near.send('x', notANumber), RangeError, 'expected a deadline of NaN to be a RangeError');

    assert.equal(text(await near.recvExactly(3)), 'abc', 'expected every byte to be there still');
    await roundTrip(near, far);
  },
};

const presentDeadline: StreamCheck = {
  id: 'T8',
  title: 'an abort ends what is pending, promptly and not before, with the reason of its signal',
  async run({ cloggedPair, controller, staysPending, within }) {
    const { near, far, isPrefix, sentBytes } = await cloggedPair();
    const [reading, writing, hoping] = [controller(), controller(), controller()];
    const pending = [
      ['recv', near.recv(undefined, { signal: reading.signal }), reading],
      ['send', near.send('more', { signal: writing.signal }), writing],
      ['writable', near.writable({ signal: hoping.signal }), hoping],
    ] as const;
    const failures = pending.map(([name, promise]) => failure(name, promise));
    await staysPending(50, 'what waits for the peer', Promise.race(failures));
    for (const [i, [name, , aborter]] of pending.entries()) {
      const reason = new Error(`the reason of ${name}`);
      aborter.abort(reason);
      const got = await within(1000, `${name}, aborted,`, failures[i] ?? Promise.reject(reason));
      assert.equal(got, reason, `expected ${name} to reject with the reason of its signal`);
    }

    // The send that was called off may have gone out, but not in part.
    const sent = await far.recvExactly(sentBytes);
    isPrefix(sent);
    await near.send('.');
    const rest = text(await far.recvExactly(1));
    if (rest === 'm')
      assert.equal(text(await far.recvExactly(4)), 'ore.', 'expected the whole of the send, or nothing');
    else assert.equal(rest, '.', 'expected the whole of the send, or nothing');
    await roundTrip(near, far);
  },
};

const futureDeadline: StreamCheck = {
  id: 'T9',
  title: 'a deadline of 100 ms ends recv and send in 50 to 250 ms; the stream is usable afterwards',
  async run({ cloggedPair, clock, sleep }) {
    const { near, far, waiting, isPrefix, sentBytes } = await cloggedPair();
    const startMs = clock.now();
    const timed = async (what: string, promise: Promise<unknown>): Promise<readonly [string, number]> => {
      await rejectsKind(what, promise, 'timeout');
      return [what, clock.now() - startMs];
    };
    const timeoutMs = 100;
    const timings = Promise.all([
      timed('recv', near.recv(undefined, { timeoutMs })),
      timed('send', near.send('.', { timeoutMs })),
      timed('writable', near.writable({ timeoutMs })),
    ]);
    // A timer beside them: what delays it is the machine, not the deadline.
    await sleep(timeoutMs);
    const lateMs = clock.now() - startMs - timeoutMs;
    for (const [what, tookMs] of await timings) {
      assert(tookMs >= 50, `expected ${what} to time out after 50 ms at the earliest, but it took ${tookMs} ms`);
      assert(tookMs - lateMs <= 250, `expected ${what} to time out within 250 ms, but it took ${tookMs} ms`);
    }

    isPrefix(await far.recvExactly(sentBytes));
    await waiting;
    await near.send('!');
    const rest = text(await far.recvExactly(1));
    if (rest === '.') assert.equal(text(await far.recvExactly(1)), '!', 'expected what was sent after the deadline');
    else assert.equal(rest, '!', 'expected what was sent after the deadline');
    await roundTrip(near, far);
  },
};

const hugeTimeouts: StreamCheck = {
  id: 'T12',
  title: 'a huge deadline never ends an operation early',
  async run({ pair, staysPending }) {
    const { near, far } = await pair();
    for (const timeoutMs of [2 ** 31 - 1, 2 ** 31, 2 ** 32 + 1, 2 ** 53, Number.MAX_VALUE, Infinity]) {
      const received = near.recv(undefined, { timeoutMs });
      await staysPending(10, `a recv with a deadline of ${timeoutMs} ms`, received);
      await far.send('x', { timeoutMs });
      assert.equal(text(await received), 'x', 'expected the recv to get what was sent');
    }
    await roundTrip(near, far);
  },
};

/** Deadlines and signals end an operation, when they should, and nothing else. */
export const deadlineChecks: readonly StreamCheck[] = [
  pastRecv,
  pastSend,
  pastAll,
  presentDeadline,
  futureDeadline,
  hugeTimeouts,
];
