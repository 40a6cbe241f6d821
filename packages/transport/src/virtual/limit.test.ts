import { describe, expect, test } from 'vitest';
import { isTransportError } from '../contract/errors.ts';
import { repeat } from '../random.test-fixture.ts';
import { failure } from '../scripted-driver.test-fixture.ts';
import type { AtLimit } from './link.ts';
import { clientHost, lab, readAll, serverHost } from './virtual-pair.test-fixture.ts';

const message = Uint8Array.from({ length: 48 }, (_, i) => i);
const deadline = { timeoutMs: 10_000 };

/** F5 of the fault list: the connection is cut at every offset, over a link that is late and cuts anywhere. */
describe('a connection that is cut after so many bytes', () => {
  test.each<AtLimit>(['reset', 'end', 'silence'])(
    'by %s gives exactly those, and never hangs past a deadline',
    async (atLimit) => {
      await repeat(2, async (_, seed) => {
        for (let limitBytes = 0; limitBytes <= message.length; limitBytes += 1) {
          const { net, pair } = lab({ seed, link: { latencyMs: 20, jitterMs: 20, maxSegmentBytes: 9 } });
          await net.run(async () => {
            net.oneWay(clientHost, serverHost).set({ limitBytes, atLimit });
            const [far, near] = await pair();
            const startMs = net.clock.now();
            void near.send(message.subarray(0, 20));
            void near.send(message.subarray(20));
            const closing = near.close();
            const reading = readAll(far);
            const stopped = failure(far.closed.then(() => far.recvExactly(1)));
            net.clock.after(deadline.timeoutMs, () => far.abort());
            const { bytes, error } = await reading;
            expect(bytes).toEqual(message.subarray(0, limitBytes));
            const isEnd = atLimit === 'end';
            if (isEnd) expect(error).toBeNull();
            else expect(isTransportError(error, atLimit === 'reset' ? 'ECONNRESET' : 'ERR_CLOSED')).toBe(true);
            if (isEnd) await far.close();
            await Promise.all([closing, stopped, far.closed]);
            expect(net.clock.now() - startMs).toBeLessThan(deadline.timeoutMs + 2_000);
          });
          await net.clock.advance(2_000_000);
          expect([net.connections, net.clock.pending]).toEqual([0, 0]);
        }
      });
    },
  );

  test('is reset at both ends, once what was allowed is there', async () => {
    const { net, pair } = lab({ link: { bytesPerSecond: 100 } });
    await net.run(async () => {
      net.oneWay(clientHost, serverHost).set({ limitBytes: 30 });
      const [far, near] = await pair();
      await near.send(message);
      expect(await failure(near.recv())).toMatchObject({ code: 'ECONNRESET' });
      const { bytes, error } = await readAll(far);
      expect([bytes.length, isTransportError(error, 'ECONNRESET')]).toEqual([30, true]);
      expect(await failure(near.send('more'))).toMatchObject({ code: 'ECONNRESET' });
    });
    expect(net.connections).toBe(0);
  });

  test('in silence is noticed by who sent, as late as a partition; the other direction goes on', async () => {
    const { net, pair } = lab({ retransmitMs: 60_000 });
    await net.run(async () => {
      net.oneWay(clientHost, serverHost).set({ limitBytes: 5, atLimit: 'silence' });
      const [far, near] = await pair();
      await near.send('12345');
      await far.recvExactly(5);
      void near.send('6');
      await far.send('heard');
      expect((await near.recvExactly(5)).length).toBe(5);
      const startMs = net.clock.now();
      expect(await failure(near.recv())).toMatchObject({ code: 'ETIMEDOUT' });
      expect(Math.round(net.clock.now() - startMs)).toBe(60_000);
      far.abort();
    });
  });
});

describe('a black hole', () => {
  test('holds up no operation past its deadline', async () => {
    const { net, pair } = lab({ link: { windowBytes: 1_000 } });
    await net.run(async () => {
      const [far, near] = await pair();
      net.between(clientHost, serverHost).partition();
      const startMs = net.clock.now();
      const timedOut = (promise: Promise<unknown>) =>
        expect(failure(promise)).resolves.toMatchObject({ code: 'ERR_TIMEOUT' });
      await Promise.all([
        timedOut(near.recv(undefined, deadline)),
        timedOut(near.send(new Uint8Array(2_000), deadline)),
        timedOut(near.closeWrite(deadline)),
        timedOut(far.recvExactly(5, deadline)),
      ]);
      expect(net.clock.now() - startMs).toBe(deadline.timeoutMs);
      await near.close({ flushMs: 100 });
      await far.close({ lingerMs: 100 });
      expect(net.clock.now() - startMs).toBe(deadline.timeoutMs + 200);
    });
    await net.clock.advance(2_000_000);
    expect([net.connections, net.clock.pending]).toEqual([0, 0]);
  });
});
