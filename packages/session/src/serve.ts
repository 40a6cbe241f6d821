import type { Handler, Service } from './contract/handler.ts';
import type { ServeOptions, Server, Source } from './contract/server.ts';
import { RunningServer } from './running-server.ts';
import { serveSettings } from './serve-options.ts';

const toService = (service: Service | Handler): Service =>
  typeof service === 'function' ? { stream: service } : service;

/**
 * Serves connections and datagrams from any number of sources with one service, until it is drained.
 *
 * A handler that throws, hangs or forgets to close costs its own session; a failing accept is told, rested on and tried
 * again. The server takes over its sources and closes them.
 *
 * @throws {TypeError} when there is no source, or a source has no half of the service; {RangeError} for an option out of range
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { serve } from '@stack/session';
 * import { memoryNetwork } from '@stack/transport/memory';
 *
 * const network = memoryNetwork();
 * const server = serve(await network.listen('memory:echo'), async (connection) => {
 *   for await (const chunk of connection) await connection.send(chunk);
 * });
 *
 * const client = await network.connect('memory:echo');
 * await client.send('hello');
 * assert.equal((await client.recvExactly(5)).length, 5);
 * await client.close();
 *
 * const { finished, forced } = await server.drain({ graceMs: 1_000 });
 * assert.deepEqual({ finished, forced }, { finished: 1, forced: 0 });
 * ```
 */
export const serve = (
  sources: Source | readonly Source[],
  service: Service | Handler,
  options: ServeOptions = {},
): Server => {
  const all = 'clock' in sources ? [sources] : sources;
  const halves = toService(service);
  if (all.length === 0) throw new TypeError('serve needs at least one source');
  for (const source of all) {
    if ('accept' in source && halves.stream === undefined) {
      throw new TypeError('serve was given a listener, but the service has no stream half');
    }
    if (!('accept' in source) && halves.datagram === undefined) {
      throw new TypeError('serve was given a datagram socket, but the service has no datagram half');
    }
  }
  return new RunningServer(all, halves, serveSettings(options));
};
