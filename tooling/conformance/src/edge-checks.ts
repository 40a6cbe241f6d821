import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { StreamCheck, StreamContext } from '@stack/testing';
import type { Connection } from '@stack/transport';
import { toNode } from '@stack/transport/node';

const mebibyte = 2 ** 20;
const mostPieceBytes = 100_000;

type Random = StreamContext['random'];

const digest = (pieces: readonly Uint8Array[]): string => {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
};

/** Sends `pieces` over an edge and finishes; gives what came from the peer until its end. */
type Exchange = (connection: Connection, pieces: readonly Uint8Array[]) => Promise<readonly Uint8Array[]>;

/** What one end does while the other exchanges: gives back what comes, until the end, then finishes. */
type Echo = (connection: Connection) => Promise<unknown>;

const exchangeWeb: Exchange = async (connection, pieces) => {
  const { readable, writable } = connection.toWeb();
  const received: Uint8Array[] = [];
  await Promise.all([
    ReadableStream.from(pieces).pipeTo(writable),
    readable.pipeTo(new WritableStream({ write: (chunk) => void received.push(chunk) })),
  ]);
  return received;
};

const echoWeb: Echo = (connection) => {
  const { readable, writable } = connection.toWeb();
  return readable.pipeTo(writable);
};

const gather = async (source: AsyncIterable<Buffer>): Promise<Buffer[]> => {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return chunks;
};

const exchangeNode: Exchange = async (connection, pieces) => {
  const duplex = toNode(connection);
  const [received] = await Promise.all([gather(duplex as AsyncIterable<Buffer>), pipeline(pieces, duplex)]);
  return received;
};

const echoNode: Echo = (connection) => {
  const duplex: Duplex = toNode(connection);
  return pipeline(duplex, duplex);
};

const finishedCleanly = async (...connections: readonly Connection[]): Promise<void> => {
  for (const { closed } of connections) {
    const { how, clean, unsentBytes } = await closed;
    assert.deepEqual({ how, clean, unsentBytes }, { how: 'finished', clean: true, unsentBytes: 0 });
  }
};

/** 10 MiB in pieces, each MiB another: random bytes are dear, and a counter tells the blocks apart. */
const piecesOf = (random: Random): Uint8Array[] => {
  const data = new Uint8Array(10 * mebibyte);
  const block = random.bytes(mebibyte);
  for (let start = 0; start < data.length; start += mebibyte) {
    block[0] = start / mebibyte;
    data.set(block, start);
  }
  return random.pieces(data, mostPieceBytes);
};

/** Both ends send at once, finish at once, and get what the other one sent. */
const crossing = (id: string, edge: string, exchange: Exchange): StreamCheck => ({
  id,
  title: `${edge}: 10 MiB both ways at once, each half-closed behind it, arrive as they were`,
  needs: ['halfClose'],
  async run({ pair, random }) {
    const { near, far } = await pair();
    const sent = [piecesOf(random), piecesOf(random)] as const;
    const expected = sent.map(digest);
    const [atNear, atFar] = await Promise.all([exchange(near, sent[0]), exchange(far, sent[1])]);
    assert.deepEqual([digest(atFar), digest(atNear)], expected, 'expected every byte, in order');
    await finishedCleanly(near, far);
  },
});

/** One end is piped into itself: its sending is as slow as the other end reads, and finishes after the end it read. */
const piped = (id: string, edge: string, exchange: Exchange, echo: Echo): StreamCheck => ({
  id,
  title: `${edge}: a pipe from a connection into itself gives 10 MiB back, then the end`,
  needs: ['halfClose'],
  async run({ pair, random }) {
    const { near, far } = await pair();
    const sent = piecesOf(random);
    const expected = digest(sent);
    const [received] = await Promise.all([exchange(near, sent), echo(far)]);
    assert.equal(digest(received), expected, 'expected every byte, in order');
    await finishedCleanly(near, far);
  },
});

/** What the edges promise over whatever transport: they stand on `Connection` alone. */
export const edgeChecks: readonly StreamCheck[] = [
  crossing('E1', 'toWeb()', exchangeWeb),
  piped('E2', 'toWeb()', exchangeWeb, echoWeb),
  crossing('E3', 'toNode()', exchangeNode),
  piped('E4', 'toNode()', exchangeNode, echoNode),
];
