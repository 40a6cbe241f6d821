import { type Connection, system } from '@stack/transport';
import { obey } from './control.ts';

/** The three ways to read a connection. */
const ways: Readonly<Record<string, (connection: Connection) => Promise<void>>> = {
  consume: (connection) =>
    connection.consume((chunk) => (connection.trySend(chunk) ? undefined : connection.send(chunk))),

  recv: async (connection) => {
    for (let chunk = await connection.recv(); chunk !== null; chunk = await connection.recv()) {
      await connection.send(chunk);
    }
  },

  iterate: async (connection) => {
    for await (const chunk of connection) await connection.send(chunk);
  },
};

const way = process.argv[2] ?? '';
const echo = ways[way];
if (echo === undefined) throw new RangeError(`Cannot read by "${way}": the ways are ${Object.keys(ways).join(', ')}`);

const serve = (connection: Connection): void => {
  echo(connection).then(
    () => connection.close(),
    () => connection.abort(),
  );
};

const acceptAll = async (connections: AsyncIterable<Connection>): Promise<void> => {
  for await (const connection of connections) serve(connection);
};

obey({
  listen: async () => {
    const listener = await system.listen('tcp://127.0.0.1:0');
    const [address] = listener.addresses;
    if (address?.family !== 'AF_INET') throw new Error('Cannot measure: the listener has no port');
    void acceptAll(listener);
    return address.port;
  },

  dial: async (port, connections) => {
    for (let i = 0; i < connections; i += 1) serve(await system.connect(`tcp://127.0.0.1:${port}`));
  },
});
