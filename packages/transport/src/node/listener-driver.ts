import { isAbsolute, resolve } from 'node:path';
import { createServer, type ListenOptions as NodeListenOptions, type Server, type Socket } from 'node:net';
import { type Address, formatAddress, unixPath, unixUnnamed } from '@stack/address';
import type { DriverListenOptions, ListenerDriver, ListenerEvents } from '../contract/driver.ts';
import { TransportError } from '../contract/errors.ts';
import { fromNodeError } from './errors.ts';
import { listenError } from './listen-error.ts';
import { fromAddressInfo, toNodeHost, toNodePath } from './socket-address.ts';
import { NodeStreamDriver } from './stream-driver.ts';
import { takeOverStalePath } from './stale-path.ts';

/** How many turns of the event loop a listener that stops may go on accepting, should they keep coming. */
const mostStoppingTurns = 10_000;

/** A listening socket of `node:net`. */
class NodeListenerDriver implements ListenerDriver {
  readonly address: Address;
  readonly #server: Server;
  #accepted = 0;
  #isClosed = false;

  constructor(server: Server, address: Address, events: ListenerEvents) {
    this.#server = server;
    this.address = address;
    const unix = address.family === 'AF_UNIX' ? { local: address, remote: unixUnnamed } : undefined;
    server.on('connection', (socket: Socket) => {
      this.#accepted += 1;
      events.onConnection(new NodeStreamDriver(socket, unix));
    });
    server.on('error', (error) => {
      events.onError(fromNodeError(error, { op: 'accept', at: formatAddress(address), local: address }));
    });
  }

  /**
   * Node takes one connection a turn of its loop. Connections that the kernel completed before are reset when the
   * descriptor closes, so it stays open until a whole turn brought none.
   */
  async stop(): Promise<void> {
    for (let turn = 0; turn < mostStoppingTurns && !this.#isClosed; turn += 1) {
      const before = this.#accepted;
      await wholeTurn();
      if (this.#accepted === before) break;
    }
    await this.close();
  }

  /** `Server.close` releases the descriptor, and a socket file, within the turn; its callback waits for connections too. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#server.close();
    await wholeTurn();
  }
}

/** One poll phase lies between two check phases. */
const wholeTurn = async (): Promise<void> => {
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
};

const nodeOptions = (at: Address, backlog: number): NodeListenOptions => {
  switch (at.family) {
    case 'AF_INET':
    case 'AF_INET6':
      return { host: toNodeHost(at), port: at.port, backlog };
    case 'AF_UNIX':
      if (at.kind !== 'unnamed') return { path: toNodePath(at), backlog };
      break;
    case 'name':
      break;
  }
  throw new TransportError({ code: 'ERR_UNSUPPORTED', op: 'listen', at: formatAddress(at) });
};

/** A relative path stays the same file when the working directory changes: its removal at the end must find it. */
const absolute = (at: Address): Address => {
  if (at.family !== 'AF_UNIX' || at.kind !== 'path' || isAbsolute(at.path)) return at;
  try {
    return unixPath(resolve(at.path));
  } catch (cause) {
    throw new TransportError({ code: 'ENAMETOOLONG', op: 'listen', at: formatAddress(at), local: at, cause });
  }
};

/** Listens on one address. */
export const listenNode = async (
  asked: Address,
  { backlog, noDelay, takeOverStale }: DriverListenOptions,
  events: ListenerEvents,
): Promise<ListenerDriver> => {
  const at = absolute(asked);
  const options = nodeOptions(at, backlog);
  if (takeOverStale && at.family === 'AF_UNIX' && at.kind === 'path') await takeOverStalePath(at);
  const server = createServer({ allowHalfOpen: true, highWaterMark: 1, noDelay, pauseOnConnect: true });
  await new Promise<void>((settle, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      settle();
    });
  }).catch((error: unknown) => {
    throw listenError(at, error as NodeJS.ErrnoException);
  });
  return new NodeListenerDriver(server, at.family === 'AF_UNIX' ? at : fromAddressInfo(server.address()), events);
};
