import { named } from '@stack/address';
import { expect, it } from 'vitest';
import { echo, transcript } from './index.ts';

it('echo sends every chunk back as it came, without a copy', () => {
  const chunks = [Uint8Array.from({ length: 256 }, (_, byte) => byte), new Uint8Array(0), Uint8Array.of(0)];
  const { replies, output, end } = transcript(echo, chunks);
  expect(replies).toEqual(chunks);
  for (const [at, reply] of replies.entries()) expect(reply).toBe(chunks[at]);
  expect(output).toEqual(Uint8Array.of(...(chunks[0] ?? []), 0));
  expect(end).toEqual({ how: 'finished' });
});

it('echo answers a datagram with its data, an empty one with an empty one', () => {
  const peer = named('memory', 'peer');
  const question = Uint8Array.of(1, 2, 3);
  expect(echo.datagram?.answer?.(question, peer)).toBe(question);
  expect(echo.datagram?.answer?.(new Uint8Array(0), peer)).toHaveLength(0);
  expect(echo.rfc).toBe(862);
});
