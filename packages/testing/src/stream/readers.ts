import assert from 'node:assert/strict';
import { isFinished, join, rejectsKind, roundTrip, sameBytes, text, textFrom, throwsKind } from '../assertions.ts';
import type { StreamCheck } from './stream-context.ts';

const busy: StreamCheck = {
  id: 'T17',
  title: 'two recv at once: the second is busy, the first unharmed',
  async run({ pair, staysPending, within }) {
    const { near, far } = await pair();
    const first = near.recv();
    const others: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['recv', () => near.recv()],
      ['recvInto', () => near.recvInto(new Uint8Array(1))],
      ['recvExactly', () => near.recvExactly(1)],
      ['consume', () => near.consume(() => undefined)],
    ];
    for (const [name, second] of others) {
      const what = `${name} beside a recv`;
      await within(1000, what, rejectsKind(what, second(), 'busy'));
    }
    throwsKind('tryRecv beside a recv', () => near.tryRecv(), 'busy');
    await staysPending(10, 'the first recv', first);
    await far.send('for the first');
    assert.equal(
      await textFrom(near, await first, 13),
      'for the first',
      'expected the first recv to get what was sent',
    );

    const steps: string[] = [];
    const consuming = near.consume((chunk) => void steps.push(text(chunk) ?? ''));
    await rejectsKind('recv beside a consume', near.recv(), 'busy');
    await far.send('for the consumer');
    const closing = far.close();
    await consuming;
    await Promise.all([near.close(), closing]);
    assert.equal(steps.join(''), 'for the consumer', 'expected the consumer to get what was sent');
  },
};

const order: StreamCheck = {
  id: 'T17b',
  title: 'sends queue in call order, and closeWrite goes behind them',
  needs: ['halfClose'],
  async run({ pair, random }) {
    const { near, far } = await pair();
    const data = random.bytes(900_000);
    const pieces = random.pieces(data, 100_000);
    const settled: number[] = [];
    const sends = pieces.map((piece, i) => near.send(piece).then(() => settled.push(i)));
    const finished = near.closeWrite().then(() => settled.push(pieces.length));
    const received = await far.recvExactly(data.length);
    sameBytes('what was sent without waiting', received, data);
    await isFinished('the end of the sends', far);
    await Promise.all([...sends, finished]);
    assert.deepEqual(
      settled,
      [...pieces.keys(), pieces.length],
      'expected sends and closeWrite to settle in call order',
    );
  },
};

const consumer: StreamCheck = {
  id: 'T17c',
  title: 'consume is never re-entered, waits for what each returns, and leaves off where each throws',
  async run({ pair, random, sleep }) {
    const { near, far } = await pair();
    const data = random.bytes(1_000_000);
    const stop = new Error('enough');
    const received: Uint8Array[] = [];
    let inside = 0;
    let mostInside = 0;
    const consuming = near.consume(async (chunk) => {
      inside += 1;
      mostInside = Math.max(mostInside, inside);
      received.push(chunk);
      await sleep(1);
      inside -= 1;
      if (received.length >= 3 || join(received).length >= 500_000) throw stop;
    });
    const send = async (): Promise<void> => {
      for (const piece of random.pieces(data, 20_000)) await far.send(piece);
    };
    const sending = send();
    await assert.rejects(consuming, (error) => error === stop, 'expected consume to reject with what each threw');
    assert.equal(mostInside, 1, 'expected each to be called only after its last promise settled');
    const before = join(received);
    const rest = await near.recvExactly(data.length - before.length);
    sameBytes('what was consumed, and then what was left unread,', join([before, rest]), data);
    await sending;
    await roundTrip(near, far);
  },
};

/** One reader at a time, and any number of writers. */
export const readerChecks: readonly StreamCheck[] = [busy, order, consumer];
