import { isAbsolute, resolve } from 'node:path';
import { createServer, type Server, type Socket } from 'node:net';
import { type Address, formatAddress, unixPath, unixUnnamed } from '@stack/address';
import type { DriverKeepAlive, DriverListenOptions, ListenerDriver, ListenerEvents } from '../contract/driver.ts';
import { TransportError } from '../contract/errors.ts';
import { fromNodeError } from './errors.ts';
import { fittingDescriptor, inheritedError } from './inherited/fitting-descriptor.ts';
import { expectKeepAlive, probe } from './keep-alive.ts';
import { listenAtPath } from './listen-at-path.ts';
import { listenError } from './listen-error.ts';
import { fromAddressInfo, localOfAccepted, toNodeHost, toNodePath } from './socket-address.ts';
import type { SocketFile } from './socket-file.ts';
import { startServer } from './start-server.ts';
import { NodeStreamDriver } from './stream-driver.ts';

/** How many turns of the event loop a listener that stops may go on accepting, should they keep coming. */
const mostStoppingTurns = 10_000;

/** Where a server listens, and what for. */
interface Place {
  readonly address: Address;
  readonly file: SocketFile | undefined;
  readonly keepAlive: DriverKeepAlive | undefined;
}

/** A listening socket of `node:net`. */
class NodeListenerDriver implements ListenerDriver {
  readonly address: Address;
  readonly #server: Server;
  readonly #file: SocketFile | undefined;
  #accepted = 0;
  #isClosed = false;

  constructor(server: Server, { address, file, keepAlive }: Place, events: ListenerEvents) {
    this.#server = server;
    this.#file = file;
    this.address = address;
    const remote = address.family === 'AF_UNIX' ? unixUnnamed : undefined;
    const localOf = localOfAccepted(address);
    server.on('connection', (socket: Socket) => {
      this.#accepted += 1;
      if (keepAlive !== undefined && remote === undefined) probe(socket, keepAlive);
      events.onConnection(new NodeStreamDriver(socket, { local: localOf(socket), remote }));
    });
    server.on('error', (error: NodeJS.ErrnoException) => {
      const failure = fromNodeError(error, { op: 'accept', at: formatAddress(address), local: address });
      if (error.syscall === 'accept') events.onError(failure);
      else events.onClose(failure);
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

  /** `Server.close` releases the descriptor within the turn; its callback waits for connections too. */
  async close(): Promise<void> {
    if (!this.#isClosed) this.#file?.remove();
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

/** A relative path stays the same file when the working directory changes: its removal at the end must find it. */
const absolute = (at: Address): Address => {
  if (at.family !== 'AF_UNIX' || at.kind !== 'path' || isAbsolute(at.path)) return at;
  try {
    return unixPath(resolve(at.path));
  } catch (cause) {
    const where = { op: 'listen', at: formatAddress(at), local: at, cause } as const;
    // There is no working directory any more, if the system says so.
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new TransportError({ ...where, code: 'ENOENT', reason: 'the working directory is gone' });
    }
    throw new TransportError({ ...where, code: 'ENAMETOOLONG' });
  }
};

/** Starts the server on a socket that is open already. */
const takeOver = async (server: Server, at: Address, inherited: number | string, backlog: number): Promise<void> => {
  const wanted = { op: 'listen', at } as const;
  const descriptor = fittingDescriptor(inherited, wanted);
  await startServer(server, { fd: descriptor, backlog }).catch((error: unknown) => {
    throw inheritedError(error, descriptor, wanted);
  });
};

/** Starts the server where it is to listen; of a path, the file is for the driver to remove. */
const start = async (server: Server, at: Address, options: DriverListenOptions): Promise<SocketFile | undefined> => {
  const { backlog, reusePort, ipv6Only, inherited } = options;
  if (inherited !== undefined) {
    await takeOver(server, at, inherited, backlog);
    return undefined;
  }
  switch (at.family) {
    case 'AF_INET':
      await startServer(server, { host: at.host, port: at.port, backlog, reusePort });
      return undefined;
    case 'AF_INET6':
      await startServer(server, { host: toNodeHost(at), port: at.port, backlog, reusePort, ipv6Only });
      return undefined;
    case 'AF_UNIX':
      if (at.kind === 'path') return listenAtPath(server, at, options);
      if (at.kind === 'unnamed') break;
      await startServer(server, { path: toNodePath(at), backlog });
      return undefined;
    case 'name':
      break;
  }
  throw new TransportError({ code: 'ERR_UNSUPPORTED', op: 'listen', at: formatAddress(at) });
};

/** Listens on one address. */
export const listenNode = async (
  asked: Address,
  options: DriverListenOptions,
  events: ListenerEvents,
): Promise<ListenerDriver> => {
  const at = absolute(asked);
  if (at.family !== 'AF_UNIX') expectKeepAlive(options.keepAlive, 'listen', formatAddress(at));
  const { noDelay } = options;
  const server = createServer({ allowHalfOpen: true, highWaterMark: 1, noDelay, pauseOnConnect: true });
  const file = await start(server, at, options).catch((error: unknown) => {
    throw listenError(at, error as NodeJS.ErrnoException);
  });
  const address = at.family === 'AF_UNIX' ? at : fromAddressInfo(server.address());
  return new NodeListenerDriver(server, { address, file, keepAlive: options.keepAlive }, events);
};
