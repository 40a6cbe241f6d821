import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { formatAddress, inet, type InetAddress } from '@stack/address';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { system } from '../system.ts';
import { expectKeepAlive } from './keep-alive.ts';

afterEach(() => vi.restoreAllMocks());

const keepAlive = { idleMs: 7_000_000, intervalMs: 5_000, count: 4 };

/** The kernel's timer of an IPv4 connection, `2:seconds` while it waits to probe (proc_net_tcp: `tr`, `tm->when`). */
const timerOf = (local: InetAddress, remote: InetAddress): string => {
  const portOf = ({ port }: InetAddress): string => port.toString(16).toUpperCase().padStart(4, '0');
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  const found = lines.find((line) => line.includes(`:${portOf(local)} 0100007F:${portOf(remote)} `));
  const [kind = '', ticks = ''] = found?.trim().split(/\s+/)[5]?.split(':') ?? [];
  return `${Number.parseInt(kind, 16)}:${Math.round(Number.parseInt(ticks, 16) / 100)}`;
};

const asInet = (address: { family: string }): InetAddress => {
  if (address.family !== 'AF_INET') throw new Error('no IPv4 address');
  return address as InetAddress;
};

describe('keepAlive', () => {
  test('is told to Node as it was asked for, on both ends of TCP', async () => {
    const told = vi.spyOn(Socket.prototype, 'setKeepAlive');
    await using listener = await system.listen('tcp://127.0.0.1:0', { keepAlive });
    const [address = inet('0.0.0.0', 0)] = listener.addresses;
    const client = await system.connect({ scheme: 'tcp', address }, { keepAlive: {} });
    const server = await listener.accept();
    expect(told.mock.calls.toSorted()).toEqual([
      [true, 60_000, 1_000, 10],
      [true, 7_000_000, 5_000, 4],
    ]);
    client.abort();
    server?.abort();
  });

  test.runIf(process.platform === 'linux')('is in force in the kernel, and only where it was asked for', async () => {
    await using listener = await system.listen('tcp://127.0.0.1:0', { keepAlive });
    const [address = inet('0.0.0.0', 0)] = listener.addresses;
    const client = await system.connect({ scheme: 'tcp', address });
    const server = await listener.accept();
    const [near, far] = [asInet(client.local), asInet(client.remote)];
    // Right after the handshake the timer is that of an idle time that was never shorter.
    expect(timerOf(far, near)).toMatch(/^2:(?:7000|699\d)$/);
    expect(timerOf(near, far)).toBe('0:0');
    client.abort();
    server?.abort();
  });

  test('nothing is told where nothing was asked for, nor to Unix sockets', async () => {
    const told = vi.spyOn(Socket.prototype, 'setKeepAlive');
    for (const [at, options] of [
      ['tcp://127.0.0.1:0', {}],
      [`unix:@stack-keep-alive-${process.pid}`, { keepAlive }],
    ] as const) {
      await using listener = await system.listen(at, options);
      const [address = inet('0.0.0.0', 0)] = listener.addresses;
      const client = await system.connect({ scheme: at.slice(0, at.indexOf(':')), address }, options);
      const server = await listener.accept();
      client.abort();
      server?.abort();
    }
    expect(told.mock.calls).toEqual([]);
  });
});

describe('expectKeepAlive()', () => {
  const at = formatAddress(inet('127.0.0.1', 80));

  test('refuses what an older Node would ignore, and takes what it does anyway', () => {
    expect(() => expectKeepAlive(keepAlive, 'connect', at, false)).toThrow(
      expect.objectContaining({
        code: 'ERR_UNSUPPORTED',
        message:
          'Cannot connect to 127.0.0.1:80: this version of Node probes 10 times, every 1000 ms, whatever keepAlive says',
      }) as Error,
    );
    expectKeepAlive(undefined, 'listen', at, false);
    expectKeepAlive({ idleMs: 5_000, intervalMs: 1_000, count: 10 }, 'listen', at, false);
    expectKeepAlive(keepAlive, 'listen', at, true);
  });

  test('this Node can be told', () => {
    expectKeepAlive(keepAlive, 'listen', at);
  });
});
