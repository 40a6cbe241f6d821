import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { obey } from './control.ts';

/** The reference: the shortest echo that `node:net` has. */
const echo = (socket: Socket): void => {
  socket.on('data', (chunk) => socket.write(chunk));
  socket.on('error', () => socket.destroy());
};

obey({
  listen: () =>
    new Promise((resolve) => {
      const server = createServer({ noDelay: true }, echo);
      server.listen({ host: '127.0.0.1', port: 0, backlog: 511 }, () =>
        resolve((server.address() as AddressInfo).port),
      );
    }),

  dial: async (port, connections) => {
    for (let i = 0; i < connections; i += 1) {
      await new Promise<void>((resolve) => {
        echo(connect({ host: '127.0.0.1', port, noDelay: true }, resolve));
      });
    }
  },
});
