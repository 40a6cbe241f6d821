import type { Network } from '../contract/network.ts';
import { network } from '../core/network.ts';
import { memoryBackend, type MemoryBackendOptions } from './backend.ts';

/**
 * A network in memory, alone: code that takes a `network: Network` runs on it unchanged, with the endpoints it always had.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { memoryNetwork } from '@stack/transport/memory';
 *
 * const net = memoryNetwork();
 * const listener = await net.listen('tcp://127.0.0.1:9090');
 * const client = await net.connect('tcp://127.0.0.1:9090');
 * const server = await listener.accept();
 * await client.send('hello');
 * assert.equal((await server?.recv())?.length, 5);
 * await Promise.all([client.close(), server?.close(), listener.close()]);
 * ```
 */
export const memoryNetwork = (options: MemoryBackendOptions = {}): Network => network(memoryBackend(options));
