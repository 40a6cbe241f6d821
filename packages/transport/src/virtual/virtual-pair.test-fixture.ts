import type { Connection } from '../contract/connection.ts';
import type { ListenOptions } from '../contract/network.ts';
import type { VirtualHost } from './virtual-host.ts';
import { virtualNetwork, type VirtualNetwork, type VirtualNetworkOptions } from './virtual-network.ts';

/** Where the server of a lab is, and where its client is. */
export const serverHost = '10.0.0.1';
export const clientHost = '10.0.0.2';

/** A network with a server and a client on hosts of their own. */
export interface Lab {
  readonly net: VirtualNetwork;
  readonly server: VirtualHost;
  readonly client: VirtualHost;
  /** A connection between them, on a port of its own: the ends, the server's first. */
  pair(options?: ListenOptions): Promise<[Connection, Connection]>;
}

export const lab = (options: VirtualNetworkOptions = {}): Lab => {
  const net = virtualNetwork(options);
  const [server, client] = [net.host(serverHost), net.host(clientHost)];
  const pair = async (options?: ListenOptions): Promise<[Connection, Connection]> => {
    const listener = await server.listen(`tcp://${serverHost}:0`, options);
    const [address] = listener.addresses;
    if (address === undefined) throw new Error('the listener has no address');
    const [near, far] = await Promise.all([client.connect({ scheme: 'tcp', address }), listener.accept()]);
    if (far === null) throw new Error('the listener was closed');
    await listener.close();
    return [far, near];
  };
  return { net, server, client, pair };
};

/** Everything a connection gives until it ends, and how that was: `null` for an end, else the failure. */
export const readAll = async (connection: Connection): Promise<{ bytes: Uint8Array; error: unknown }> => {
  const chunks: Uint8Array[] = [];
  const error = await connection
    .consume((chunk) => void chunks.push(chunk))
    .then(
      () => null,
      (reason: unknown) => reason,
    );
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  return { bytes, error };
};
