import { systemBackend } from '#backend';
import type { Network } from './contract/network.ts';
import { network } from './core/network.ts';

/**
 * The system's own sockets: `tcp:`, `udp:` and `unix:` endpoints.
 *
 * Where the runtime has none (a browser), every call is `ERR_UNSUPPORTED`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { formatAddress } from '@stack/address';
 * import { system } from '@stack/transport';
 *
 * const listener = await system.listen('tcp://127.0.0.1:0');
 * const [address] = listener.addresses;
 * assert(address !== undefined);
 * const client = await system.connect({ scheme: 'tcp', address });
 * const server = await listener.accept();
 * assert(server !== null);
 *
 * await client.send('hello');
 * await client.closeWrite();
 * assert.equal(new TextDecoder().decode(await server.recvExactly(5)), 'hello');
 * assert.equal(await server.recv(), null);
 * assert.equal(formatAddress(server.local), formatAddress(address));
 *
 * await Promise.all([client.close(), server.close(), listener.close()]);
 * ```
 */
export const system: Network = network(systemBackend);
