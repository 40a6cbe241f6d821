import { type DatagramPeer, peers } from '@stack/transport';
import { memoryNetwork } from '@stack/transport/memory';
import { fakeClock } from '@stack/transport/virtual';
import { expect, test } from 'vitest';
import { serve } from './serve.ts';

test('the peers of a datagram socket are served as connections, and drained', async () => {
  const clock = fakeClock();
  const network = memoryNetwork({ clock });
  const listener = peers(await network.bind('udp://127.0.0.1:7777'));
  const echo = async (connection: AsyncIterable<Uint8Array> & { send(data: Uint8Array): Promise<void> }) => {
    for await (const datagram of connection) await connection.send(datagram);
  };
  const server = serve(listener, echo, { drain: 'between-reads' });
  const ask = async (peer: DatagramPeer, question: string): Promise<string> => {
    await peer.send(question);
    return new TextDecoder().decode(await peer.recv());
  };
  const one = await network.connectDatagram('udp://127.0.0.1:7777');
  const two = await network.connectDatagram('udp://127.0.0.1:7777');
  expect([await ask(one, 'a'), await ask(two, 'b'), await ask(one, '')]).toEqual(['a', 'b', '']);
  expect(server.snapshot()).toMatchObject({ open: 2, accepted: 2 });
  expect(await clock.until(server.drain({ graceMs: 1_000 }))).toMatchObject({ finished: 2, forced: 0 });
  expect(await server.done).toMatchObject({ reason: 'drained' });
  // The socket went with the last of them.
  await using again = await network.bind('udp://127.0.0.1:7777');
  expect([again.dropped, listener.size]).toEqual([0, 0]);
  await Promise.all([one.close(), two.close()]);
});
