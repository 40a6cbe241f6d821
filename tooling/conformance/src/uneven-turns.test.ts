import { seededRandom } from '@stack/testing';
import { expect, test } from 'vitest';
import { unevenTurns } from './uneven-turns.ts';

test('unevenTurns() runs everything once, in order, never at once, also what is added on the way', async () => {
  const later = unevenTurns(seededRandom(7));
  const ran: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  for (let i = 0; i < 50; i += 1) {
    later(() => {
      ran.push(i);
      if (i === 25) later(() => ran.push(50));
      if (i === 49) later(resolve);
    });
  }
  expect(ran).toEqual([]);
  await promise;
  expect(ran).toEqual(Array.from({ length: 51 }, (_, i) => i));
});
