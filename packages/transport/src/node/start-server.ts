import type { ListenOptions, Server } from 'node:net';

/** A socket that is open already. */
interface OpenSocket {
  readonly fd: number;
  readonly backlog: number;
}

/** Has a server listen; settles when it does. */
export const startServer = (server: Server, options: ListenOptions | OpenSocket): Promise<void> =>
  new Promise((settle, reject) => {
    server.once('error', reject);
    const listening = (): void => {
      server.off('error', reject);
      settle();
    };
    // Of a descriptor, Node reads the backlog from the second argument only.
    if ('fd' in options) server.listen({ fd: options.fd }, options.backlog, listening);
    else server.listen(options, listening);
  });
