import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { growth, holdings, nothingLeft } from './leaks.ts';

test('growth() is empty when nothing was opened', () => {
  expect(growth(holdings(), holdings())).toEqual([]);
});

test('growth() tells of a socket, its descriptor and a timer', async () => {
  const before = holdings();
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const timer = setTimeout(() => undefined, 60_000);
  const grown = growth(before, holdings()).join('\n');
  expect(grown).toContain('1 more TCPServerWrap');
  expect(grown).toContain('1 more timers');
  if (process.platform === 'linux') expect(grown).toMatch(/1 descriptors \(\d+ socket:/);

  clearTimeout(timer);
  server.close();
  await nothingLeft(before);
});

test('nothingLeft() fails when something stays', async () => {
  const before = holdings();
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  await expect(nothingLeft(before, 200)).rejects.toThrow('1 more TCPServerWrap');
  server.close();
  await nothingLeft(before);
});
