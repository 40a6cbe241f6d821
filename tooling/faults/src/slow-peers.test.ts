import { memoryOf, type Program, type Random, replayable, tellsFigures } from '@stack/interop';
import { type Connection, system } from '@stack/transport';
import { describe, expect, test } from 'vitest';
import { startPeer, verdictOf, withoutPeer } from './peer.ts';
import { type Kind, placeOf } from './places.ts';
import { scaled } from './scale.ts';
import { finish, startSubject } from './subject.ts';
import type { EchoReport } from './subjects/echo.ts';

const MIB = 2 ** 20;
/** Slow ones of each kind, and what each of them would like to have echoed: far more than they take. */
const slowPeers = scaled(20, 200);
const burstBytes = 4 * MIB;
/** Normal ones, each with so many exchanges. */
const normalPeers = 8;
const exchanges = scaled(100, 2_000);
/** By its marks, a connection may hold what it has read ahead, and a chunk whose send waits. */
const heldBytes = 3 * 65_536;

const skipped = withoutPeer ?? (tellsFigures ? undefined : 'this system does not tell memory');

interface Verdict {
  readonly sent: number;
  readonly received: number;
  /** What the fastest of them got. */
  readonly most: number;
  readonly broken: number;
}

/** Exchanges random bytes until it has done so often enough: every answer is the question. */
const exchange = async (connection: Connection, random: Random): Promise<void> => {
  for (let n = 0; n < exchanges; n += 1) {
    const question = Uint8Array.from({ length: 1 + random.below(4_096) }, () => random.below(256));
    const answering = connection.recvExactly(question.length, { timeoutMs: 20_000 });
    await connection.send(question);
    expect(Buffer.compare(await answering, question)).toBe(0);
  }
  await connection.close();
};

const ask = async (subject: Program, kind: Kind, endpoint: string): Promise<{ endpoint: string; target: string }> => {
  const { port } = JSON.parse(await subject.nextLine()) as { port?: number };
  if (kind === 'tcp4') return { endpoint: `tcp://127.0.0.1:${port}`, target: `tcp:127.0.0.1:${port}` };
  return { endpoint, target: endpoint };
};

describe.skipIf(skipped !== undefined)(`F4${skipped === undefined ? '' : ` (skipped: ${skipped})`}`, () => {
  test.for(['tcp4', 'unix'] as const)(
    `${slowPeers} readers and ${slowPeers} writers of 1 KB/s, a byte at a time, beside ${normalPeers} normal ones, over %s`,
    (kind) =>
      replayable(async (random) => {
        using place = placeOf(kind);
        await using subject = await startSubject('echo', { listen: place.endpoint });
        const { endpoint, target } = await ask(subject, kind, place.endpoint);
        const slow = (what: string, burst: number): Promise<Program> =>
          startPeer('slow', [target, what, slowPeers, 1, 1_000, burst]);
        await using readers = await slow('reader', burstBytes);
        await using writers = await slow('writer', 0);
        expect([await readers.nextLine(), await writers.nextLine()]).toEqual(['ready', 'ready']);

        // Once around, so that everything is loaded, and the slow ones have sent what they can.
        const connections = await Promise.all(Array.from({ length: normalPeers }, () => system.connect(endpoint)));
        await exchange(await system.connect(endpoint), random);
        const before = memoryOf(subject.pid).nowBytes;
        await Promise.all(connections.map((connection) => exchange(connection, random)));
        const { nowBytes } = memoryOf(subject.pid);
        expect(nowBytes - before).toBeLessThan(16 * MIB + 2 * slowPeers * heldBytes);

        // They were slow, they were served, and they are still there.
        for (const peer of [readers, writers]) {
          peer.endInput();
          const { received, most, broken } = await verdictOf<Verdict>(peer);
          expect(broken).toBe(0);
          expect(received).toBeGreaterThan(0);
          expect(most).toBeLessThan(burstBytes);
        }
        const { tally, left } = await finish<EchoReport>('echo', subject);
        expect((tally['finished'] ?? 0) + (tally['broken'] ?? 0)).toBe(2 * slowPeers + normalPeers + 1);
        expect(left).toEqual([]);
      })(),
  );
});
