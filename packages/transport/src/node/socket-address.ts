import type { AddressInfo, Socket } from 'node:net';
import {
  type Address,
  formatAddress,
  inet,
  type InetAddress,
  isUnspecified,
  unixAbstract,
  unixPath,
  unixUnnamed,
} from '@stack/address';
import { TransportError, type TransportOp } from '../contract/errors.ts';

/** What stands in for an address that the kernel no longer tells, because the connection was gone at once. */
const unknown: Address = inet('0.0.0.0', 0);

const fromPair = (host: string | undefined, port: number | undefined): Address =>
  host === undefined || port === undefined ? unknown : inet(host, port);

/** This side's address of a TCP socket. */
export const localOf = (socket: Socket): Address => fromPair(socket.localAddress, socket.localPort);

/**
 * Tells this side's address of the sockets that a listener at `address` accepts: its own, unless that is the wildcard. Then it
 * is nearly always the same as last time, and that one is given again.
 */
export const localOfAccepted = (address: Address): ((socket: Socket) => Address) => {
  const isInet = address.family === 'AF_INET' || address.family === 'AF_INET6';
  if (!isInet || !isUnspecified(address)) return () => address;
  let lastHost: string | undefined;
  let last: Address = unknown;
  return (socket) => {
    const host = socket.localAddress;
    if (host !== lastHost) last = fromPair(host, address.port);
    lastHost = host;
    return last;
  };
};

/** The peer's address of a TCP socket. */
export const remoteOf = (socket: Socket): Address => fromPair(socket.remoteAddress, socket.remotePort);

/** A Unix address as Node writes it: abstract names begin with NUL. */
export const fromNodePath = (path: string | null): Address => {
  if (path === null || path === '') return unixUnnamed;
  return path.startsWith('\0') ? unixAbstract(path.slice(1)) : unixPath(path);
};

/** A Unix address as Node takes it. */
export const toNodePath = (address: Address & { readonly family: 'AF_UNIX' }): string =>
  address.kind === 'abstract' ? `\0${address.path}` : address.path;

/** The address that a server or datagram socket of Node says it has. */
export const fromAddressInfo = (info: AddressInfo | string | null): Address =>
  info === null || typeof info === 'string' ? fromNodePath(info) : inet(info.address, info.port);

/** An IPv6 host as Node takes it, with its zone. */
export const toNodeHost = (address: InetAddress): string =>
  address.family === 'AF_INET6' && address.zone !== undefined ? `${address.host}%${address.zone}` : address.host;

/** An address that a UDP socket can have or reach. */
export const asInet = (address: Address, op: TransportOp): InetAddress => {
  if (address.family === 'AF_INET' || address.family === 'AF_INET6') return address;
  const reason = 'a UDP socket knows IP addresses only';
  throw new TransportError({ code: 'ERR_UNSUPPORTED', op, at: formatAddress(address), reason });
};
