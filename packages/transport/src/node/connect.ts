import { connect as connectSocket, type NetConnectOpts, type Socket } from 'node:net';
import { type Address, formatAddress, unixUnnamed } from '@stack/address';
import type { DriverConnectOptions } from '../contract/driver.ts';
import { TransportError } from '../contract/errors.ts';
import { fromNodeError } from './errors.ts';
import { NodeStreamDriver } from './stream-driver.ts';
import { toNodeHost, toNodePath } from './socket-address.ts';

const nodeOptions = (to: Address, noDelay: boolean): NetConnectOpts & { highWaterMark: number } => {
  const options = { allowHalfOpen: true, highWaterMark: 1 };
  switch (to.family) {
    case 'AF_INET':
    case 'AF_INET6':
      // A literal address and no racing of Node's: names and racing are ours.
      return { ...options, host: toNodeHost(to), port: to.port, noDelay, autoSelectFamily: false };
    case 'AF_UNIX':
      return { ...options, path: toNodePath(to) };
    case 'name':
      break;
  }
  throw new TransportError({ code: 'ERR_UNSUPPORTED', op: 'connect', at: formatAddress(to) });
};

const toDriver = (socket: Socket, to: Address): NodeStreamDriver =>
  new NodeStreamDriver(socket, to.family === 'AF_UNIX' ? { local: unixUnnamed, remote: to } : undefined);

/** Dials one address. */
export const connectNode = (to: Address, { noDelay, signal }: DriverConnectOptions): Promise<NodeStreamDriver> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason);
    const socket = connectSocket(nodeOptions(to, noDelay));
    socket.pause();
    const settle = (): void => {
      socket.off('connect', onConnect);
      socket.off('error', onError);
      signal?.removeEventListener('abort', onAbort);
    };
    const onConnect = (): void => {
      settle();
      resolve(toDriver(socket, to));
    };
    const onError = (error: Error): void => {
      settle();
      reject(fromNodeError(error, { op: 'connect', at: formatAddress(to), remote: to }));
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
