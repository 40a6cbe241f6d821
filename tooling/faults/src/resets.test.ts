import { randomFrom, replayable, startForeignServer, temporaryFolder, type Random } from '@stack/interop';
import { describe, expect, test } from 'vitest';
import { startPeer, withoutPeer } from './peer.ts';
import { scaled } from './scale.ts';
import { countsResets, sentResets } from './sent-resets.ts';
import { finish, runSubject, startSubject } from './subject.ts';
import type { ResetReport, ResetWishes } from './subjects/resets.ts';

const count = scaled(300, 10_000);
const atATime = 20;
const mostBytes = 200_000;
const timeoutMs = scaled(50_000, 500_000);

/** Every send was told in our words, every connection ended as broken, nothing is left, and resets did go out. */
const expectBroken = ({ tally, left }: ResetReport, resetsBefore?: number): void => {
  const sends = Object.entries(tally).filter(([what]) => what.startsWith('send: '));
  for (const [what] of sends) expect(what).toMatch(/^send: broken (ECONNRESET|EPIPE)$/);
  expect(sends.reduce((sum, [, times]) => sum + times, 0)).toBe(count);
  expect(tally['closed: broken']).toBe(count);
  expect(left).toEqual([]);
  if (resetsBefore !== undefined && countsResets) {
    expect(sentResets() - resetsBefore).toBeGreaterThanOrEqual(count);
  }
};

const wishesOf = (random: Random): ResetWishes => ({ count, atATime, seed: random.below(2 ** 31) });
const peerSeed = (random: Random): number => random.below(2 ** 31);

describe.skipIf(withoutPeer !== undefined)(`F1${withoutPeer === undefined ? '' : ` (skipped: ${withoutPeer})`}`, () => {
  test(
    `a peer in Python that resets ${count} connections in mid-write, dialled`,
    replayable(async (random) => {
      const before = sentResets();
      await using peer = await startPeer('resetting', [
        'listen',
        'tcp:127.0.0.1:0',
        count,
        mostBytes,
        peerSeed(random),
      ]);
      const dial = `tcp://127.0.0.1:${await peer.nextLine()}`;
      expectBroken(await runSubject<ResetReport>('resets', { ...wishesOf(random), dial }, timeoutMs), before);
    }),
  );

  test(
    `a peer in Python that resets ${count} connections in mid-write, accepted`,
    replayable(async (random) => {
      const before = sentResets();
      await using subject = await startSubject('resets', { ...wishesOf(random), listen: 'tcp://127.0.0.1:0' });
      const { port } = JSON.parse(await subject.nextLine()) as { port: number };
      await using peer = await startPeer('resetting', [
        'dial',
        `tcp:127.0.0.1:${port}`,
        count,
        mostBytes,
        peerSeed(random),
      ]);
      expect(await peer.exit).toMatchObject({ code: 0 });
      expectBroken(await finish<ResetReport>('resets', subject), before);
    }),
  );

  test(
    `a peer in Python that leaves ${count} Unix connections with bytes unread`,
    replayable(async (random) => {
      using folder = temporaryFolder();
      const path = folder.file('reset.sock');
      await using peer = await startPeer('resetting', ['listen', `unix:${path}`, count, mostBytes, peerSeed(random)]);
      await peer.nextLine();
      expectBroken(await runSubject<ResetReport>('resets', { ...wishesOf(random), dial: `unix:${path}` }, timeoutMs));
    }),
  );
});

test(
  `F1 a peer in Node that resets ${count} connections in mid-write by resetAndDestroy()`,
  replayable(async (random) => {
    const before = countsResets ? sentResets() : undefined;
    const lengths = randomFrom(peerSeed(random));
    await using server = await startForeignServer((socket) => {
      let wanted = 1 + lengths.below(mostBytes);
      socket.on('data', (chunk) => {
        wanted -= chunk.length;
        if (wanted <= 0) socket.resetAndDestroy();
      });
    });
    expectBroken(
      await runSubject<ResetReport>('resets', { ...wishesOf(random), dial: server.endpoint }, timeoutMs),
      before,
    );
  }),
);
