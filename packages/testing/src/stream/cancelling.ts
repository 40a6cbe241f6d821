import assert from 'node:assert/strict';
import { assertKind, failure, join, roundTrip, sameBytes, throwsKind } from '../assertions.ts';
import type { StreamCheck } from './stream-context.ts';
import { readFrame, writeFrame } from './frame.ts';

const tasks = Array.from({ length: 10 }, (_, task) => task);
const tries = 100;

const racyRecv: StreamCheck = {
  id: 'T3',
  title: '10 tasks of 100 recv that are cancelled after 1 ms, buffers overwritten at once: no byte is lost or changed',
  async run({ pair, random, sleep }) {
    const { near, far } = await pair();
    const data = random.bytes(300_000);
    const received: Uint8Array[] = [];
    let timeouts = 0;
    const feed = async (): Promise<void> => {
      for (const piece of random.pieces(data, 4000)) {
        await far.send(piece);
        if (random.between(0, 3) > 0) await sleep(1);
      }
    };
    const read = async (): Promise<void> => {
      const buffer = new Uint8Array(256);
      for (let i = 0; i < tries; i += 1) {
        try {
          const count = await near.recvInto(buffer, { timeoutMs: 1 });
          received.push(buffer.slice(0, count));
        } catch (error) {
          assertKind(error, 'a recv of many', 'timeout', 'busy');
          if (error.kind === 'timeout') timeouts += 1;
          else await sleep(1);
        }
        buffer.fill(0xee);
      }
    };
    const feeding = feed();
    await Promise.all(tasks.map(() => read()));
    const before = join(received);
    const rest = await near.recvExactly(data.length - before.length);
    await feeding;
    sameBytes(`what came, with ${timeouts} timeouts in between,`, join([before, rest]), data);
    await roundTrip(near, far);
  },
};

const racySend: StreamCheck = {
  id: 'T4',
  title: '10 tasks of 100 sends that are cancelled after 1 ms: each goes out in whole or not at all, in call order',
  async run({ cloggedPair, random, sleep }) {
    const { near, far, sentBytes, isPrefix } = await cloggedPair();
    const called: Uint8Array[] = [];
    const sure = new Set<number>();
    const write = async (): Promise<void> => {
      for (let i = 0; i < tries; i += 1) {
        const payload = random.bytes(random.between(1, 900));
        const id = called.push(payload.slice()) - 1;
        const frame = writeFrame(id, payload);
        try {
          await near.send(frame, { timeoutMs: 1 });
          sure.add(id);
          // Settled: the buffer is free.
          frame.fill(0xee);
        } catch (error) {
          assertKind(error, 'a send of many', 'timeout');
        }
      }
    };
    const receive = async (): Promise<readonly number[]> => {
      await sleep(50);
      isPrefix(await far.recvExactly(sentBytes));
      const ids: number[] = [];
      for (let frame = await readFrame(far); frame.payload.length > 0; frame = await readFrame(far)) {
        sameBytes(`send ${frame.id}`, frame.payload, called[frame.id] ?? new Uint8Array(0));
        ids.push(frame.id);
      }
      return ids;
    };
    const receiving = receive();
    await Promise.all(tasks.map(() => write()));
    await near.send(writeFrame(called.length, new Uint8Array(0)));
    const ids = await receiving;

    assert.deepEqual(
      ids,
      ids.toSorted((a, b) => a - b),
      'expected sends to arrive in call order, each once',
    );
    const missing = [...sure].filter((id) => !ids.includes(id));
    assert.deepEqual(missing, [], 'expected every send that settled to have arrived');
    await roundTrip(near, far);
  },
};

const allAtOnce: StreamCheck = {
  id: 'T11',
  title: '100 rounds of everything at once: whatever was sent arrives, and a round trip works',
  async run({ pair, random, controller }) {
    const { near, far } = await pair();
    let sent = 0;
    const tolerate = async (what: string, promise: Promise<unknown>): Promise<void> => {
      await promise.catch((error: unknown) => assertKind(error, what, 'timeout', 'busy'));
    };
    const feeding: Promise<void>[] = [];
    let received = 0;
    const count = async (promise: Promise<Uint8Array | null>): Promise<void> => {
      const chunk = await promise;
      received += chunk?.length ?? 0;
    };
    for (let round = 0; round < 100; round += 1) {
      const timeoutMs = random.between(0, 2);
      const aborter = controller();
      const { signal } = aborter;
      const work = [
        tolerate('recv', count(near.recv(undefined, { timeoutMs }))),
        tolerate('recv', count(near.recv(100, { timeoutMs: 1 }))),
        tolerate('send', near.send(random.bytes(random.between(0, 500)), { timeoutMs })),
        tolerate('writable', near.writable({ timeoutMs })),
      ];
      feeding.push(far.send(random.bytes(100)), far.send('under a signal', { signal }));
      sent += 114;
      const names = [near.local, near.remote, near.caps, near.stats, near.clock, near.unit];
      assert(!names.includes(undefined as never), 'expected every property to be readable at any time');
      if (timeoutMs === 0) near.trySend('try');
      aborter.abort(new Error('too late'));
      await Promise.all(work);
    }
    await near.recvExactly(sent - received);
    for (const fed of await Promise.allSettled(feeding)) {
      if (fed.status === 'rejected') assert.equal(fed.reason.message, 'too late', 'expected the reason of the signal');
    }
    await Promise.all([near.send(''), far.recvExactly(near.stats.bytesOut)]);
    await roundTrip(near, far);
  },
};

const cancelledBefore: StreamCheck = {
  id: 'T24',
  title: 'operations that are cancelled before they start change nothing, and the stream still closes in order',
  async run({ pair, within }) {
    const { near, far } = await pair();
    await far.send('ready');
    const reason = new Error('cancelled before the start');
    const op = { signal: AbortSignal.abort(reason) };
    const buffer = new Uint8Array(1);
    const calls: readonly (readonly [string, Promise<unknown>])[] = [
      ['recv', near.recv(undefined, op)],
      ['recvInto', near.recvInto(buffer, op)],
      ['recvExactly', near.recvExactly(1, op)],
      ['consume', near.consume(() => assert.fail('expected consume to hand out nothing'), op)],
      ['send', near.send('never', op)],
      ['writable', near.writable(op)],
    ];
    for (const [name, call] of calls) {
      const got = await within(1000, `${name}, cancelled before,`, failure(name, call));
      assert.equal(got, reason, `expected ${name} to reject with the reason of its signal`);
    }
    assert.equal(buffer[0], 0, 'expected recvInto to leave its buffer alone');
    assert.equal(near.stats.bytesOut, 0, 'expected send to send nothing');
    assert.equal((await near.recvExactly(5)).length, 5, 'expected every byte to be there still');
    await roundTrip(near, far);

    await Promise.all([near.close(), far.close()]);
    const [{ how: nearHow }, { how: farHow }] = await Promise.all([near.closed, far.closed]);
    assert.deepEqual([nearHow, farHow], ['finished', 'finished'], 'expected both ends to have closed in order');
    throwsKind('trySend after close', () => near.trySend('x'), 'closed');
  },
};

/** Cancelling an operation never costs or changes a byte. */
export const cancellingChecks: readonly StreamCheck[] = [racyRecv, racySend, allAtOnce, cancelledBefore];
