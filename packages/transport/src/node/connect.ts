import { connect as connectSocket, type NetConnectOpts, type Socket } from 'node:net';
import { type Address, formatAddress, type InetAddress, unixUnnamed } from '@stack/address';
import type { DriverConnectOptions } from '../contract/driver.ts';
import { TransportError } from '../contract/errors.ts';
import { fromNodeError } from './errors.ts';
import { expectKeepAlive, probe } from './keep-alive.ts';
import { ReadBuffer } from './read-buffer.ts';
import { NodeStreamDriver } from './stream-driver.ts';
import { localOf, toNodeHost, toNodePath } from './socket-address.ts';

const nodeOptions = (
  to: Address,
  { noDelay, localAddress }: DriverConnectOptions,
): NetConnectOpts & { highWaterMark: number } => {
  const options = { allowHalfOpen: true, highWaterMark: 1 };
  switch (to.family) {
    case 'AF_INET':
    case 'AF_INET6':
      // A literal address and no racing of Node's: names and racing are ours.
      return {
        ...options,
        ...(localAddress && { localAddress: toNodeHost(localAddress), localPort: localAddress.port }),
        host: toNodeHost(to),
        port: to.port,
        noDelay,
        autoSelectFamily: false,
      };
    case 'AF_UNIX':
      return { ...options, path: toNodePath(to) };
    case 'name':
      break;
  }
  throw new TransportError({ code: 'ERR_UNSUPPORTED', op: 'connect', at: formatAddress(to) });
};

const toDriver = (socket: Socket, to: Address): NodeStreamDriver =>
  new NodeStreamDriver(socket, { local: to.family === 'AF_UNIX' ? unixUnnamed : localOf(socket), remote: to });

/** Why it could not connect; where it could not even bind, of which address. */
const connectError = (to: Address, local: InetAddress | undefined, error: NodeJS.ErrnoException): TransportError => {
  const failure = fromNodeError(error, { op: 'connect', at: formatAddress(to), local, remote: to });
  if (error.syscall !== 'bind' || local === undefined) return failure;
  const { code, op, remote } = failure;
  const reason = `localAddress ${formatAddress(local)}: ${failure.reason}`;
  return new TransportError({ code, op, at: formatAddress(to), local, remote, reason, cause: error });
};

/** Dials one address. */
export const connectNode = (to: Address, options: DriverConnectOptions): Promise<NodeStreamDriver> =>
  new Promise((resolve, reject) => {
    const { signal, keepAlive, localAddress } = options;
    if (signal?.aborted === true) return reject(signal.reason);
    if (to.family !== 'AF_UNIX') expectKeepAlive(keepAlive, 'connect', formatAddress(to));
    let driver: NodeStreamDriver | undefined;
    const onread = new ReadBuffer((chunk) => driver?.onRead(chunk));
    const socket = connectSocket({ ...nodeOptions(to, options), onread });
    socket.pause();
    const settle = (): void => {
      socket.off('connect', onConnect);
      socket.off('error', onError);
      signal?.removeEventListener('abort', onAbort);
    };
    const onConnect = (): void => {
      settle();
      if (keepAlive !== undefined && to.family !== 'AF_UNIX') probe(socket, keepAlive);
      driver = toDriver(socket, to);
      resolve(driver);
    };
    const onError = (error: Error): void => {
      settle();
      reject(connectError(to, localAddress, error));
    };
    const onAbort = (): void => {
      settle();
      // A socket that is destroyed while connecting may still fail; nobody is interested any more.
      socket.on('error', () => undefined);
      socket.destroy();
      reject(signal?.reason);
    };
    socket.on('connect', onConnect);
    socket.on('error', onError);
    signal?.addEventListener('abort', onAbort);
  });
