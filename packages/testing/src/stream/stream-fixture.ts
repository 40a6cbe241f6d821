import { type Clock, type Connection, type EndpointLike, type Network, systemClock } from '@stack/transport';
import type { CheckRun, Fixture } from '../check-context.ts';
import { clog } from './clog.ts';
import type { Ends, StreamContext } from './stream-context.ts';

/** The two ends of a new connection. */
export interface StreamPair {
  /** The end that dialled. */
  readonly client: Connection;
  /** The end that was accepted. */
  readonly server: Connection;
}

/** How to make connected pairs. */
export interface StreamFixtureInit {
  /** Names the driver in reports: `tcp4`. */
  readonly name: string;
  /** What the deadlines of its connections run on. Default: real time. */
  readonly clock?: Clock;
  /** Makes a pair and leaves nothing else open. */
  pair(): Promise<StreamPair>;
}

/** Milliseconds that an aborted connection may take to be gone. */
const goneMs = 5_000;

/** Aborts the connection when the check is over, and tells when it does not go. */
const own = (run: CheckRun, connection: Connection, who: string): void =>
  run.defer(async () => {
    connection.abort();
    await run.within(goneMs, `closed of ${who}, after an abort,`, connection.closed);
  });

/**
 * A fixture from a function that makes pairs.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { runCheck, streamChecks, streamFixture } from '@stack/testing';
 * import { memoryNetwork } from '@stack/transport/memory';
 *
 * const net = memoryNetwork();
 * const fixture = streamFixture({
 *   name: 'mine',
 *   async pair() {
 *     await using listener = await net.listen('memory:mine');
 *     const [client, server] = await Promise.all([net.connect('memory:mine'), listener.accept()]);
 *     assert(server !== null);
 *     return { client, server };
 *   },
 * });
 *
 * const [first] = streamChecks;
 * assert(first !== undefined);
 * assert.equal((await runCheck(first, fixture)).outcome, 'passed');
 * ```
 */
export const streamFixture = ({ name, clock = systemClock, pair }: StreamFixtureInit): Fixture<StreamContext> => ({
  name,
  clock,
  open: (run) => {
    const open = async (): Promise<Ends> => {
      const { client, server } = await pair();
      own(run, client, 'the client');
      own(run, server, 'the server');
      run.require(client.caps);
      run.require(server.caps);
      return run.direction === 'client→server' ? { near: client, far: server } : { near: server, far: client };
    };
    return { ...run, pair: open, cloggedPair: async () => clog(await open(), run) };
  },
});

/** Listens, dials and accepts; the listener is gone when this settles. */
const pairOver = async (network: Network, endpoint: EndpointLike): Promise<StreamPair> => {
  const listener = await network.listen(endpoint);
  try {
    const [address] = listener.addresses;
    if (address === undefined) throw new Error('the listener has no address');
    const scheme = typeof endpoint === 'string' ? endpoint.slice(0, endpoint.indexOf(':')) : endpoint.scheme;
    const client = await network.connect({ scheme, address });
    const server = await listener.accept();
    if (server === null) throw new Error('the listener was closed before it accepted');
    return { client, server };
  } finally {
    await listener.close();
  }
};

/**
 * A fixture over a network: each pair listens at the endpoint, dials it and accepts.
 *
 * @param name - names the driver in reports: `tcp4`
 * @param network - what is under test
 * @param endpoint - where to listen; with port 0 each pair gets a port of its own. A function is asked for each pair.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { networkFixture } from '@stack/testing';
 * import { system } from '@stack/transport';
 *
 * const fixture = networkFixture('tcp4', system, 'tcp://127.0.0.1:0');
 * assert.equal(fixture.name, 'tcp4');
 * ```
 */
export const networkFixture = (
  name: string,
  network: Network,
  endpoint: EndpointLike | (() => EndpointLike),
): Fixture<StreamContext> =>
  streamFixture({
    name,
    clock: network.clock,
    pair: () => pairOver(network, typeof endpoint === 'function' ? endpoint() : endpoint),
  });
