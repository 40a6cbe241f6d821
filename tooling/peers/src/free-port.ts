import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** A port that nobody had a moment ago: for programs that do not take port 0, or do not tell which one they got. */
export const freePort = async (host: string): Promise<number> => {
  const server = createServer();
  await once(server.listen(0, host), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};
