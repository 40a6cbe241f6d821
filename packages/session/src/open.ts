import type { BindOptions, DatagramSocket, EndpointLike, Listener, ListenOptions, Network } from '@stack/transport';
import { system } from '@stack/transport';

/** How to open an endpoint: options of listeners or of datagram sockets, whichever it is, and the network it is on. */
export interface OpenOptions extends ListenOptions, BindOptions {
  /** Default: the system's. */
  readonly network?: Network | undefined;
}

const datagramSchemes: ReadonlySet<string> = new Set(['udp', 'unixgram']);

const schemeOf = (endpoint: EndpointLike): string =>
  typeof endpoint === 'string' ? endpoint.slice(0, endpoint.indexOf(':')) : endpoint.scheme;

/**
 * Opens an endpoint to serve: a datagram socket for `udp:` and `unixgram:`, a listener for everything else.
 *
 * @throws {AddressError} when the text is no endpoint
 * @throws {TransportError} `EADDRINUSE`, `EACCES`, `ERR_UNSUPPORTED` … when it cannot be opened
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { open } from '@stack/session';
 * import { memoryNetwork } from '@stack/transport/memory';
 *
 * const network = memoryNetwork();
 * const listener = await open('tcp://127.0.0.1:9090', { network });
 * const socket = await open('udp://127.0.0.1:9090', { network });
 * assert('accept' in listener);
 * assert('recvFrom' in socket);
 * await Promise.all([listener.close(), socket.close()]);
 * ```
 */
export const open = (endpoint: EndpointLike, options: OpenOptions = {}): Promise<Listener | DatagramSocket> => {
  const { network = system } = options;
  return datagramSchemes.has(schemeOf(endpoint)) ? network.bind(endpoint, options) : network.listen(endpoint, options);
};
