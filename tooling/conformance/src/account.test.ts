import { expect, test } from 'vitest';
import { accountOfFlood } from './account.ts';

const isLinux = process.platform === 'linux';
const absent = isLinux ? '' : ` (skipped: ${process.platform} does not tell what its kernel drops)`;

test.skipIf(!isLinux)(
  `sent = received + dropped by the kernel + dropped here, exactly, and timers go on${absent}`,
  async () => {
    const { sent, received, dropped, kernelDropped, ticks, ms } = await accountOfFlood(
      'udp://127.0.0.1:0',
      30_000,
      15_000,
    );
    expect(received + dropped + kernelDropped).toBe(sent);
    expect(sent).toBe(30_000);
    // The flood was one, for either of them.
    expect(Math.min(received, dropped, kernelDropped)).toBeGreaterThan(0);
    expect(ticks).toBeGreaterThan(ms / 400);
  },
);
