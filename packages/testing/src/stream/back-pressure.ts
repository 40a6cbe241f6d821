import assert from 'node:assert/strict';
import process from 'node:process';
import type { Connection } from '@stack/transport';
import { assertKind, join, roundTrip, sameBytes } from '../assertions.ts';
import type { StreamCheck } from './stream-context.ts';

const mebibyte = 1_048_576;

const writable: StreamCheck = {
  id: 'T25',
  title: 'writable waits while the stream is clogged, wakes when the peer reads, and when the peer goes',
  async run({ pair, cloggedPair, staysPending, within }) {
    const idle = await pair();
    await within(1000, 'writable of an idle stream', idle.near.writable());

    const read = await cloggedPair();
    const room = read.near.writable();
    await staysPending(50, 'writable of a clogged stream', room);
    assert.equal(read.near.trySend('x'), false, 'expected trySend to take nothing while the stream is clogged');
    const [bytes] = await within(
      5000,
      'writable, when the peer reads,',
      Promise.all([read.far.recvExactly(read.sentBytes), room]),
    );
    read.isPrefix(bytes);
    await read.waiting;
    await roundTrip(read.near, read.far);

    const left = await cloggedPair();
    const hope = left.near.writable().catch((error: unknown) => error);
    await staysPending(20, 'writable of a clogged stream', hope);
    left.far.abort();
    const outcome = await within(5000, 'writable, when the peer goes,', hope);
    if (outcome !== undefined) assertKind(outcome, 'writable, when the peer goes,', 'broken');
  },
};

const pausedReader: StreamCheck = {
  id: 'T33a',
  title: 'a reader that pauses 100 ms gets exactly nothing meanwhile, and loses nothing',
  async run({ pair, random, sleep }) {
    const { near, far } = await pair();
    const data = random.bytes(2 * mebibyte);
    const received: Uint8Array[] = [];
    const pauses = 3;
    let isPaused = false;
    let early = 0;
    const consuming = near.consume(async (chunk) => {
      if (isPaused) early += 1;
      received.push(chunk);
      if (received.length > pauses) return;
      isPaused = true;
      await sleep(100);
      isPaused = false;
    });
    const send = async (): Promise<void> => {
      for (const piece of random.pieces(data, 100_000)) await far.send(piece);
      await far.close();
    };
    const sending = send();
    await consuming;
    assert.equal(early, 0, `expected nothing to be handed out during a pause, but ${early} chunks were`);
    sameBytes('what came around the pauses', join(received), data);
    await Promise.all([near.close(), sending]);
  },
};

/** What a process may grow by besides the marks of the connection. */
const slackBytes = 16 * mebibyte;

/** Offers 1 GiB, without waiting in between, until there has been no room for a while; gives the bytes that were taken. */
const offerUntilStalled = async (near: Connection, chunk: Uint8Array): Promise<number> => {
  let takenBytes = 0;
  while (takenBytes < 1024 * mebibyte) {
    if (near.trySend(chunk)) takenBytes += chunk.length;
    else {
      const stalled = await near.writable({ timeoutMs: 200 }).catch((error: unknown) => error);
      if (stalled === undefined) continue;
      assertKind(stalled, 'writable, when the peer has stalled,', 'timeout');
      return takenBytes;
    }
  }
  return assert.fail('expected the sender to have to wait long before 1 GiB');
};

const stalledReader: StreamCheck = {
  id: 'T33b',
  title: '1 GiB to a reader that stalls: the sender waits, and memory stays within the marks',
  async run({ pair, random, sleep }) {
    const { near, far } = await pair();
    await near.send('x');
    await far.recvExactly(1);
    const chunk = random.bytes(65_536);
    const rssBefore = process.memoryUsage().rss;
    const takenBytes = await offerUntilStalled(near, chunk);
    const grownBytes = process.memoryUsage().rss - rssBefore;

    const { queuedBytes } = near.stats;
    await sleep(20);
    assert.equal(near.stats.queuedBytes, queuedBytes, 'expected nothing to move while nobody reads');
    assert(queuedBytes <= mebibyte, `expected the sender to hold 1 MiB at most, but it holds ${queuedBytes}`);
    const aheadBytes = far.stats.bytesIn - 1;
    assert(aheadBytes <= mebibyte, `expected the reader to read 1 MiB ahead at most, but it read ${aheadBytes}`);
    assert(grownBytes <= slackBytes, `expected memory to grow by 16 MiB at most, but it grew by ${grownBytes}`);

    for (let start = 0; start < takenBytes; start += chunk.length) {
      sameBytes(`what came from byte ${start} on`, await far.recvExactly(chunk.length), chunk);
    }
    await roundTrip(near, far);
  },
};

/** A peer that does not read holds the sender back; nothing piles up in between. */
export const backPressureChecks: readonly StreamCheck[] = [writable, pausedReader, stalledReader];
