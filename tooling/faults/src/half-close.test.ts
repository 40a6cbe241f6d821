import { createHash, type Hash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { type Random, replayable } from '@stack/interop';
import type { Connection } from '@stack/transport';
import { toNode } from '@stack/transport/node';
import { describe, expect, test } from 'vitest';
import { connectWith, type Role, roles } from './connected.ts';
import { verdictOf, withoutPeer } from './peer.ts';
import { type Kind, kinds } from './places.ts';
import { isFull } from './scale.ts';

const totalBytes = 10 * 2 ** 20;

/** When the peer sends: at once with us, before it reads anything, or after our end. */
const orders = ['at-once', 'first', 'last'] as const;
type Order = (typeof orders)[number];

interface Verdict {
  readonly sent: string;
  readonly received: string;
  readonly bytes: number;
}

/** How a direction is used. Sending ends with a half-close. */
interface Way {
  send(connection: Connection, pieces: Iterable<Uint8Array>): Promise<void>;
  receive(connection: Connection, into: Hash): Promise<void>;
}

const ways: Readonly<Record<string, Way>> = {
  'send and recv': {
    async send(connection, pieces) {
      for (const piece of pieces) await connection.send(piece);
      await connection.closeWrite();
    },
    async receive(connection, into) {
      for (let chunk = await connection.recv(); chunk !== null; chunk = await connection.recv()) into.update(chunk);
    },
  },
  'trySend and consume': {
    async send(connection, pieces) {
      for (const piece of pieces) {
        while (!connection.trySend(piece)) await connection.writable();
      }
      await connection.closeWrite();
    },
    receive: (connection, into) => connection.consume((chunk) => void into.update(chunk)),
  },
};

/** The edges use both directions: they are tried where both are under way at once. */
const edges: Readonly<Record<string, Use>> = {
  'toWeb()': (connection, pieces, into) => {
    const { readable, writable } = connection.toWeb();
    const update = (chunk: Uint8Array): void => void into.update(chunk);
    return Promise.all([
      ReadableStream.from(pieces).pipeTo(writable),
      readable.pipeTo(new WritableStream({ write: update })),
    ]);
  },
  'toNode()': (connection, pieces, into) => {
    const duplex = toNode(connection);
    const receive = async (): Promise<void> => {
      for await (const chunk of duplex) into.update(chunk as Buffer);
    };
    return Promise.all([pipeline(pieces, duplex), receive()]);
  },
};

/** 10 MiB in pieces of random lengths; each MiB is another. */
const piecesOf = function* (random: Random, into: Hash): Generator<Uint8Array> {
  const block = Uint8Array.from({ length: 2 ** 20 }, () => random.below(256));
  for (let sent = 0; sent < totalBytes;) {
    block[0] = sent >> 20;
    const end = Math.min(totalBytes, sent + 1 + random.below(200_000));
    const piece = block.slice(sent % 2 ** 20, Math.min(2 ** 20, (sent % 2 ** 20) + end - sent));
    into.update(piece);
    yield piece;
    sent += piece.length;
  }
};

type Use = (connection: Connection, pieces: Iterable<Uint8Array>, into: Hash) => Promise<unknown>;

/** A way with its directions in an order: one after the other, each relies on outliving the other's end. */
const inOrder =
  (order: Order, { send, receive }: Way): Use =>
  async (connection, pieces, into) => {
    if (order === 'at-once') {
      await Promise.all([send(connection, pieces), receive(connection, into)]);
      return;
    }
    if (order === 'last') await send(connection, pieces);
    await receive(connection, into);
    if (order === 'first') await send(connection, pieces);
  };

/** In full, everything everywhere; otherwise each way on one side, and the edges over TCP. */
const usesOf = (kind: Kind, role: Role, order: Order): readonly (readonly [string, Use])[] => {
  const tried = Object.entries(ways).filter((_, at) => isFull || at === roles.indexOf(role));
  const plain = tried.map(([name, way]) => [name, inOrder(order, way)] as const);
  const hasEdges = order === 'at-once' && (isFull || kind === 'tcp4');
  return hasEdges ? [...plain, ...Object.entries(edges)] : plain;
};

const exchange = async (random: Random, kind: Kind, role: Role, order: Order, use: Use): Promise<void> => {
  await using connected = await connectWith('exchange', kind, role, [order, totalBytes, random.below(2 ** 31)]);
  const { connection, peer } = connected;
  const sent = createHash('sha256');
  const received = createHash('sha256');
  await use(connection, piecesOf(random, sent), received);
  const verdict = await verdictOf<Verdict>(peer);
  expect(verdict.bytes).toBe(totalBytes);
  expect(verdict.received).toBe(sent.digest('hex'));
  expect(received.digest('hex')).toBe(verdict.sent);
  expect(await connection.closed).toEqual({ how: 'finished', clean: true, unsentBytes: 0 });
  expect(connection.stats).toMatchObject({ bytesIn: totalBytes, bytesOut: totalBytes, queuedBytes: 0 });
};

const words: Readonly<Record<Order, string>> = {
  'at-once': 'at once in both directions',
  first: 'from the peer until its end, then to it',
  last: 'to the peer until our end, then from it',
};

describe.skipIf(withoutPeer !== undefined)(`F2${withoutPeer === undefined ? '' : ` (skipped: ${withoutPeer})`}`, () => {
  for (const kind of kinds) {
    for (const role of roles) {
      for (const order of orders) {
        for (const [name, use] of usesOf(kind, role, order)) {
          test(
            `10 MiB ${words[order]}, by ${name}, over ${kind}, ${role}`,
            replayable((random) => exchange(random, kind, role, order, use)),
          );
        }
      }
    }
  }
});
