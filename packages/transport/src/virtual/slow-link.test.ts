import { describe, expect, test } from 'vitest';
import { clientHost, lab, serverHost } from './virtual-pair.test-fixture.ts';

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

/** F4 of the fault list: what a process may grow by besides the marks of its connections. */
const slackBytes = 16 * mebibyte;

describe('a link of 1 KB a second, byte by byte', () => {
  test('delays who is on it and nobody else, and holds no more than the window and the marks', async () => {
    const { net, server, client, pair } = lab({ seed: 4 });
    const slow = net.host('10.0.0.9');
    net.between('10.0.0.9', serverHost).set({ bytesPerSecond: 1_000, maxSegmentBytes: 1 });
    await net.run(async () => {
      await using listener = await server.listen('tcp://10.0.0.1:80');
      const [slowNear, slowFar] = await Promise.all([slow.connect('tcp://10.0.0.1:80'), listener.accept()]);
      const startMs = net.clock.now();
      const rssBefore = process.memoryUsage().rss;
      // Of 32 MiB it takes the window, the mark, and one chunk more.
      const chunk = new Uint8Array(kibibyte);
      let takenBytes = 0;
      while (takenBytes < 32 * mebibyte && slowFar?.trySend(chunk) === true) takenBytes += chunk.length;
      expect(takenBytes).toBeLessThanOrEqual(64 * kibibyte + 64 * kibibyte + kibibyte);
      await net.clock.advance(1_000);
      expect(process.memoryUsage().rss - rssBefore).toBeLessThan(slackBytes);

      // Meanwhile others go on as if it were not there, there and back, on the same listener's host.
      const [far, near] = await pair();
      const othersMs = net.clock.now();
      const echo = far.consume((bytes) => far.send(bytes));
      for (let round = 0; round < 1_000; round += 1) {
        await near.send(chunk);
        await near.recvExactly(chunk.length);
      }
      expect(net.clock.now() - othersMs).toBeLessThan(1_000 * 0.2 + 10);
      near.abort();
      await echo.catch(() => undefined);

      const got = await slowNear.recvExactly(16 * kibibyte);
      const tookMs = net.clock.now() - startMs;
      expect(got).toEqual(new Uint8Array(16 * kibibyte));
      expect(tookMs).toBeGreaterThanOrEqual(16 * kibibyte);
      expect(tookMs).toBeLessThan(16 * kibibyte + 100);
      for (const end of [slowNear, slowFar]) end?.abort();
      expect(client.name).toBe(clientHost);
    });
  });

  test('holds up a close no longer than it was told to wait', async () => {
    const { net, pair } = lab({ link: { bytesPerSecond: 1_000, windowBytes: 1_000 } });
    await net.run(async () => {
      const [far, near] = await pair();
      void near.send(new Uint8Array(100_000));
      const startMs = net.clock.now();
      await near.close({ flushMs: 2_000 });
      expect(net.clock.now() - startMs).toBe(2_000);
      const { how, unsentBytes } = await near.closed;
      expect([how, unsentBytes]).toEqual(['aborted', 99_000]);
      far.abort();
    });
  });
});
