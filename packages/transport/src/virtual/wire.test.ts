import { describe, expect, test } from 'vitest';
import { bytes, failure, text } from '../scripted-driver.test-fixture.ts';
import { clientHost, lab, readAll, serverHost } from './virtual-pair.test-fixture.ts';

/** As Linux has it, and what a virtual network takes where nothing else is said. */
const retransmitMs = 924_600;

describe('a link', () => {
  test('takes its time: latency, then the bytes one by one', async () => {
    const { net, pair } = lab({ link: { latencyMs: 100, bytesPerSecond: 1000 } });
    await net.run(async () => {
      const [far, near] = await pair();
      const startMs = net.clock.now();
      await near.send(new Uint8Array(500));
      await near.send(new Uint8Array(500));
      expect(net.clock.now() - startMs).toBe(0);
      await far.recvExactly(500);
      expect(Math.round(net.clock.now() - startMs)).toBe(600);
      await far.recvExactly(500);
      expect(Math.round(net.clock.now() - startMs)).toBe(1_100);
      for (const end of [near, far]) end.abort();
    });
  });

  test('holds a writer back by its window, and the room takes its latency back to the writer', async () => {
    const { net, pair } = lab({ link: { latencyMs: 100, windowBytes: 1_000 } });
    await net.run(async () => {
      const [far, near] = await pair();
      const sending = near.send(new Uint8Array(1_500)).then(() => net.clock.now());
      expect(near.stats.queuedBytes).toBe(500);
      const startMs = net.clock.now();
      await far.recvExactly(1_500);
      expect(Math.round((await sending) - startMs)).toBe(200);
      expect(Math.round(net.clock.now() - startMs)).toBe(300);
      for (const end of [near, far]) end.abort();
    });
  });

  test('with its window shut holds everything back, until it is opened', async () => {
    const { net, pair } = lab();
    await net.run(async () => {
      const [far, near] = await pair();
      net.oneWay(clientHost, serverHost).set({ windowBytes: 0 });
      const sending = near.send('waits');
      await net.clock.advance(2 * retransmitMs);
      expect([near.stats.queuedBytes, far.tryRecv()]).toEqual([5, undefined]);
      net.oneWay(clientHost, serverHost).set({ windowBytes: 10 });
      await sending;
      expect(text(await far.recv())).toBe('waits');
      for (const end of [near, far]) end.abort();
    });
  });

  test('changes while connections live, for what is sent from then on; one address by itself', async () => {
    const { net, pair } = lab();
    await net.run(async () => {
      const [far, near] = await pair();
      const [other, otherNear] = await pair();
      const { port } = far.local as { port: number };
      net.oneWay(clientHost, `${serverHost}:${port}`).set({ latencyMs: 3_000 });
      const startMs = net.clock.now();
      for (const end of [near, otherNear]) await end.send('x');
      await other.recv();
      expect(net.clock.now() - startMs).toBeLessThan(1);
      await far.recv();
      expect(Math.round(net.clock.now() - startMs)).toBe(3_000);
      for (const end of [near, far, other, otherNear]) end.abort();
    });
  });

  test('cuts and joins segments at any byte, and is late with the end', async () => {
    const { net, pair } = lab({ seed: 7, link: { maxSegmentBytes: 4, jitterMs: 50, lateEndMs: 1_000 } });
    await net.run(async () => {
      const [far, near] = await pair();
      const sizes: number[] = [];
      const reading = far.consume((chunk) => void sizes.push(chunk.length));
      for (let i = 0; i < 50; i += 1) void near.send('four');
      const closing = near.close();
      await net.clock.advance(900);
      expect(sizes.reduce((sum, size) => sum + size)).toBe(200);
      expect(new Set(sizes)).toContain(1);
      expect(Math.max(...sizes)).toBeGreaterThan(4);
      const state = await Promise.race([reading.then(() => 'ended'), net.clock.advance(0).then(() => 'open')]);
      expect(state).toBe('open');
      await reading;
      await Promise.all([closing, far.close()]);
    });
  });
});

describe('a partition', () => {
  test('loses nothing of a stream when it is healed in time', async () => {
    const { net, pair } = lab({ link: { latencyMs: 10 } });
    await net.run(async () => {
      const [far, near] = await pair();
      const path = net.between(clientHost, serverHost);
      await near.send('on its way, ');
      path.partition();
      await near.send('cut off, ');
      void near.closeWrite();
      await net.clock.advance(retransmitMs - 1);
      expect(far.tryRecv()).toBeUndefined();
      path.heal();
      expect(await readAll(far)).toEqual({ bytes: bytes('on its way, cut off, '), error: null });
      await far.send('and back');
      expect(text(await near.recvExactly(8))).toBe('and back');
      await Promise.all([near.close(), far.close()]);
      expect(await near.closed).toMatchObject({ how: 'finished', clean: true });
    });
    expect([net.connections, net.clock.pending]).toEqual([0, 0]);
  });

  test('is noticed by whoever waits for an answer, after as long as a kernel waits, and by nobody else', async () => {
    const { net, pair } = lab();
    await net.run(async () => {
      const [far, near] = await pair();
      net.between(serverHost, clientHost).partition();
      const hearing = far.recv();
      await net.clock.advance(3_600_000);
      const startMs = net.clock.now();
      await near.send('anybody there?');
      expect(await failure(near.recv())).toMatchObject({ code: 'ETIMEDOUT', kind: 'timeout' });
      expect(Math.round(net.clock.now() - startMs)).toBe(retransmitMs);
      expect(await near.closed).toMatchObject({ how: 'broken', error: { code: 'ETIMEDOUT' } });

      // The other end is half open: it learns of that when it sends, and the answer gets through.
      net.between().heal();
      await net.clock.advance(3_600_000);
      await far.send('hello?');
      expect(await failure(hearing)).toMatchObject({ code: 'ECONNRESET' });
    });
    expect(net.connections).toBe(0);
  });

  test.each(['there', 'back'])('of the way %s is noticed by the writer alike', async (way) => {
    const { net, pair } = lab();
    await net.run(async () => {
      const [far, near] = await pair();
      const [from, to] = way === 'there' ? [clientHost, serverHost] : [serverHost, clientHost];
      net.oneWay(from, to).partition();
      await near.send('acknowledge this');
      expect(await failure(near.recv())).toMatchObject({ code: 'ETIMEDOUT' });
      // What was never acknowledged may have arrived all the same.
      const heard = await far.recv(undefined, { timeoutMs: 1 }).catch(() => undefined);
      expect(text(heard)).toBe(way === 'there' ? 'undefined' : 'acknowledge this');
      far.abort();
    });
  });

  test('is not noticed when it is over before anybody has waited too long', async () => {
    const { net, pair } = lab({ retransmitMs: 10_000 });
    const path = net.between(clientHost, serverHost);
    await net.run(async () => {
      const [far, near] = await pair();
      for (let round = 0; round < 5; round += 1) {
        path.partition();
        await near.send('x');
        await net.clock.advance(9_000);
        path.heal();
        await net.clock.advance(5_000);
      }
      expect(text(await far.recvExactly(5))).toBe('xxxxx');
      await Promise.all([near.close(), far.close()]);
    });
  });

  test('that is noticed while bytes wait for room leaves no end behind that would make them look whole', async () => {
    const { net, pair } = lab({ link: { windowBytes: 10 }, retransmitMs: 5_000 });
    await net.run(async () => {
      const [far, near] = await pair();
      void near.send('longer than the window');
      void near.closeWrite();
      net.oneWay(serverHost, clientHost).partition();
      expect(await failure(near.recv())).toMatchObject({ code: 'ETIMEDOUT' });
      net.between().heal();
      expect(text(await far.recvExactly(10))).toBe('longer tha');
      expect(await failure(far.recv(undefined, { timeoutMs: 3_600_000 }))).toMatchObject({ code: 'ERR_TIMEOUT' });
      far.abort();
    });
    expect(net.connections).toBe(0);
  });

  test('swallows a reset: who did not hear of it learns it with the next send', async () => {
    const { net, pair } = lab();
    await net.run(async () => {
      const [far, near] = await pair();
      net.between(clientHost, serverHost).partition();
      near.abort();
      await net.clock.advance(3_600_000);
      net.between(clientHost, serverHost).heal();
      await net.clock.advance(3_600_000);
      expect(far.tryRecv()).toBeUndefined();
      await far.send('still there?');
      expect(await failure(far.recv())).toMatchObject({ code: 'ECONNRESET' });
    });
    expect(net.connections).toBe(0);
  });
});

describe('reset()', () => {
  test('breaks the connections between two places at both ends, and no other; what has arrived comes first', async () => {
    const { net, pair } = lab();
    const third = net.host('10.0.0.3');
    await net.run(async () => {
      const [far, near] = await pair();
      await using listener = await third.listen('tcp://10.0.0.3:80');
      const other = await net.host(clientHost).connect('tcp://10.0.0.3:80');
      const accepted = await listener.accept();
      await near.send('arrived');
      await net.clock.advance(1);
      net.between(serverHost, clientHost).reset();
      expect(await readAll(far)).toMatchObject({ bytes: bytes('arrived'), error: { code: 'ECONNRESET' } });
      expect(await failure(near.recv())).toMatchObject({ code: 'ECONNRESET' });
      await other.send('unharmed');
      expect(text(await accepted?.recvExactly(8))).toBe('unharmed');
      await Promise.all([other.close(), accepted?.close()]);
    });
    expect(net.connections).toBe(0);
  });

  test('one way is heard at one end; the other is half open until it sends', async () => {
    const { net, pair } = lab();
    await net.run(async () => {
      const [far, near] = await pair();
      net.oneWay(serverHost, clientHost).reset();
      expect(await failure(near.recv())).toMatchObject({ code: 'ECONNRESET' });
      await net.clock.advance(3_600_000);
      expect(far.tryRecv()).toBeUndefined();
      await far.send('x');
      expect(await failure(far.recv())).toMatchObject({ code: 'ECONNRESET' });
    });
    expect(net.connections).toBe(0);
  });
});

describe('keepAlive', () => {
  const keepAlive = { idleMs: 10_000, intervalMs: 2_000, count: 3 };

  test('finds a host that vanished out, at either end, and nothing else', async () => {
    const { net, server, client } = lab();
    await net.run(async () => {
      await using listener = await server.listen('tcp://10.0.0.1:80', { keepAlive });
      const [near, far] = await Promise.all([client.connect('tcp://10.0.0.1:80'), listener.accept()]);
      const hearing = failure(near.recv());
      await net.clock.advance(3_600_000);
      client.kill();
      const startMs = net.clock.now();
      expect(await failure(far?.recv() ?? Promise.resolve())).toMatchObject({ code: 'ETIMEDOUT' });
      expect(Math.round(net.clock.now() - startMs)).toBe(6_000);
      expect(await hearing).toMatchObject({ code: 'ENETDOWN' });
    });
  });

  test('begins anew with whatever is heard', async () => {
    const { net, server, client } = lab();
    await net.run(async () => {
      await using listener = await server.listen('tcp://10.0.0.1:80');
      const [near, far] = await Promise.all([client.connect('tcp://10.0.0.1:80', { keepAlive }), listener.accept()]);
      // The probes get lost; what the peer sends by itself does not.
      net.oneWay(clientHost, serverHost).partition();
      for (let round = 0; round < 5; round += 1) {
        await net.clock.advance(12_000);
        await far?.send('x');
      }
      expect(text(await near.recvExactly(5))).toBe('xxxxx');
      const startMs = net.clock.now();
      expect(await failure(near.recv())).toMatchObject({ code: 'ETIMEDOUT' });
      expect(Math.round(net.clock.now() - startMs)).toBe(16_000);
      far?.abort();
    });
  });

  test('is answered by a host that knows nothing of the connection any more', async () => {
    const { net, server, client } = lab();
    await net.run(async () => {
      await using listener = await server.listen('tcp://10.0.0.1:80');
      const near = await client.connect('tcp://10.0.0.1:80', { keepAlive });
      await net.clock.advance(1);
      server.kill();
      await net.clock.advance(5_000);
      server.restart();
      expect(await failure(near.recv())).toMatchObject({ code: 'ECONNRESET' });
      expect(Math.round(net.clock.now() / 1_000)).toBe(10);
      expect(listener.refused).toBe(0);
    });
    expect(net.connections).toBe(0);
  });
});

describe('a host that is killed', () => {
  test('tells nobody: its own programs fail at once, its peers when they have waited too long', async () => {
    const { net, server, pair } = lab();
    await net.run(async () => {
      const [far, near] = await pair();
      const listener = await server.listen('tcp://0.0.0.0:80');
      const socket = await server.bind('udp://0.0.0.0:80');
      const work = [far.recv(), listener.accept(), socket.recvFrom()].map((promise) => failure(promise));
      await near.send('before');
      server.kill();
      server.kill();
      for (const failed of work) expect(await failed).toMatchObject({ code: 'ENETDOWN' });
      expect(await listener.accept()).toBeNull();
      expect(await far.closed).toMatchObject({ how: 'broken' });
      const startMs = net.clock.now();
      expect(await failure(near.recv())).toMatchObject({ code: 'ETIMEDOUT' });
      expect(Math.round(net.clock.now() - startMs)).toBe(retransmitMs);
      await socket.close();
    });
    expect(net.connections).toBe(0);
  });

  test('is noticed by nobody who only listens, and by a writer as soon as it is back', async () => {
    const { net, server, client, pair } = lab();
    await net.run(async () => {
      const [, idle] = await pair();
      const [, near] = await pair();
      const hearing = failure(near.recv());
      const listening = idle.recv();
      server.kill();
      await near.send('anybody?');
      await net.clock.advance(60_000);
      server.restart();
      server.restart();
      expect(await hearing).toMatchObject({ code: 'ECONNRESET' });
      await net.clock.advance(3_600_000);
      idle.abort();
      expect(await failure(listening)).toMatchObject({ code: 'ERR_CLOSED' });

      expect(await failure(client.connect('tcp://10.0.0.1:80'))).toMatchObject({ code: 'ECONNREFUSED' });
      await using again = await server.listen('tcp://10.0.0.1:80');
      (await client.connect('tcp://10.0.0.1:80')).abort();
      expect(again.refused).toBe(0);
    });
    await net.clock.advance(1_000);
    expect(net.connections).toBe(0);
  });

  test('and is back before the last packet of a dial: the dialler is reset', async () => {
    const { net, server, client } = lab({ link: { latencyMs: 100 } });
    await net.run(async () => {
      const listener = await server.listen('tcp://10.0.0.1:80');
      const near = await client.connect('tcp://10.0.0.1:80');
      server.kill();
      server.restart();
      expect(await failure(near.recv())).toMatchObject({ code: 'ECONNRESET' });
      expect(await failure(listener.accept())).toMatchObject({ code: 'ENETDOWN' });
    });
    expect(net.connections).toBe(0);
  });
});
