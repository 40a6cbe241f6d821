import assert from 'node:assert/strict';
import type { Connection } from '@stack/transport';
import { isFinished, join, receiveAll, sameBytes } from '../assertions.ts';
import type { StreamCheck } from './stream-context.ts';

const mebibyte = 1_048_576;

const wholeInPieces: StreamCheck = {
  id: 'T1',
  title: '1 MiB in pieces of 1 KiB, then close: the peer gets the same bytes, then the end',
  async run({ pair, random }) {
    const { near, far } = await pair();
    const data = random.bytes(mebibyte);
    const send = async (): Promise<void> => {
      for (let start = 0; start < data.length; start += 1024) await near.send(data.subarray(start, start + 1024));
      await near.close();
    };
    const receive = async (): Promise<void> => {
      sameBytes('what the far end got', await receiveAll(far), data);
      await far.close();
    };
    await Promise.all([send(), receive()]);

    for (const [who, { closed }] of [['near', near] as const, ['far', far] as const]) {
      const { how, clean, unsentBytes } = await closed;
      const expected = { how: 'finished', clean: true, unsentBytes: 0 };
      assert.deepEqual({ how, clean, unsentBytes }, expected, `expected the ${who} end to have finished cleanly`);
    }
    assert.equal(near.stats.bytesOut, mebibyte, 'expected the near end to have counted every byte out');
    assert.equal(far.stats.bytesIn, mebibyte, 'expected the far end to have counted every byte in');
  },
};

const lastCount = 1000n;

/** Takes a count, gives back the next, until `lastCount` has come or gone. */
const bounce = async (connection: Connection, first: bigint): Promise<void> => {
  for (let expected = first; expected <= lastCount; expected += 2n) {
    const ball = await connection.recvExactly(8);
    const count = new DataView(ball.buffer, ball.byteOffset, 8).getBigUint64(0);
    assert.equal(count, expected, `expected the count ${expected}, but got ${count}`);
    if (expected < lastCount) await serve(connection, expected + 1n);
  }
};

const serve = (connection: Connection, count: bigint): Promise<void> => {
  const ball = new Uint8Array(8);
  new DataView(ball.buffer).setBigUint64(0, count);
  return connection.send(ball);
};

const pingPong: StreamCheck = {
  id: 'T2',
  title: 'a counter of 8 bytes goes to and fro up to 1000, then both close',
  async run({ pair }) {
    const { near, far } = await pair();
    await Promise.all([serve(near, 0n), bounce(far, 0n), bounce(near, 1n)]);
    await Promise.all([near.close(), far.close()]);
    const [{ how: nearHow }, { how: farHow }] = await Promise.all([near.closed, far.closed]);
    assert.deepEqual([nearHow, farHow], ['finished', 'finished'], 'expected both ends to have finished');
  },
};

const duplex: StreamCheck = {
  id: 'T26a',
  title: '1 MiB each way at once, in random pieces: the same bytes on both sides',
  async run({ pair, random }) {
    const { near, far } = await pair();
    const [there, back] = [random.bytes(mebibyte), random.bytes(mebibyte)];
    const send = async (connection: Connection, pieces: readonly Uint8Array[]): Promise<void> => {
      for (const piece of pieces) await connection.send(piece);
    };
    const receive = async (connection: Connection, expected: Uint8Array, sizes: readonly number[]): Promise<void> => {
      const chunks: Uint8Array[] = [];
      let left = expected.length;
      for (let turn = 0; left > 0; turn += 1) {
        const chunk = await connection.recv(sizes[turn % sizes.length]);
        assert(chunk !== null, `expected ${left} more bytes, but the peer finished`);
        left -= chunk.length;
        chunks.push(chunk);
      }
      sameBytes('what came', join(chunks), expected);
    };
    const sizes = Array.from({ length: 101 }, () => random.between(1, 16_384));
    await Promise.all([
      send(near, random.pieces(there, 16_384)),
      send(far, random.pieces(back, 16_384)),
      receive(far, there, sizes),
      receive(near, back, sizes.toReversed()),
    ]);
  },
};

const large: StreamCheck = {
  id: 'T26b',
  title: '10.5 MB in one send',
  async run({ pair, random }) {
    const { near, far } = await pair();
    const data = random.bytes(10_500_000);
    const received = far.recvExactly(data.length);
    await Promise.all([near.send(data), received]);
    sameBytes('what the far end got', await received, data);
  },
};

const echoes: StreamCheck = {
  id: 'T26c',
  title: '2000 echoes of 1 KiB, one after the other',
  async run({ pair, random }) {
    const { near, far } = await pair();
    const echo = async (): Promise<void> => {
      await far.consume((chunk) => far.send(chunk));
      await far.close();
    };
    const ask = async (): Promise<void> => {
      const data = random.bytes(2048);
      for (let turn = 0; turn < 2000; turn += 1) {
        const question = data.subarray(turn % 1024, (turn % 1024) + 1024);
        await near.send(question);
        sameBytes(`echo ${turn}`, await near.recvExactly(1024), question);
      }
      await near.close();
    };
    await Promise.all([echo(), ask()]);
  },
};

const scattered: StreamCheck = {
  id: 'T26d',
  title: 'parts that are sent as one arrive in order, read by recvExactly in other sizes',
  async run({ pair, random }) {
    const { near, far } = await pair();
    const data = random.bytes(262_144);
    const parts = random.pieces(data, 40_000);
    const receive = async (): Promise<void> => {
      const chunks = random.pieces(data, 50_000);
      for (const [i, expected] of chunks.entries()) {
        sameBytes(`read ${i}`, await far.recvExactly(expected.length), expected);
      }
      await isFinished('the end of the parts', far);
      await far.close();
    };
    const send = async (): Promise<void> => {
      await near.send(parts);
      await near.close();
    };
    await Promise.all([send(), receive()]);
  },
};

/** Bytes get there: all of them, in order, as they were. */
export const transferChecks: readonly StreamCheck[] = [wholeInPieces, pingPong, duplex, large, echoes, scattered];
