import { inet } from '@stack/address';
import { describe, expect, test } from 'vitest';
import type { DatagramQueueOptions } from '../contract/datagram-options.ts';
import type { Datagram } from '../contract/datagram.ts';
import { repeat } from '../random.test-fixture.ts';
import { bytes, text } from '../scripted-driver.test-fixture.ts';
import { DatagramQueue, queueLimits } from './datagram-queue.ts';

const from = inet('127.0.0.1', 1);
const datagram = (data: string): Datagram => ({ data: bytes(data), from, truncated: false });
const queueOf = (options?: DatagramQueueOptions): DatagramQueue<Datagram> => new DatagramQueue(queueLimits(options));
const drain = (queue: DatagramQueue<Datagram>): string[] => {
  const all: string[] = [];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) all.push(text(next.data));
  return all;
};

describe('DatagramQueue', () => {
  test('keeps the order, and empty datagrams too', () => {
    const queue = queueOf();
    for (const data of ['a', '', 'b']) queue.push(datagram(data));
    expect(queue.size).toBe(3);
    expect(drain(queue)).toEqual(['a', '', 'b']);
  });

  test('drops the newest past its packets, and counts', () => {
    const queue = queueOf({ packets: 2 });
    for (const data of ['a', 'b', 'c']) queue.push(datagram(data));
    expect([queue.full, queue.dropped, drain(queue)]).toEqual([true, 1, ['a', 'b']]);
    expect(queue.full).toBe(false);
  });

  test('drops the oldest if asked to, as many as make room', () => {
    const queue = queueOf({ bytes: 6, policy: 'oldest' });
    for (const data of ['ab', 'cd', 'ef', 'ghi']) queue.push(datagram(data));
    expect([queue.dropped, drain(queue)]).toEqual([2, ['ef', 'ghi']]);
  });

  test('what can never fit is dropped alone, by either policy', () => {
    for (const policy of ['newest', 'oldest'] as const) {
      const queue = queueOf({ bytes: 4, policy });
      queue.push(datagram('ab'));
      queue.push(datagram('too long'));
      expect([queue.dropped, drain(queue)]).toEqual([1, ['ab']]);
    }
  });

  test('forgets everything when cleared', () => {
    const queue = queueOf({ bytes: 2 });
    queue.push(datagram('ab'));
    queue.clear();
    queue.push(datagram('cd'));
    expect([queue.dropped, drain(queue)]).toEqual([0, ['cd']]);
  });

  test('keeps within its bounds and loses no count, whatever comes', async () => {
    await repeat(10, ({ int, pick }) => {
      const packets = 1 + int(2_000);
      const size = 1 + int(4_000);
      const queue = queueOf({ packets, bytes: size, policy: pick(['newest', 'oldest']) });
      let pushed = 0;
      let got = 0;
      let last = -1;
      for (let step = 0; step < 4_000; step += 1) {
        if (int(3) > 0) queue.push(datagram(String(pushed++)));
        else {
          const next = queue.shift();
          if (next === undefined) continue;
          got += 1;
          const number = Number(text(next.data));
          expect(number).toBeGreaterThan(last);
          last = number;
        }
      }
      expect(queue.size).toBeLessThanOrEqual(packets);
      expect(drain(queue).length + got + queue.dropped).toBe(pushed);
    });
  });

  test.each([{ packets: 0 }, { bytes: -1 }, { policy: 'random' as 'newest' }])('%o is a mistake', (options) => {
    expect(() => queueOf(options)).toThrow(RangeError);
  });
});
