import { memoryNetwork } from '@stack/transport/memory';
import { expect, test } from 'vitest';
import { open } from './open.ts';

test('open() binds datagram schemes and listens on every other', async () => {
  const network = memoryNetwork();
  await using stream = await open(
    { scheme: 'tcp', address: { family: 'AF_INET', host: '127.0.0.1', port: 1 } },
    { network },
  );
  await using datagram = await open('udp://127.0.0.1:1', { network });
  expect('accept' in stream).toBe(true);
  expect('recvFrom' in datagram).toBe(true);
});

test('open() rejects text that is no endpoint, and schemes that nobody claims', async () => {
  await expect(open('127.0.0.1:80')).rejects.toThrow();
  await expect(open('quic://127.0.0.1:80')).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED' });
});
