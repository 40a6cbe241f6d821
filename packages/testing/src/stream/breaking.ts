import assert from 'node:assert/strict';
import process from 'node:process';
import type { Connection } from '@stack/transport';
import { assertKind, join, receiveUntilGone, rejectsKind, sameBytes, throwsKind } from '../assertions.ts';
import type { StreamCheck, StreamContext } from './stream-context.ts';

/** Sends until it fails, which it must within a while, and gives the failure. */
const sendUntilBroken = (connection: Connection, { within, sleep }: StreamContext): Promise<unknown> => {
  const chunk = new Uint8Array(1024);
  const go = async (): Promise<unknown> => {
    for (;;) {
      try {
        await connection.send(chunk);
      } catch (error) {
        return error;
      }
      await sleep(1);
    }
  };
  return within(5000, 'sending to a peer that is gone', go());
};

const staysBroken: StreamCheck = {
  id: 'T18',
  title: 'sending to a peer that is gone ends as broken, and stays broken',
  async run(context) {
    const leave: readonly ((far: Connection) => unknown)[] = [
      (far) => far.abort(),
      (far) => far.close({ flushMs: 0, lingerMs: 0 }),
    ];
    for (const leaving of leave) {
      const { near, far } = await context.pair();
      await leaving(far);
      assertKind(await sendUntilBroken(near, context), 'a send to a peer that is gone', 'broken');
      for (let again = 0; again < 3; again += 1) {
        await rejectsKind('another send to a peer that is gone', near.send('x'), 'broken');
        await rejectsKind('an empty send to a peer that is gone', near.send(''), 'broken');
        await rejectsKind('writable of a peer that is gone', near.writable(), 'broken');
        throwsKind('trySend to a peer that is gone', () => near.trySend('x'), 'broken');
        await context.sleep(1);
      }
      const { how, error } = await context.within(5000, 'closed of a broken connection', near.closed);
      assert.equal(how, 'broken', 'expected closed to tell that the connection broke');
      assertKind(error, 'closed', 'broken');
      await context.within(5000, 'close of a broken connection', near.close());
    }
  },
};

const unawaited: StreamCheck = {
  id: 'T18b',
  title: 'a failed send that nobody awaits is no unhandled rejection; the next operation tells',
  async run(context) {
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', onUnhandled);
    try {
      const { near, far } = await context.pair();
      far.abort();
      assertKind(await sendUntilBroken(near, context), 'a send to a peer that is gone', 'broken');
      void near.send('nobody waits for this');
      void near.send('past its deadline', { timeoutMs: 0 });
      void near.send('cancelled', { signal: AbortSignal.abort() });
      void near.closeWrite();

      const clogged = await context.cloggedPair();
      void clogged.near.send('waits for its peer');
      void clogged.near.send('waits for a while', { timeoutMs: 5 });
      void clogged.near.closeWrite();
      await context.sleep(20);
      clogged.near.abort();
      void clogged.near.send('after the abort');
      await clogged.near.closed;
      // An unhandled rejection is told after the microtasks of its turn.
      await context.sleep(20);
      await rejectsKind('the next send', near.send('x'), 'broken');
    } finally {
      process.off('unhandledRejection', onUnhandled);
    }
    assert.deepEqual(unhandled, [], 'expected no unhandled rejection');
  },
};

const forced: StreamCheck = {
  id: 'T22',
  title: 'a forced close: the peer gets the end or a failure, nothing that was not sent, and never hangs',
  async run({ pair, cloggedPair, within }) {
    const { near, far } = await pair();
    const waiting = far.recv().catch((error: unknown) => error);
    near.abort();
    const seen = await within(2000, 'the recv of a peer, after an abort,', waiting);
    if (seen !== null) assertKind(seen, 'the recv of a peer, after an abort,', 'broken');

    const clogged = await cloggedPair();
    const refused = rejectsKind('the send that waits, at an abort,', clogged.waiting, 'closed');
    clogged.near.abort();
    await within(1000, 'the send that waits, at an abort,', refused);
    const { bytes, error } = await within(5000, 'the far end, after an abort,', receiveUntilGone(clogged.far));
    clogged.isPrefix(bytes);
    if (error !== undefined) assertKind(error, 'the far end, after an abort,', 'broken');
    await within(5000, 'closed after an abort', clogged.near.closed);
  },
};

const reset: StreamCheck = {
  id: 'T31',
  title: 'an abort reaches the peer as a reset where caps has reset, else as the end; an ordinary close never does',
  async run({ pair, within }) {
    const aborted = await pair();
    const seen = aborted.far.recv().catch((error: unknown) => error);
    await aborted.near.send('');
    aborted.near.abort();
    const outcome = await within(2000, 'the recv of the peer, after an abort,', seen);
    if (aborted.near.caps.has('reset')) {
      assertKind(outcome, 'the recv of the peer, after an abort,', 'broken');
      assert.equal(outcome.code, 'ECONNRESET', 'expected the kernel to speak of a reset');
      const { how } = await within(2000, 'closed of the peer, after an abort,', aborted.far.closed);
      assert.equal(how, 'broken', 'expected the peer to know that the connection broke');
    } else {
      assert.equal(outcome, null, 'expected the peer to see the end, as this driver cannot reset');
    }

    const closed = await pair();
    const ending = closed.far.recv();
    const closing = closed.near.close();
    assert.equal(await within(2000, 'the recv of the peer, after a close,', ending), null, 'expected the end');
    await Promise.all([closing, closed.far.close()]);
    assert.equal((await closed.far.closed).how, 'finished', 'expected no reset from an ordinary close');
  },
};

const dataThenReset: StreamCheck = {
  id: 'T31b',
  title:
    'data, 5 ms, then an abort while the reader is busy: the data first, then the failure (the end, where caps has no reset)',
  async run({ pair, random, sleep, within }) {
    const data = random.bytes(random.between(1, 40_000));
    const readers: readonly ((far: Connection, got: Uint8Array[]) => Promise<unknown>)[] = [
      async (far, got) => {
        for await (const chunk of far) {
          got.push(chunk);
          await sleep(30);
        }
      },
      (far, got) =>
        far.consume(async (chunk) => {
          got.push(chunk);
          await sleep(30);
        }),
      async (far, got) => {
        got.push(await far.recvExactly(1));
        await sleep(30);
        for (let chunk = await far.recv(1000); chunk !== null; chunk = await far.recv(1000)) got.push(chunk);
      },
    ];
    for (const read of readers) {
      const { near, far } = await pair();
      const got: Uint8Array[] = [];
      const outcome = read(far, got).then(
        () => null,
        (error: unknown) => error,
      );
      await near.send(data);
      for (let turn = 0; far.stats.bytesIn < data.length && turn < 100; turn += 1) await sleep(1);
      await sleep(5);
      const ours = far.stats.bytesIn;
      near.abort();
      const seen = await within(5000, 'reading past an abort', outcome);
      if (near.caps.has('reset')) assertKind(seen, 'reading past a reset', 'broken');
      else if (seen !== null) assertKind(seen, 'reading past an abort', 'broken');
      const whole = join(got);
      assert(whole.length >= ours, `expected the ${ours} bytes that came before the abort, but got ${whole.length}`);
      sameBytes('what came before the abort', whole, data.subarray(0, whole.length));
      if (seen === null) assert.equal(far.tryRecv(), null, 'expected the end to stay');
      else throwsKind('tryRecv after a reset', () => far.tryRecv(), 'broken');
    }
  },
};

/** A connection breaks: who is told, when, and how. */
export const breakingChecks: readonly StreamCheck[] = [staysBroken, unawaited, forced, reset, dataThenReset];
