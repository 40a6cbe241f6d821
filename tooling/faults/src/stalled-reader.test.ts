import { tellsFigures } from '@stack/interop';
import { describe, expect, test } from 'vitest';
import { startPeer, verdictOf, withoutPeer } from './peer.ts';
import { type Kind, kinds, placeOf } from './places.ts';
import { scaled } from './scale.ts';
import { finish, startSubject } from './subject.ts';
import type { FloodReport, FloodStalled, FloodWishes } from './subjects/flood.ts';

const MIB = 2 ** 20;
const totalBytes = scaled(128, 1_024) * MIB;
/** What a connection may hold by its marks (`maxQueuedBytes` is 1 MiB), and what a process may need besides. */
const mostGrowthBytes = 17 * MIB;

interface Verdict {
  readonly bytes: number;
  readonly sha256: string;
  readonly ended: string;
}

const skipped = withoutPeer ?? (tellsFigures ? undefined : 'this system does not tell memory');

/** Where the subject dials a peer that listens and said where. */
const endpointOf = (kind: Kind, said: string): string => {
  if (kind === 'tcp4') return `tcp://127.0.0.1:${said}`;
  return kind === 'tcp6' ? `tcp://[::1]:${said}` : said;
};

const flood = async (kind: Kind, way: FloodWishes['way']) => {
  const place = placeOf(kind);
  const peer = await startPeer('stalled', ['listen', place.target]);
  const dial = endpointOf(kind, await peer.nextLine());
  const subject = await startSubject('flood', { dial, way, totalBytes } satisfies FloodWishes);
  return {
    peer,
    subject,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([peer[Symbol.asyncDispose](), subject[Symbol.asyncDispose]()]);
      place[Symbol.dispose]();
    },
  };
};

describe.skipIf(skipped !== undefined)(`T33${skipped === undefined ? '' : ` (skipped: ${skipped})`}`, () => {
  for (const kind of kinds) {
    for (const way of ['send', 'trySend'] as const) {
      test(`${totalBytes / MIB} MiB at a stalled reader by ${way}, over ${kind}: memory stays, and nothing is lost`, async () => {
        await using running = await flood(kind, way);
        const { peer, subject } = running;
        const stalled = JSON.parse(await subject.nextLine()) as FloodStalled;
        expect(stalled.takenBytes).toBeLessThan(totalBytes);
        expect(stalled.queuedBytes).toBeGreaterThan(0);
        expect(stalled.growthBytes).toBeLessThan(mostGrowthBytes);

        await peer.write('read\n');
        const report = await finish<FloodReport>('flood', subject);
        const verdict = await verdictOf<Verdict>(peer);
        expect(verdict).toEqual({ bytes: totalBytes, sha256: report.sha256, ended: 'end' });
        expect(report.how).toBe('finished');
        expect(report.growthBytes).toBeLessThan(mostGrowthBytes);
      });
    }

    test(`${totalBytes / MIB} MiB at a stalled reader in sends that nobody awaits, over ${kind}: ERR_SEND_BUFFER and an abort`, async () => {
      await using running = await flood(kind, 'unawaited');
      const { peer, subject } = running;
      const report = await finish<FloodReport>('flood', subject);
      expect(report.how).toBe('aborted');
      expect(report.told).toMatchObject({ 'closed: ERR_SEND_BUFFER': 1 });
      expect(report.growthBytes).toBeLessThan(mostGrowthBytes);
      await peer.write('read\n');
      const verdict = await verdictOf<Verdict>(peer);
      expect(verdict.bytes).toBeLessThan(totalBytes);
    });
  }
});
