import { describe, expect, test } from 'vitest';
import { repeat } from '../random.test-fixture.ts';
import { failure, text } from '../scripted-driver.test-fixture.ts';
import type { NetworkEvent } from './network-event.ts';
import { clientHost, lab, serverHost } from './virtual-pair.test-fixture.ts';

const numbered = (i: number): Uint8Array => new Uint8Array(new Uint32Array([i]).buffer);
const numberOf = ({ data }: { readonly data: Uint8Array }): number =>
  new Uint32Array(data.slice().buffer)[0] ?? Number.NaN;

/** F10 of the fault list. */
describe('datagrams over a link that loses 30 %, reorders 25 % and duplicates 5 %', () => {
  test('are accounted for, one by one', async () => {
    await repeat(5, async (_, seed) => {
      const events: NetworkEvent[] = [];
      const link = { latencyMs: 5, jitterMs: 1, lossRate: 0.3, reorderRate: 0.25, duplicateRate: 0.05 };
      const { net, server, client } = lab({ seed, link, onEvent: (event) => void events.push(event) });
      const total = 5_000;
      await net.run(async () => {
        const socket = await server.bind('udp://10.0.0.1:53', { queue: { packets: 50 } });
        const peer = await client.connectDatagram('udp://10.0.0.1:53');
        const got: number[] = [];
        // It falls asleep now and then: its queue is too short for that.
        const reading = socket.consume(async (datagram) => {
          got.push(numberOf(datagram));
          if (got.length % 500 === 0) await new Promise<void>((resolve) => void net.clock.after(30, resolve));
        });
        for (let i = 0; i < total; i += 1) {
          await peer.send(numbered(i));
          if (i % 4 === 0) await new Promise<void>((resolve) => void net.clock.after(1, resolve));
        }
        await net.clock.advance(1_000);
        await Promise.all([socket.close(), peer.close(), reading]);

        const { sent, duplicated, delivered, lost, nobody, underWay } = net.datagrams;
        expect({ sent, nobody, underWay }).toEqual({ sent: total, nobody: 0, underWay: 0 });
        expect(sent + duplicated).toBe(delivered + lost);
        expect(delivered).toBe(got.length + socket.dropped);
        expect(socket.dropped).toBeGreaterThan(0);
        const count = (kind: string): number => events.filter((event) => event.kind === kind).length;
        expect([count('datagram'), count('lost'), count('duplicated')]).toEqual([delivered, lost, duplicated]);

        // Nothing is invented; what came twice was duplicated; the rates are those that were asked for.
        expect(got.every((i) => Number.isInteger(i) && i >= 0 && i < total)).toBe(true);
        expect(got.length - new Set(got).size).toBeLessThanOrEqual(duplicated);
        expect(lost / total).toBeCloseTo(0.3, 1);
        expect(duplicated / (total - lost)).toBeCloseTo(0.05, 1);
        const overtaken = got.filter((i, at) => got.slice(at + 1, at + 100).some((later) => later < i)).length;
        expect(overtaken).toBeGreaterThan(100);
      });
    });
  });
});

describe('datagrams', () => {
  test('keep their order over a link that is late by chance, unless it reorders', async () => {
    const { net, server, client } = lab({ link: { latencyMs: 5, jitterMs: 50 } });
    await net.run(async () => {
      const socket = await server.bind('udp://10.0.0.1:53');
      const peer = await client.bind('udp://0.0.0.0:0');
      for (let i = 0; i < 100; i += 1) await peer.sendTo(numbered(i), socket.local);
      await net.clock.advance(100);
      expect((await socket.recvMany(1_000)).map(numberOf)).toEqual([...Array(100).keys()]);
      await Promise.all([socket.close(), peer.close()]);
    });
  });

  test('are sent from the address that leads there, and answered to it', async () => {
    const { net, server, client } = lab();
    await net.run(async () => {
      const socket = await server.bind('udp://0.0.0.0:53');
      const peer = await client.connectDatagram('udp://10.0.0.1:53');
      await peer.send('question');
      const { data, from } = await socket.recvFrom();
      expect([text(data), from]).toEqual(['question', peer.local]);
      expect(from).toMatchObject({ host: clientHost });
      await socket.sendTo('answer', from);
      expect(text(await peer.recv())).toBe('answer');
      await Promise.all([socket.close(), peer.close()]);
    });
  });

  test('longer than the link takes are EMSGSIZE; longer than what arrives whole are truncated, and say so', async () => {
    const { net, server, client } = lab({ link: { maxDatagramBytes: 1_472, truncateBytes: 512 } });
    await net.run(async () => {
      const socket = await server.bind('udp://10.0.0.1:53');
      const peer = await client.bind('udp://0.0.0.0:0');
      expect(await failure(peer.sendTo(new Uint8Array(1_473), socket.local))).toMatchObject({
        code: 'EMSGSIZE',
        reason: 'the datagram has 1473 bytes, and at most 1472 fit into one',
      });
      for (const size of [1_472, 512, 0]) await peer.sendTo(new Uint8Array(size), socket.local);
      await net.clock.advance(1);
      const got = await socket.recvMany(10);
      expect(got.map(({ data, truncated }) => [data.length, truncated])).toEqual([
        [512, true],
        [512, false],
        [0, false],
      ]);
      expect(net.datagrams).toMatchObject({ sent: 3, delivered: 3 });
      await Promise.all([socket.close(), peer.close()]);
    });
  });

  test('are lost on a link that is cut, refused where nobody is, and not sent where there is no way', async () => {
    const { net, server, client } = lab({ link: { latencyMs: 10 } });
    await net.run(async () => {
      const socket = await server.bind('udp://10.0.0.1:53');
      const peer = await client.connectDatagram('udp://10.0.0.1:53');
      const path = net.between(clientHost, serverHost);
      await peer.send('cut off before it arrives');
      path.partition();
      await peer.send('cut off');
      await net.clock.advance(100);
      expect(net.datagrams).toEqual({ sent: 2, duplicated: 0, delivered: 0, lost: 2, nobody: 0, underWay: 0 });
      path.refuse();
      await peer.send('refused');
      expect(await failure(peer.recv())).toMatchObject({ code: 'ECONNREFUSED' });
      path.unreachable();
      expect(await failure(peer.send('no way'))).toMatchObject({ code: 'EHOSTUNREACH', kind: 'unreachable' });
      path.heal();
      expect(await failure(client.connectDatagram('udp://10.0.0.7:53').then((other) => other.send('x')))).toMatchObject(
        {
          code: 'EHOSTUNREACH',
        },
      );
      await socket.close();
      await peer.send('nobody');
      expect(await failure(peer.recv())).toMatchObject({ code: 'ECONNREFUSED' });
      net.oneWay(serverHost, clientHost).partition();
      await peer.send('nobody tells');
      expect(await failure(peer.recv({ timeoutMs: 1_000 }))).toMatchObject({ code: 'ERR_TIMEOUT' });
      expect(net.datagrams).toEqual({ sent: 5, duplicated: 0, delivered: 0, lost: 2, nobody: 3, underWay: 0 });
      await peer.close();
    });
  });

  test('wait for the line, as many as the window holds; past it they are lost', async () => {
    const { net, server, client } = lab({ link: { bytesPerSecond: 1_000, windowBytes: 500 } });
    await net.run(async () => {
      const socket = await server.bind('udp://10.0.0.1:53');
      const peer = await client.connectDatagram('udp://10.0.0.1:53');
      for (let i = 0; i < 10; i += 1) await peer.send(new Uint8Array(100));
      const startMs = net.clock.now();
      for (let i = 0; i < 5; i += 1) await socket.recvFrom();
      expect(Math.round(net.clock.now() - startMs)).toBe(500);
      expect(net.datagrams).toMatchObject({ sent: 10, delivered: 5, lost: 5, underWay: 0 });
      await Promise.all([socket.close(), peer.close()]);
    });
  });

  test('to a host that is down are lost, and one from it cannot be sent', async () => {
    const { net, server, client } = lab();
    await net.run(async () => {
      const socket = await server.bind('udp://10.0.0.1:53');
      const peer = await client.connectDatagram('udp://10.0.0.1:53');
      server.kill();
      await peer.send('anybody?');
      await net.clock.advance(1_000);
      expect(net.datagrams).toMatchObject({ lost: 1 });
      expect(await failure(socket.sendTo('x', peer.local))).toMatchObject({
        code: expect.stringMatching(/ENETDOWN|ERR_CLOSED/),
      });
      server.restart();
      const again = await server.bind('udp://10.0.0.1:53');
      await peer.send('and now?');
      expect(text((await again.recvFrom()).data)).toBe('and now?');
      await Promise.all([again.close(), peer.close()]);
    });
  });
});
