import { once } from 'node:events';
import type { AddressInfo, ListenOptions } from 'node:net';
import { Worker } from 'node:worker_threads';
import { type Endpoint, inet, unixPath } from '@stack/address';
import type { OpenPlace } from '@stack/testing';
import { system } from '@stack/transport';

/** Listens, tells where, and then does nothing at all until it is let go: nobody accepts. */
const program = `
const { createServer } = require('node:net');
const { parentPort, workerData } = require('node:worker_threads');
const server = createServer();
server.listen(workerData.at, () => {
  parentPort.postMessage(server.address());
  Atomics.wait(workerData.gate, 0, 0);
  process.exit();
});
`;

/** What an endpoint is to a server of Node. */
const optionsOf = ({ address }: Endpoint): ListenOptions => {
  if (address.family === 'AF_UNIX') return { path: address.path };
  if ('host' in address) return { host: address.host, port: address.port };
  throw new Error(`no socket listens on ${address.name}`);
};

/** More than a backlog of 1 has room for. */
const mostDials = 8;

/**
 * A place whose queue is full, and whose listener never accepts: of TCP, Linux drops what asks for a connection there, so that a
 * dial hears nothing; of a Unix socket a dial fails at once.
 */
export const silentPlace = async (at: Endpoint): Promise<OpenPlace> => {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(program, { eval: true, workerData: { at: { ...optionsOf(at), backlog: 1 }, gate } });
  const [bound] = (await once(worker, 'message')) as [AddressInfo | string];
  const address = typeof bound === 'string' ? unixPath(bound) : inet(bound.address, bound.port);
  const endpoint: Endpoint = { scheme: at.scheme, address };

  const filling = await Promise.allSettled(
    Array.from({ length: mostDials }, () => system.connect(endpoint, { timeoutMs: 300 })),
  );
  return {
    endpoint,
    close: async () => {
      for (const filled of filling) if (filled.status === 'fulfilled') filled.value.abort();
      Atomics.store(gate, 0, 1);
      Atomics.notify(gate, 0);
      await once(worker, 'exit');
    },
  };
};
