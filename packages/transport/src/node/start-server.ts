import type { ListenOptions, Server } from 'node:net';

/** Has a server listen; settles when it does. */
export const startServer = (server: Server, options: ListenOptions): Promise<void> =>
  new Promise((settle, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      settle();
    });
  });
