import { createSocket, type Socket } from 'node:dgram';
import { type Address, formatAddress, inet, type InetAddress } from '@stack/address';
import type { DatagramDriver, DatagramEvents, DriverBindOptions } from '../contract/driver.ts';
import { TransportError } from '../contract/errors.ts';
import { NodeDatagramDriver } from './datagram-driver.ts';
import { fromNodeError } from './errors.ts';
import { fittingDescriptor, inheritedError } from './inherited/fitting-descriptor.ts';
import { asInet, toNodeHost } from './socket-address.ts';

/** Node asks for a look-up even of literal addresses; answering at once saves a turn a datagram. */
const literalLookup = (
  host: string,
  _options: unknown,
  answer: (error: null, address: string, family: number) => void,
): void => answer(null, host, host.includes(':') ? 6 : 4);

const create = ({ family }: InetAddress, options: DriverBindOptions): Socket => {
  const { recvBufferBytes, sendBufferBytes, reusePort, reuseAddress, ipv6Only } = options;
  return createSocket({
    type: family === 'AF_INET' ? 'udp4' : 'udp6',
    lookup: literalLookup,
    reuseAddr: reuseAddress,
    reusePort,
    ipv6Only,
    ...(recvBufferBytes === undefined ? {} : { recvBufferSize: recvBufferBytes }),
    ...(sendBufferBytes === undefined ? {} : { sendBufferSize: sendBufferBytes }),
  });
};

/** Settles with the first word of Node: the step is done, or why not; then the socket is closed. */
const step = (
  socket: Socket,
  begin: (done: (error?: Error) => void) => void,
  fail: (error: unknown) => TransportError,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const onError = (error: Error): void => {
      socket.close();
      reject(fail(error));
    };
    socket.once('error', onError);
    try {
      begin((error) => {
        socket.off('error', onError);
        // Node tells a connect that failed to its callback only.
        if (error === undefined) resolve();
        else onError(error);
      });
    } catch (error) {
      onError(error as Error);
    }
  });

const bindTo = async (
  socket: Socket,
  address: InetAddress,
  options: DriverBindOptions,
  fail: (error: unknown) => TransportError,
): Promise<void> => {
  const where = { address: toNodeHost(address), port: address.port, exclusive: true };
  await step(socket, (done) => socket.bind(where, done), fail);
  if (options.broadcast) socket.setBroadcast(true);
};

const anyOf = ({ family }: InetAddress): InetAddress => inet(family === 'AF_INET' ? '0.0.0.0' : '::', 0);

/** Takes over a UDP socket that is open already. */
const takeOver = async (
  inherited: number | string,
  address: InetAddress,
  options: DriverBindOptions,
): Promise<Socket> => {
  const wanted = { op: 'bind', at: address } as const;
  const descriptor = fittingDescriptor(inherited, wanted);
  if (descriptor === 0) {
    // Node would bind a new socket, without a word.
    const reason = 'Node takes no datagram socket at descriptor 0';
    throw new TransportError({ code: 'ERR_UNSUPPORTED', op: 'bind', at: formatAddress(address), reason });
  }
  const socket = create(address, options);
  await step(
    socket,
    (done) => socket.bind({ fd: descriptor, exclusive: true }, done),
    (error) =>
      fromNodeError(inheritedError(error, descriptor, wanted), {
        op: 'bind',
        at: formatAddress(address),
        local: address,
      }),
  );
  return socket;
};

/** Opens an unconnected UDP socket, or takes one over that is open already. */
export const bindNode = async (
  at: Address,
  events: DatagramEvents,
  options: DriverBindOptions,
): Promise<DatagramDriver> => {
  const address = asInet(at, 'bind');
  if (options.inherited !== undefined) {
    return new NodeDatagramDriver(await takeOver(options.inherited, address, options), events, undefined);
  }
  const socket = create(address, options);
  await bindTo(socket, address, options, (error) =>
    fromNodeError(error, { op: 'bind', at: formatAddress(address), local: address }),
  );
  return new NodeDatagramDriver(socket, events, undefined);
};

/** Opens a UDP socket with one peer: only its datagrams come in, and what the network says of it is told. */
export const connectDatagramNode = async (
  to: Address,
  events: DatagramEvents,
  options: DriverBindOptions,
): Promise<DatagramDriver> => {
  const address = asInet(to, 'connect');
  const { localAddress } = options;
  const socket = create(address, options);
  if (localAddress !== undefined || options.broadcast) {
    const local = localAddress === undefined ? anyOf(address) : asInet(localAddress, 'connect');
    await bindTo(socket, local, options, (error) => {
      const { code, reason } = fromNodeError(error, { op: 'bind' });
      const at = formatAddress(to);
      const why = `localAddress ${formatAddress(local)}: ${reason}`;
      return new TransportError({ code, op: 'connect', at, reason: why, local, remote: to, cause: error });
    });
  }
  const fail = (error: unknown): TransportError =>
    fromNodeError(error, { op: 'connect', at: formatAddress(to), remote: to });
  await step(socket, (done) => socket.connect(address.port, toNodeHost(address), done), fail);
  return new NodeDatagramDriver(socket, events, to);
};
