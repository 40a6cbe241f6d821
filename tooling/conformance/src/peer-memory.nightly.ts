import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { inet } from '@stack/address';
import { type Connection, peers } from '@stack/transport';
import { memoryNetwork } from '@stack/transport/memory';
import { expect, test } from 'vitest';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const heapBytes = (): number => {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
};

test('100,000 peers of one socket take less than 1 KiB of heap each', async () => {
  const count = 100_000;
  const socket = await memoryNetwork().bind('udp://127.0.0.1:7777');
  // Only who sends is of interest: a network would hold more than the peers.
  let comes: Parameters<typeof socket.consume>[0] = () => undefined;
  socket.consume = (each) => {
    comes = each;
    return new Promise(() => undefined);
  };
  const listener = peers(socket);
  const data = new Uint8Array(64);
  const open: Connection[] = [];
  const before = heapBytes();
  for (let i = 0; i < count; i += 1) {
    const host = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
    void comes({ data, from: inet(host, 5000), truncated: false });
    const peer = await listener.accept();
    if (peer?.tryRecv() !== data) throw new Error('there was to be a peer, and its datagram');
    open.push(peer);
  }
  const each = (heapBytes() - before) / count;
  process.stdout.write(`${Math.round(each)} bytes of heap a peer, at ${listener.size} peers\n`);
  expect(each).toBeLessThan(1_024);
  for (const peer of open) peer.abort();
  expect(listener.size).toBe(0);
});
