import { expect, test } from 'vitest';
import { accountOfFlood } from './account.ts';
import { whyNoIpv6 } from './loopback-v6.ts';

const noIpv6 = await whyNoIpv6();

test.skipIf(process.platform !== 'linux')('a million datagrams are accounted for, over IPv4', async () => {
  const { sent, received, dropped, kernelDropped } = await accountOfFlood('udp://127.0.0.1:0', 1_000_000, 300_000);
  expect(received + dropped + kernelDropped).toBe(sent);
  expect(sent).toBe(1_000_000);
});

test.skipIf(process.platform !== 'linux' || noIpv6 !== undefined)('a hundred thousand are, over IPv6', async () => {
  const { sent, received, dropped, kernelDropped } = await accountOfFlood('udp://[::1]:0', 100_000, 120_000);
  expect(received + dropped + kernelDropped).toBe(sent);
});
