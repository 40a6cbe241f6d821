import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { descriptorsOf, memoryOf, temporaryFolder, tellsFigures, dial, type Dialled } from '@stack/interop';
import { describe, expect, it } from 'vitest';
import { spawnServer } from './spawned-server.ts';

const MIB = 2 ** 20;

/** A client that minds its own business: asks and checks the answers until it is told to stop; then gives how many. */
const startNeighbour = async (endpoint: string | undefined): Promise<{ stop(): Promise<number> }> => {
  const client = await dial(endpoint);
  const over = new AbortController();
  const talk = async (): Promise<number> => {
    using _closing = client;
    let right = 0;
    for (; !over.signal.aborted; right += 1) {
      const question = `exchange ${right}`;
      client.send(question);
      expect((await client.take(question.length)).toString()).toBe(question);
    }
    return right;
  };
  const talking = talk();
  return {
    stop: () => {
      over.abort();
      return talking;
    },
  };
};

/** Writes as much as the server takes, up to `maxBytes`; gives how much that was. */
const flood = async ({ socket }: Dialled, maxBytes: number): Promise<number> => {
  const chunk = Buffer.alloc(64 * 1024, 'flood ');
  for (let written = 0; written < maxBytes; written += chunk.length) {
    if (socket.write(chunk)) continue;
    const drained = new Promise<boolean>((resolve) => socket.once('drain', () => resolve(true)));
    if (!(await Promise.race([drained, sleep(500, false)]))) return written;
  }
  return maxBytes;
};

describe('4. rude clients', () => {
  it('clients that reset, before and after they were answered: the others do not notice', async () => {
    await using server = await spawnServer(['tcp://127.0.0.1:0']);
    const [endpoint] = server.endpoints;
    const neighbour = await startNeighbour(endpoint);
    const before = tellsFigures ? descriptorsOf(server.program.pid) : 0;
    for (let round = 0; round < 100; round += 1) {
      const clients = await Promise.all([dial(endpoint), dial(endpoint), dial(endpoint)]);
      const [silent, asking, answered] = clients;
      asking?.send('x'.repeat(100_000));
      answered?.send('hello');
      await answered?.take(5);
      silent?.socket.resetAndDestroy();
      asking?.socket.resetAndDestroy();
      answered?.socket.resetAndDestroy();
      await Promise.all(clients.map(({ gone }) => gone));
    }
    expect(await neighbour.stop()).toBeGreaterThan(100);
    using after = await dial(endpoint);
    after.send('still there');
    expect((await after.take(11)).toString()).toBe('still there');
    after.socket.destroy();
    if (tellsFigures) {
      for (let tries = 0; descriptorsOf(server.program.pid) > before && tries < 100; tries += 1) await sleep(20);
      expect(descriptorsOf(server.program.pid)).toBeLessThanOrEqual(before);
    }
    expect(server.program.stderr.text).toBe('');
    expect(await server.end()).toBe(0);
  });

  it.each(['tcp', 'unix'])('a client that half-closes after 1 MiB over %s: every byte comes back', async (scheme) => {
    using folder = temporaryFolder();
    await using server = await spawnServer([scheme === 'tcp' ? 'tcp://127.0.0.1:0' : `unix:${folder.file('a')}`]);
    for (let round = 0; round < 5; round += 1) {
      using client = await dial(server.endpoints[0]);
      const data = randomBytes(MIB);
      client.socket.end(data);
      const back = await client.rest();
      expect(back.length).toBe(MIB);
      expect(createHash('sha256').update(back).digest('hex')).toBe(createHash('sha256').update(data).digest('hex'));
      expect(await client.gone).toBeNull();
    }
    expect(await server.end()).toBe(0);
  });

  it.skipIf(!tellsFigures)(
    `clients that flood and never read: the server's memory stays bounded, the others do not notice${
      tellsFigures ? '' : ' (skipped: this system does not tell the memory of a process)'
    }`,
    async () => {
      await using server = await spawnServer(['tcp://127.0.0.1:0']);
      const [endpoint] = server.endpoints;
      const { pid } = server.program;
      const neighbour = await startNeighbour(endpoint);
      const before = memoryOf(pid).nowBytes;
      const flooders = await Promise.all(Array.from({ length: 16 }, () => dial(endpoint)));
      for (const { socket } of flooders) socket.pause();
      const taken = await Promise.all(flooders.map((flooder) => flood(flooder, 64 * MIB)));
      const { peakBytes } = memoryOf(pid);
      process.stdout.write(
        `16 clients that never read: the server took ${Math.round(Math.max(...taken) / 1024)} KiB of each at most, ` +
          `memory ${Math.round(before / MIB)} MiB before, ${Math.round(peakBytes / MIB)} MiB at most\n`,
      );
      // Kernel buffers of both directions, and what the server holds: of 1 GiB that was offered, next to nothing.
      expect(Math.max(...taken)).toBeLessThan(32 * MIB);
      expect(peakBytes - before).toBeLessThan(96 * MIB);
      expect(await neighbour.stop()).toBeGreaterThan(100);
      for (const { socket } of flooders) socket.destroy();
      expect(await server.end()).toBe(0);
    },
    30_000,
  );
});
