import { createSocket, type RemoteInfo, type Socket, type SocketType } from 'node:dgram';
import { type Address, formatAddress, inet, type Inet4Address, type Inet6Address } from '@stack/address';
import type {
  DatagramDriver,
  DatagramEvents,
  DriverBindOptions,
  OutgoingBytes,
  SendReceipt,
} from '../contract/driver.ts';
import { TransportError, type TransportOp } from '../contract/errors.ts';
import { fromNodeError } from './errors.ts';
import { fittingDescriptor, inheritedError } from './inherited/fitting-descriptor.ts';
import { fromAddressInfo, toNodeHost } from './socket-address.ts';

type InetAddress = Inet4Address | Inet6Address;

/** Node asks for a look-up even of literal addresses; answering at once saves a turn a datagram. */
const literalLookup = (
  host: string,
  _options: unknown,
  answer: (error: null, address: string, family: number) => void,
): void => answer(null, host, host.includes(':') ? 6 : 4);

/** A UDP socket of `node:dgram`. Node cannot stop reading it, so `pause` changes nothing. */
class NodeDatagramDriver implements DatagramDriver {
  readonly #socket: Socket;
  readonly #events: DatagramEvents;
  readonly local: Address;
  readonly remote: Address | undefined;
  /** One for all sends without a receipt: Node swallows the synchronous errors of a send without a callback. */
  readonly #onUnwatched: (error: Error | null) => void;

  constructor(socket: Socket, events: DatagramEvents, remote: Address | undefined) {
    this.#socket = socket;
    this.#events = events;
    this.local = fromAddressInfo(socket.address());
    this.remote = remote;
    // What the kernel says to one send must not disturb the others; of a connected peer it is news.
    this.#onUnwatched = (error) => {
      if (error !== null && remote !== undefined) events.onError(this.#error(error, remote, 'send'));
    };
    socket.on('error', (error) => events.onError(this.#error(error, remote, 'recv')));
    socket.on('close', () => events.onClose(null));
  }

  get queued(): number {
    return this.#socket.getSendQueueSize();
  }

  send(data: Uint8Array, to: Address | undefined, receipt: SendReceipt | undefined): number {
    const done = receipt === undefined ? this.#onUnwatched : this.#reporter(to, receipt);
    try {
      if (to === undefined) this.#socket.send(data, done);
      else {
        const { host, port } = asInet(to, 'send');
        this.#socket.send(data, port, host, done);
      }
    } catch (error) {
      // A destination that Node refuses before the kernel sees it.
      queueMicrotask(() => done(error as Error));
    }
    return this.queued;
  }

  sendMany(batch: readonly OutgoingBytes[], count: number, receipt: SendReceipt): number {
    for (const { data, to } of batch.slice(0, count)) this.send(data, to, receipt);
    return this.queued;
  }

  resume(): void {
    this.#socket.on('message', (data: Uint8Array, { address, port }: RemoteInfo) =>
      this.#events.onDatagram(data, inet(address, port), false),
    );
    this.resume = (): void => undefined;
  }

  pause(): void {}

  close(): void {
    this.#socket.close();
  }

  #reporter(to: Address | undefined, receipt: SendReceipt): (error: Error | null) => void {
    return (error) => receipt.onSent(error === null ? null : this.#error(error, to ?? this.remote, 'send'));
  }

  #error(error: unknown, remote: Address | undefined, op: TransportOp): TransportError {
    return fromNodeError(error, { op, at: formatAddress(remote ?? this.local), local: this.local, remote });
  }
}

const asInet = (address: Address, op: TransportOp): InetAddress & { readonly host: string } => {
  if (address.family === 'AF_INET') return address;
  if (address.family === 'AF_INET6') return { ...address, host: toNodeHost(address) };
  const reason = 'a UDP socket sends to IP addresses only';
  throw new TransportError({ code: 'ERR_UNSUPPORTED', op, at: formatAddress(address), reason });
};

const create = (address: InetAddress): Socket => {
  const type: SocketType = address.family === 'AF_INET' ? 'udp4' : 'udp6';
  return createSocket({ type, lookup: literalLookup });
};

/** Settles with the first word of Node: the socket is ready, or why not. */
const ready = (
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

/** Opens an unconnected UDP socket, or takes one over that is open already. */
export const bindNode = async (
  at: Address,
  events: DatagramEvents,
  { inherited }: DriverBindOptions,
): Promise<DatagramDriver> => {
  const address = asInet(at, 'bind');
  const wanted = { op: 'bind', at } as const;
  const descriptor = inherited === undefined ? undefined : fittingDescriptor(inherited, wanted);
  if (descriptor === 0) {
    // Node would bind a new socket, without a word.
    const reason = 'Node takes no datagram socket at descriptor 0';
    throw new TransportError({ code: 'ERR_UNSUPPORTED', op: 'bind', at: formatAddress(at), reason });
  }
  const socket = create(address);
  const fail = (error: unknown): TransportError => {
    const known = descriptor === undefined ? error : inheritedError(error, descriptor, wanted);
    return fromNodeError(known, { op: 'bind', at: formatAddress(at), local: at });
  };
  const place = descriptor === undefined ? { address: address.host, port: address.port } : { fd: descriptor };
  await ready(socket, (done) => socket.bind({ ...place, exclusive: true }, done), fail);
  return new NodeDatagramDriver(socket, events, undefined);
};

/** Opens a UDP socket with one peer: only its datagrams come in, and what the network says of it is told. */
export const connectDatagramNode = async (to: Address, events: DatagramEvents): Promise<DatagramDriver> => {
  const address = asInet(to, 'connect');
  const socket = create(address);
  const fail = (error: unknown): TransportError =>
    fromNodeError(error, { op: 'connect', at: formatAddress(to), remote: to });
  await ready(socket, (done) => socket.connect(address.port, address.host, done), fail);
  return new NodeDatagramDriver(socket, events, to);
};
