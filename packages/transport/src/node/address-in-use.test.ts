import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { type Address, hostAddress, inet } from '@stack/address';
import { describe, expect, test } from 'vitest';
import type { Connection } from '../contract/connection.ts';
import type { Listener } from '../contract/listener.ts';
import type { ListenOptions } from '../contract/network.ts';
import { nobody, OtherProcess, unlessRoot } from '../other-process.test-fixture.ts';
import { failure, text } from '../scripted-driver.test-fixture.ts';
import { system } from '../system.ts';
import { listenError } from './listen-error.ts';

const isLinux = process.platform === 'linux';
const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

const portOf = ({ addresses: [address] }: Listener): number =>
  address !== undefined && 'port' in address ? address.port : Number.NaN;

/** Whether a second listener opens beside a first one, or why not. */
const beside = async (first: string, second: string, options: ListenOptions = {}): Promise<string> => {
  await using listener = await system.listen(first, options);
  try {
    await using other = await system.listen(second.replace('PORT', String(portOf(listener))), options);
    return `open, as ${other.addresses.length}`;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

/** A greeting through a listener, and who it came from. */
const through = async (listener: Listener, endpoint: string): Promise<Connection['remote'] | undefined> => {
  const [client, server] = await Promise.all([system.connect(endpoint), listener.accept()]);
  await server?.send('hello');
  expect(text(await client.recv())).toBe('hello');
  client.abort();
  server?.abort();
  return server?.remote;
};

describe('F15 address in use', () => {
  test('T47 by the same process: EADDRINUSE, and the listener there lives', async () => {
    await using listener = await system.listen('tcp://127.0.0.1:0');
    const at = `tcp://127.0.0.1:${portOf(listener)}`;
    expect(await failure(system.listen(at))).toMatchObject({
      code: 'EADDRINUSE',
      kind: 'address',
      message: `Cannot listen on ${at}: address already in use`,
    });
    await through(listener, at);
  });

  test('T47 by another process: EADDRINUSE, and free when that is killed', async () => {
    const other = new OtherProcess();
    const { value } = await other.ask('listen', 'tcp://127.0.0.1:0');
    expect(await failure(system.listen(`tcp://${value}`))).toMatchObject({ code: 'EADDRINUSE' });
    await other.signal('SIGKILL');
    await using listener = await system.listen(`tcp://${value}`);
    await through(listener, `tcp://${value}`);
  });

  // BSD and macOS let an address be taken beside the wildcard, with the SO_REUSEADDR that Node sets.
  test.runIf(isLinux)('the wildcard and an address of it exclude each other, in either order', async () => {
    expect(await beside('tcp://0.0.0.0:0', 'tcp://127.0.0.1:PORT')).toBe('EADDRINUSE');
    expect(await beside('tcp://127.0.0.1:0', 'tcp://0.0.0.0:PORT')).toBe('EADDRINUSE');
  });

  test('two addresses of one machine have the port each', async () => {
    expect(await beside('tcp://127.0.0.1:0', 'tcp://127.0.0.1:PORT')).toBe('EADDRINUSE');
    if (isLinux) expect(await beside('tcp://127.0.0.1:0', 'tcp://127.0.0.2:PORT')).toBe('open, as 1');
    if (hasIpv6) expect(await beside('tcp://127.0.0.1:0', 'tcp://[::1]:PORT')).toBe('open, as 1');
  });

  test.runIf(isLinux && hasIpv6)('IPv4 and the dual stack of :: exclude each other, in either order', async () => {
    expect(await beside('tcp://[::]:0', 'tcp://0.0.0.0:PORT')).toBe('EADDRINUSE');
    expect(await beside('tcp://[::]:0', 'tcp://127.0.0.1:PORT')).toBe('EADDRINUSE');
    expect(await beside('tcp://[::]:0', 'tcp://[::1]:PORT')).toBe('EADDRINUSE');
    expect(await beside('tcp://0.0.0.0:0', 'tcp://[::]:PORT')).toBe('EADDRINUSE');
  });

  test.runIf(hasIpv6)('with ipv6Only, :: leaves the port to IPv4', async () => {
    await using six = await system.listen('tcp://[::]:0', { ipv6Only: true });
    const port = portOf(six);
    expect(await failure(system.connect(`tcp://127.0.0.1:${port}`))).toMatchObject({ code: 'ECONNREFUSED' });
    await using four = await system.listen(`tcp://0.0.0.0:${port}`);
    await through(six, `tcp://[::1]:${port}`);
    await through(four, `tcp://127.0.0.1:${port}`);
  });

  test.runIf(hasIpv6)('without it, :: takes IPv4, whose peers have mapped addresses', async () => {
    await using listener = await system.listen('tcp://[::]:0');
    const port = portOf(listener);
    expect(await through(listener, `tcp://127.0.0.1:${port}`)).toMatchObject({ host: '::ffff:127.0.0.1' });
    expect(await through(listener, `tcp://[::1]:${port}`)).toMatchObject({ host: '::1' });
  });

  test('localhost, on a port that is in use on one family, leaves nothing open on the other', async ({ skip }) => {
    const hosts = await system.resolve(hostAddress('localhost', 1));
    if (hosts.length < 2) skip('localhost is not of both families here');
    await using other = await system.listen('tcp://[::1]:0');
    const port = portOf(other);
    expect(await failure(system.listen(`tcp://localhost:${port}`))).toMatchObject({ code: 'EADDRINUSE' });
    await using free = await system.listen(`tcp://127.0.0.1:${port}`);
    await through(free, `tcp://127.0.0.1:${port}`);
  });

  test('T48 a port with a connection in TIME_WAIT can be listened on again at once', async () => {
    let listener = await system.listen('tcp://127.0.0.1:0');
    const port = portOf(listener);
    const [client, server] = await Promise.all([system.connect(`tcp://127.0.0.1:${port}`), listener.accept()]);
    // Who closes first keeps the port in TIME_WAIT (RFC 9293 section 3.6).
    await server?.closeWrite();
    expect(await client.recv()).toBeNull();
    await Promise.all([client.close(), server?.close()]);
    await listener.close();
    if (isLinux) {
      const entry = new RegExp(`:${port.toString(16).toUpperCase().padStart(4, '0')} 0100007F:\\w{4} 06 `);
      expect(readFileSync('/proc/net/tcp', 'utf8')).toMatch(entry);
    }
    listener = await system.listen(`tcp://127.0.0.1:${port}`);
    await through(listener, `tcp://127.0.0.1:${port}`);
    await listener.close();
  });
});

describe('reusePort', () => {
  test.runIf(isLinux)('T48 two listeners share a port, and both get connections', async () => {
    await using one = await system.listen('tcp://127.0.0.1:0', { reusePort: true });
    const at = `tcp://127.0.0.1:${portOf(one)}`;
    await using other = await system.listen(at, { reusePort: true });
    const counts = [0, 0];
    const serving = [one, other].map(async (listener, i) => {
      for await (const connection of listener) {
        counts[i] = (counts[i] ?? 0) + 1;
        await connection.close();
      }
    });
    // Each connection goes to either by chance: that 200 all go to one is less likely than a broken machine.
    for (let dials = 0; dials < 200 && counts.includes(0); dials += 1) {
      const client = await system.connect(at);
      expect(await client.recv()).toBeNull();
      await client.close();
    }
    await Promise.all([one.close(), other.close(), ...serving]);
    expect(counts.every((count) => count > 0)).toBe(true);
  });

  test.runIf(isLinux)('who does not ask for it does not share, whoever was first', async () => {
    await using one = await system.listen('tcp://127.0.0.1:0', { reusePort: true });
    expect(await failure(system.listen(`tcp://127.0.0.1:${portOf(one)}`))).toMatchObject({ code: 'EADDRINUSE' });
    await using alone = await system.listen('tcp://127.0.0.1:0');
    const sharing = system.listen(`tcp://127.0.0.1:${portOf(alone)}`, { reusePort: true });
    expect(await failure(sharing)).toMatchObject({ code: 'EADDRINUSE' });
  });

  test('where the system does not deal out connections, it is unsupported and says so', () => {
    const at: Address = inet('127.0.0.1', 80);
    expect(listenError(at, Object.assign(new Error('bind ENOTSUP'), { code: 'ENOTSUP' }))).toMatchObject({
      code: 'ERR_UNSUPPORTED',
      message:
        'Cannot listen on 127.0.0.1:80: this system does not deal out the connections of one port: it has no reusePort',
    });
  });
});

describe('T47 a port below 1024', () => {
  const lowest = isLinux ? Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8')) : 1_024;

  test('is EACCES for who is not root, nothing leaks, and a later listen works', async ({ skip }) => {
    if (unlessRoot !== undefined) skip(unlessRoot);
    if (lowest <= 1) skip('this machine gives every port to everybody');
    await using other = new OtherProcess();
    expect(await other.ask('become', nobody)).toMatchObject({ value: String(nobody) });
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await other.ask('listen', 'tcp://127.0.0.1:1')).toMatchObject({
        value: 'EACCES',
        message: 'TransportError: Cannot listen on tcp://127.0.0.1:1: permission denied',
      });
    }
    expect(await other.ask('listen', 'tcp://127.0.0.1:0')).toMatchObject({ ok: true });
  });
});
