import { formatAddress } from '@stack/address';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../core/system-clock.ts';
import { failure, text } from '../scripted-driver.test-fixture.ts';
import { fakeClock } from './fake-clock.ts';
import { virtualNetwork, type VirtualNetwork } from './virtual-network.ts';
import { lab } from './virtual-pair.test-fixture.ts';

const refused = (net: VirtualNetwork, work: () => Promise<unknown>): Promise<unknown> => net.run(() => failure(work()));

describe('virtualNetwork()', () => {
  test('is a network of its own: what runs on any runs on it', async () => {
    const net = virtualNetwork();
    await net.run(async () => {
      for (const endpoint of [
        'tcp://127.0.0.1:80',
        'tcp://[::1]:80',
        'tcp://localhost:81',
        'unix:/run/x',
        'memory:lab',
      ]) {
        await using listener = await net.listen(endpoint);
        const [client, server] = await Promise.all([net.connect(endpoint), listener.accept()]);
        await client.send(endpoint);
        expect(text(await server?.recv())).toBe(endpoint);
        expect(formatAddress(client.remote)).toBe(formatAddress(server?.local ?? client.local));
        await Promise.all([client.close(), server?.close()]);
      }
    });
    expect(net.connections).toBe(0);
  });

  test('a dial takes a round trip, and the listener hears of it half a round trip later', async () => {
    const { net, server, client } = lab({ link: { latencyMs: 100 } });
    await net.run(async () => {
      const listener = await server.listen('tcp://10.0.0.1:80');
      const accepted = listener.accept().then(() => net.clock.now());
      const near = await client.connect('tcp://10.0.0.1:80');
      expect([net.clock.now(), await accepted]).toEqual([200, 300]);
      near.abort();
      await listener.close();
    });
  });

  test('hosts have loopbacks and Unix sockets of their own, and one address space between them', async () => {
    const { net, server, client } = lab();
    await net.run(async () => {
      const everywhere = await server.listen('tcp://0.0.0.0:80');
      const inside = await server.listen('tcp://127.0.0.1:81');
      const unix = await server.listen('unix:/run/x');
      const named = await server.listen('memory:service');
      for (const place of [
        'tcp://127.0.0.1:81',
        'tcp://127.0.0.1:80',
        'unix:/run/x',
        'memory:service',
        'tcp://0.0.0.0:80',
      ])
        (await server.connect(place)).abort();
      for (const place of ['tcp://10.0.0.1:80', 'memory:service']) (await client.connect(place)).abort();
      for (const place of ['tcp://127.0.0.1:81', 'tcp://10.0.0.1:81', 'unix:/run/x', 'tcp://10.0.0.2:80'])
        expect(await failure(client.connect(place)), place).toMatchObject({ code: 'ECONNREFUSED' });
      expect(await failure(client.connect('tcp://10.0.0.3:80'))).toMatchObject({ code: 'EHOSTUNREACH' });
      expect(await failure(client.connect('tcp://[fd00::1]:80'))).toMatchObject({ code: 'ENETUNREACH' });
      expect(await failure(net.connect('tcp://10.0.0.1:80'))).toMatchObject({ code: 'ENETUNREACH' });
      expect(await failure(client.listen('tcp://10.0.0.1:80'))).toMatchObject({ code: 'EADDRNOTAVAIL' });
      expect(await failure(server.listen('tcp://0.0.0.0:80'))).toMatchObject({ code: 'EADDRINUSE' });
      await Promise.all([everywhere, inside, unix, named].map((listener) => listener.close()));
    });
  });

  test('a listener on :: takes both families', async () => {
    const net = virtualNetwork();
    const host = net.host('10.0.0.1', 'fd00::1');
    await net.run(async () => {
      await using listener = await host.listen('tcp://[::]:80');
      for (const place of ['tcp://10.0.0.1:80', 'tcp://[fd00::1]:80', 'tcp://127.0.0.1:80', 'tcp://[::1]:80']) {
        const [near, far] = await Promise.all([host.connect(place), listener.accept()]);
        expect(`tcp://${formatAddress(far?.local ?? near.local)}`).toBe(place);
        near.abort();
      }
      await using narrow = await host.listen('tcp://[::]:81', { ipv6Only: true });
      expect(await failure(host.connect('tcp://10.0.0.1:81'))).toMatchObject({ code: 'ECONNREFUSED' });
      (await host.connect('tcp://[fd00::1]:81')).abort();
      expect(narrow.refused).toBe(0);
    });
  });

  test('options are kept, or refused', async () => {
    const { net, server, client } = lab();
    await net.run(async () => {
      await using listener = await server.listen('tcp://10.0.0.1:80', { backlog: 1, noDelay: false });
      const near = await client.connect('tcp://10.0.0.1:80', { localAddress: '10.0.0.2:5000' });
      expect(formatAddress((await listener.accept())?.remote ?? near.remote)).toBe('10.0.0.2:5000');
      expect(await failure(client.connect('tcp://10.0.0.1:80', { localAddress: '10.0.0.2:5000' }))).toMatchObject({
        code: 'EADDRINUSE',
      });
      expect(await failure(client.connect('tcp://10.0.0.1:80', { localAddress: '10.0.0.3' }))).toMatchObject({
        code: 'EADDRNOTAVAIL',
      });
      expect(await failure(server.listen('tcp://10.0.0.1:81', { reusePort: true }))).toMatchObject({
        code: 'ERR_UNSUPPORTED',
      });
      await (await server.listen('unix:/run/x', { mode: 0o666, takeOverStale: true })).close();
      near.abort();
    });
  });

  test('each address is one host, whoever asks', () => {
    const net = virtualNetwork();
    const host = net.host('FD00::1', '10.0.0.1');
    expect(host.name).toBe('fd00::1');
    expect([net.host('10.0.0.1'), net.host('fd00:0::1')]).toEqual([host, host]);
    expect(() => net.host('10.0.0.1', '10.0.0.2')).toThrow(
      new RangeError('10.0.0.1 and 10.0.0.2 cannot be one host: another one has some of them'),
    );
    expect(() => net.host('example.test')).toThrow('"example.test" is not an IP address');
  });

  test.each([-1, 0.5, 2 ** 32, Number.NaN])('seed %d is a mistake', (seed) => {
    expect(() => virtualNetwork({ seed })).toThrow(
      new RangeError(`seed must be a whole number from 0 to 4294967295, not ${seed}`),
    );
  });

  test('durations out of range are named', () => {
    expect(() => virtualNetwork({ handshakeMs: -1 })).toThrow('handshakeMs must be');
    expect(() => virtualNetwork({ retransmitMs: Number.NaN })).toThrow('retransmitMs must be');
  });

  test('places that are none are named', () => {
    const net = virtualNetwork();
    for (const place of [
      '10.0.0.1',
      '::1',
      '10.0.0.1:80',
      '[::1]:80',
      'unix:/run/x',
      'memory:lab',
      'tcp://10.0.0.1:80',
      'localhost',
    ])
      net.between(place).heal();
    expect(() => net.between('example')).toThrow('"example" is not an endpoint');
    expect(() => net.oneWay('tcp://example.test:80', undefined)).toThrow(
      new RangeError('a place must be an address, not a name: "tcp://example.test:80"'),
    );
  });
});

describe('run()', () => {
  test('names the seed of what failed, and has the failure as its cause', async () => {
    const error = new Error('wrong');
    const failed = await failure(virtualNetwork({ seed: 7 }).run(() => Promise.reject(error)));
    expect(failed).toEqual(new Error('wrong\nReplay with STACK_SEED=7', { cause: error }));
    const thrown = virtualNetwork({ seed: 8 }).run(() => {
      throw error;
    });
    expect(await failure(thrown)).toMatchObject({ message: 'wrong\nReplay with STACK_SEED=8' });
    expect(virtualNetwork({ seed: 9 }).replay).toBe('STACK_SEED=9');
  });

  test('tells at once of a wait that nothing can end', async () => {
    const net = virtualNetwork({ seed: 7 });
    const hang = net.run(async () => {
      await using listener = await net.listen('memory:nobody');
      await listener.accept();
    });
    expect(await failure(hang)).toMatchObject({
      message: 'Cannot wait: no timer is left, and the promise has not settled\nReplay with STACK_SEED=7',
    });
  });

  test('runs in real time where that was asked for', async () => {
    const net = virtualNetwork({ clock: systemClock, link: { latencyMs: 20 } });
    const startMs = performance.now();
    await net.run(async () => {
      await using listener = await net.listen('memory:real');
      const [client, server] = await Promise.all([net.connect('memory:real'), listener.accept()]);
      await client.send('x');
      expect(text(await server?.recv())).toBe('x');
      client.abort();
    });
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(60);
    expect(net.clock).toBe(systemClock);
  });

  test('several networks may share a clock', async () => {
    const clock = fakeClock();
    const [one, other] = [virtualNetwork({ clock }), virtualNetwork({ clock, link: { latencyMs: 50 } })];
    await one.run(async () => {
      await using listener = await other.listen('memory:there');
      expect(await refused(one, () => one.connect('memory:there'))).toMatchObject({ code: 'ECONNREFUSED' });
      (await other.connect('memory:there')).abort();
      expect(listener.refused).toBe(0);
    });
    expect(clock.now()).toBeGreaterThanOrEqual(100);
  });
});

describe('names', () => {
  test('answer with their addresses, which are raced, or fail as they were told to', async () => {
    const { net, server, client } = lab();
    net.setName('Db.test', ['10.0.0.9', '10.0.0.1']);
    net.setName('gone.test', 'ENOTFOUND');
    net.setName('again.test', 'EAI_AGAIN');
    await net.run(async () => {
      await using listener = await server.listen('tcp://0.0.0.0:80');
      const near = await client.connect('tcp://db.test:80');
      expect(formatAddress(near.remote)).toBe('10.0.0.1:80');
      near.abort();
      expect(await failure(client.connect('tcp://gone.test:80'))).toMatchObject({ code: 'ENOTFOUND' });
      expect(await failure(client.connect('tcp://again.test:80'))).toMatchObject({
        code: 'EAI_AGAIN',
        retryable: true,
      });
      expect(await failure(client.connect('tcp://unknown.test:80'))).toMatchObject({ code: 'ENOTFOUND' });
      net.setName('db.test', 'EAI_FAIL');
      expect(await failure(client.connect('tcp://db.test:80'))).toMatchObject({ code: 'EAI_FAIL' });
      expect(listener.refused).toBe(0);
    });
  });

  test('take their time, and are called off with the dial', async () => {
    const { net, client } = lab();
    net.setName('slow.test', ['10.0.0.1'], 5_000);
    net.setName('silent.test', ['10.0.0.1'], Infinity);
    await net.run(async () => {
      expect(await failure(client.connect('tcp://slow.test:80'))).toMatchObject({ code: 'ECONNREFUSED' });
      expect(net.clock.now()).toBeGreaterThan(5_000);
      for (const name of ['slow', 'silent']) {
        const dial = client.connect(`tcp://${name}.test:80`, { timeoutMs: 1_000 });
        expect(await failure(dial)).toMatchObject({ code: 'ERR_TIMEOUT' });
      }
    });
    expect(net.clock.pending).toBe(0);
  });

  test('an answer that is none is a mistake', () => {
    const net = virtualNetwork();
    expect(() => net.setName('a.test', ['b.test'])).toThrow('"b.test" is not an IP address');
    expect(() => net.setName('a.test', 'SERVFAIL' as 'EAI_FAIL')).toThrow(RangeError);
    expect(() => net.setName('a.test', [], -1)).toThrow(new RangeError('delayMs must be 0 or more, not -1'));
  });
});
