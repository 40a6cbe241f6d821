import { createHash } from 'node:crypto';
import { memoryOf } from '@stack/interop';
import { type Connection, isTransportError, system } from '@stack/transport';
import { report, wishes } from './wishes.ts';

/** What `flood` is asked to do. */
export interface FloodWishes {
  readonly dial: string;
  readonly way: 'send' | 'trySend' | 'unawaited';
  readonly totalBytes: number;
}

/** Said when the peer has held everything back for a while. */
export interface FloodStalled {
  readonly takenBytes: number;
  readonly queuedBytes: number;
  readonly growthBytes: number;
}

/** Said at the end. */
export interface FloodReport {
  /** By which the memory of the process grew at most, from before the first byte. */
  readonly growthBytes: number;
  readonly sha256: string;
  readonly how: string;
  /** What sends that nobody awaited were told, and how many were told so. */
  readonly told: Readonly<Record<string, number>>;
}

/** Longer than a peer that reads would let us wait. */
const stallMs = 500;
const chunkBytes = 65_536;

const { dial, way, totalBytes } = wishes<FloodWishes>();
const connection = await system.connect(dial);
const sent = createHash('sha256');
const told: Record<string, number> = {};
// One chunk for all: a buffer is free when its send has settled, and what is measured is what the transport holds.
const chunk = Buffer.alloc(chunkBytes, 'flood');
const rss = (): number => memoryOf(process.pid).nowBytes;

let takenBytes = 0;
let hasStalled = false;
const before = rss();

/** Waits for `settling`; the first time that takes long, says so. */
const patiently = async (settling: Promise<void>): Promise<void> => {
  if (hasStalled) return settling;
  const timer = setTimeout(() => {
    hasStalled = true;
    const { queuedBytes } = connection.stats;
    report({ takenBytes, queuedBytes, growthBytes: rss() - before } satisfies FloodStalled);
  }, stallMs);
  await settling;
  clearTimeout(timer);
};

const producers: Readonly<Record<FloodWishes['way'], (connection: Connection) => Promise<void>>> = {
  async send(connection) {
    for (; takenBytes < totalBytes; takenBytes += chunkBytes) {
      sent.update(chunk);
      await patiently(connection.send(chunk));
    }
  },
  async trySend(connection) {
    for (; takenBytes < totalBytes; takenBytes += chunkBytes) {
      sent.update(chunk);
      while (!connection.trySend(chunk)) await patiently(connection.writable());
    }
  },
  async unawaited(connection) {
    for (; takenBytes < totalBytes; takenBytes += chunkBytes) {
      // One in a thousand is asked what became of it; that costs memory of its own.
      const sending = connection.send(chunk);
      if (takenBytes % (chunkBytes * 1_000) !== 0) continue;
      sending.catch((error: unknown) => {
        const code = isTransportError(error) ? error.code : String(error);
        told[code] = (told[code] ?? 0) + 1;
      });
    }
  },
};

await producers[way](connection);
if (way !== 'unawaited') await connection.close({ flushMs: 60_000 });
const { how, error } = await connection.closed;
if (isTransportError(error)) told[`closed: ${error.code}`] = 1;
const growthBytes = memoryOf(process.pid).peakBytes - before;
report({ growthBytes, sha256: sent.digest('hex'), how, told } satisfies FloodReport);
