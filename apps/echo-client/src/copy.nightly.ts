import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { memoryOf, nodeArguments, start, tellsFigures } from '@stack/interop';
import { describe, expect, it } from 'vitest';

const MIB = 2 ** 20;
const TOTAL_BYTES = 2 ** 30;
/** Node itself takes about 100 MiB with everything loaded; whoever kept what is copied would take ten times as much. */
const MOST_BYTES = 256 * MIB;

const client = new URL('main.ts', import.meta.url);
const server = new URL('../../echo-server/src/main.ts', import.meta.url);

/** One GiB, every MiB another. */
const data = function* (): Generator<Buffer> {
  const block = randomBytes(MIB);
  for (let index = 0; index < TOTAL_BYTES / MIB; index += 1) {
    block.writeUInt32BE(index);
    yield Buffer.from(block);
  }
};

describe.skipIf(!tellsFigures)(`P16${tellsFigures ? '' : ' (skipped: this system does not tell memory)'}`, () => {
  it.each(['tcp://127.0.0.1:0', `unix:@stack-echo-${process.pid}`])(
    'copies 1 GiB from standard input through an echo to standard output at flat memory, over %s',
    async (at) => {
      await using serving = await start(process.execPath, nodeArguments(server, [at]));
      const { endpoint } = JSON.parse(await serving.nextLine()) as { endpoint: string };

      // What it prints is far too much to be gathered.
      const copying = spawn(process.execPath, nodeArguments(client, [endpoint]), {
        stdio: ['pipe', 'pipe', 'inherit'],
        cwd: fileURLToPath(new URL('.', import.meta.url)),
      });
      const sent = createHash('sha256');
      const received = createHash('sha256');
      let receivedBytes = 0;
      let peakBytes = 0;
      const measuring = setInterval(() => {
        peakBytes = memoryOf(copying.pid ?? 0).peakBytes;
      }, 100);
      const began = performance.now();
      try {
        copying.stdout.on('data', (chunk: Buffer) => {
          received.update(chunk);
          receivedBytes += chunk.length;
        });
        const hashed = function* (): Generator<Buffer> {
          for (const block of data()) {
            sent.update(block);
            yield block;
          }
        };
        const closed = once(copying, 'close');
        await pipeline(Readable.from(hashed()), copying.stdin);
        clearInterval(measuring);
        expect(await closed).toEqual([0, null]);
      } finally {
        clearInterval(measuring);
        copying.kill('SIGKILL');
      }

      const seconds = (performance.now() - began) / 1_000;
      const serverPeakBytes = memoryOf(serving.pid).peakBytes;
      process.stdout.write(
        `1 GiB over ${at}: ${seconds.toFixed(1)} s, client ${Math.round(peakBytes / MIB)} MiB at most, ` +
          `server ${Math.round(serverPeakBytes / MIB)} MiB at most\n`,
      );
      expect(receivedBytes).toBe(TOTAL_BYTES);
      expect(received.digest('hex')).toBe(sent.digest('hex'));
      expect(peakBytes).toBeLessThan(MOST_BYTES);
      expect(serverPeakBytes).toBeLessThan(MOST_BYTES);
    },
  );
});
