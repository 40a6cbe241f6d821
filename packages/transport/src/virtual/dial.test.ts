import { describe, expect, test } from 'vitest';
import { failure } from '../scripted-driver.test-fixture.ts';
import { clientHost, lab, serverHost } from './virtual-pair.test-fixture.ts';

describe('a dial', () => {
  test.each([
    ['both ways', [serverHost, clientHost], [clientHost, serverHost]],
    ['on the way there', [clientHost, serverHost]],
    ['on the way back', [serverHost, clientHost]],
  ])('over a link that is cut %s fails after as long as a kernel tries', async (_, ...ways) => {
    const { net, server, client } = lab();
    for (const [from, to] of ways) net.oneWay(from, to).partition();
    await net.run(async () => {
      await using listener = await server.listen('tcp://10.0.0.1:80');
      const failed = await failure(client.connect('tcp://10.0.0.1:80'));
      expect(failed).toMatchObject({ code: 'ETIMEDOUT', kind: 'timeout' });
      expect(net.clock.now()).toBeGreaterThanOrEqual(127_000);
      expect(net.clock.now()).toBeLessThan(127_001);
      expect(listener.refused).toBe(0);
    });
    expect([net.clock.pending, net.connections]).toEqual([0, 0]);
  });

  test('tries again later each time, and gets through once the link is mended', async () => {
    const { net, server, client } = lab();
    const path = net.between(serverHost, clientHost);
    path.partition();
    await net.run(async () => {
      await using listener = await server.listen('tcp://10.0.0.1:80');
      const dialling = client.connect('tcp://10.0.0.1:80');
      await net.clock.advance(10_000);
      path.heal();
      const near = await dialling;
      // The fifth packet: after 1, 2, 4 and 8 seconds.
      expect(Math.round(net.clock.now() / 100)).toBe(150);
      near.abort();
      (await listener.accept())?.abort();
    });
  });

  test('times out by its own deadline, or is called off, and leaves nothing behind', async () => {
    const { net, server, client } = lab({ link: { latencyMs: 100 } });
    await net.run(async () => {
      await using listener = await server.listen('tcp://10.0.0.1:80');
      for (const timeoutMs of [1, 100, 150, 199]) {
        const failed = await failure(client.connect('tcp://10.0.0.1:80', { timeoutMs }));
        expect(failed, `${timeoutMs} ms`).toMatchObject({ code: 'ERR_TIMEOUT' });
      }
      const controller = new AbortController();
      net.clock.after(120, () => controller.abort('no more'));
      expect(await failure(client.connect('tcp://10.0.0.1:80', { signal: controller.signal }))).toBe('no more');
      expect(net.clock.pending).toBe(0);
      listener.stop();
      expect(await listener.accept()).toBeNull();
    });
    expect(net.connections).toBe(0);
  });

  test('is refused or told of no way as the link says, a round trip later', async () => {
    const { net, server, client } = lab({ link: { latencyMs: 100 } });
    const path = net.between(clientHost, serverHost);
    await net.run(async () => {
      await using listener = await server.listen('tcp://10.0.0.1:80');
      for (const [fault, code] of [
        ['refuse', 'ECONNREFUSED'],
        ['unreachable', 'EHOSTUNREACH'],
      ] as const) {
        path[fault]();
        const startMs = net.clock.now();
        expect(await failure(client.connect('tcp://10.0.0.1:80'))).toMatchObject({ code });
        expect(Math.round(net.clock.now() - startMs)).toBe(200);
      }
      path.heal();
      (await client.connect('tcp://10.0.0.1:80')).abort();
      (await listener.accept())?.abort();
    });
  });

  test('a fault of one address leaves the others of its host alone', async () => {
    const { net, server, client } = lab();
    net.between(undefined, '10.0.0.1:80').refuse();
    await net.run(async () => {
      await using one = await server.listen('tcp://10.0.0.1:80');
      await using other = await server.listen('tcp://10.0.0.1:81');
      expect(await failure(client.connect('tcp://10.0.0.1:80'))).toMatchObject({ code: 'ECONNREFUSED' });
      (await client.connect('tcp://10.0.0.1:81')).abort();
      expect([one.refused, other.refused]).toEqual([0, 0]);
    });
  });

  test('a listener that stops waits for those on their way; one that closes resets them', async () => {
    const { net, server, client } = lab({ link: { latencyMs: 100 } });
    await net.run(async () => {
      const stopping = await server.listen('tcp://10.0.0.1:80');
      const dialling = client.connect('tcp://10.0.0.1:80');
      await net.clock.advance(150);
      stopping.stop();
      expect(await failure(client.connect('tcp://10.0.0.1:80'))).toMatchObject({ code: 'ECONNREFUSED' });
      const far = await stopping.accept();
      expect(far).not.toBeNull();
      expect(await stopping.accept()).toBeNull();
      (await dialling).abort();
      far?.abort();

      const closing = await server.listen('tcp://10.0.0.1:80');
      const late = client.connect('tcp://10.0.0.1:80');
      await net.clock.advance(150);
      await closing.close();
      expect(await failure((await late).recv())).toMatchObject({ code: 'ECONNRESET' });
    });
    expect(net.connections).toBe(0);
  });

  test('a listener that stops does not wait for whom the network keeps away', async () => {
    const { net, server, client } = lab();
    await net.run(async () => {
      const listener = await server.listen('tcp://10.0.0.1:80');
      const near = await client.connect('tcp://10.0.0.1:80');
      net.oneWay(clientHost, serverHost).partition();
      await net.clock.advance(1);
      listener.stop();
      expect(await listener.accept()).toBeNull();
      near.abort();
    });
    expect(net.connections).toBe(0);
  });

  test('of a host that goes down fails there and then', async () => {
    const { net, client } = lab({ link: { latencyMs: 100 } });
    await net.run(async () => {
      const dialling = failure(client.connect('tcp://10.0.0.1:80'));
      await net.clock.advance(50);
      client.kill();
      expect(await dialling).toMatchObject({ code: 'ENETDOWN' });
      expect(await failure(client.connect('tcp://10.0.0.1:80'))).toMatchObject({ code: 'ENETDOWN' });
      expect(await failure(client.listen('tcp://0.0.0.0:80'))).toMatchObject({ code: 'ENETDOWN' });
    });
  });
});
