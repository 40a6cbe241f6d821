import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP server that is nothing of this project: plain sockets, one behaviour for every client. */
export interface ForeignServer extends AsyncDisposable {
  readonly endpoint: string;
}

/** Starts a server on a free port of the loopback. Half-open connections stay until `behave` ends them. */
export const startForeignServer = async (behave: (socket: Socket) => void): Promise<ForeignServer> => {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    // A client that leaves in a hurry is what some tests are about.
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    behave(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
