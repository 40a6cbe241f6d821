import { inet, unixUnnamed } from '@stack/address';
import { describe, expect, test } from 'vitest';
import { system } from '../system.ts';
import { readKernelDrops, tableText } from './kernel-drops.ts';

describe('tableText()', () => {
  test.each([
    ['127.0.0.1', 8080, 'LE', '0100007F:1F90'],
    ['127.0.0.1', 7, 'BE', '7F000001:0007'],
    ['::1', 65_535, 'LE', '00000000000000000000000001000000:FFFF'],
    ['fe80::fc:ff:fe00:1', 53, 'LE', '000080FE00000000FF00FC00010000FE:0035'],
  ] as const)('%s:%d on a machine that is %s is %s', (host, port, order, text) => {
    expect(tableText(inet(host, port), order)).toBe(text);
  });
});

describe.runIf(process.platform === 'linux')('readKernelDrops()', () => {
  test.each(['udp://127.0.0.1:0', 'udp://[::1]:0', 'udp://[::]:0'])(
    'finds the socket at %s, which has lost nothing',
    async (at) => {
      await using socket = await system.bind(at);
      expect([socket.kernelDropped(), readKernelDrops(socket.local, undefined)]).toEqual([0, 0]);
    },
  );

  test('finds a connected socket by both of its ends', async () => {
    await using socket = await system.bind('udp://127.0.0.1:0');
    await using peer = await system.connectDatagram({ scheme: 'udp', address: socket.local });
    expect([peer.kernelDropped(), readKernelDrops(peer.local, inet('127.0.0.1', 1))]).toEqual([0, undefined]);
  });

  test('does not guess among sockets of one port, and knows none that is not there', async () => {
    await using socket = await system.bind('udp://127.0.0.1:0', { reusePort: true });
    await using other = await system.bind({ scheme: 'udp', address: socket.local }, { reusePort: true });
    expect([socket.kernelDropped(), other.kernelDropped()]).toEqual([undefined, undefined]);
    await other.close();
    expect(socket.kernelDropped()).toBe(0);
    expect([readKernelDrops(inet('127.0.0.1', 1), undefined), readKernelDrops(unixUnnamed, undefined)]).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('counts what found no room in the receive buffer', async () => {
    await using socket = await system.bind('udp://127.0.0.1:0', { recvBufferBytes: 4_096 });
    await using peer = await system.connectDatagram({ scheme: 'udp', address: socket.local });
    const count = 200;
    // In one turn: nobody can read meanwhile.
    for (let i = 0; i < count; i += 1) expect(peer.trySend(new Uint8Array(500))).toBe(true);
    let received = 0;
    while (received + (socket.kernelDropped() ?? 0) < count) {
      received += (await socket.recvMany(count, { timeoutMs: 5_000 })).length;
    }
    expect(socket.kernelDropped()).toBe(count - received);
    expect(received).toBeLessThan(count);
  });
});
