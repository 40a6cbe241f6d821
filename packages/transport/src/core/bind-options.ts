import { type Address, asAddress, formatAddress } from '@stack/address';
import type { DatagramCap } from '../contract/caps.ts';
import type { ConnectDatagramOptions } from '../contract/datagram-options.ts';
import type { DriverBindOptions } from '../contract/driver.ts';
import { TransportError, type TransportOp } from '../contract/errors.ts';
import { localAddressOption } from './connect-options.ts';
import { inheritedOption } from './inherited.ts';
import { rangeOption, switchOption } from './limits.ts';

/** SO_RCVBUF and SO_SNDBUF are an `int`, and the kernel doubles it. */
const maxBufferBytes = 2 ** 30 - 1;

const bufferOption = (name: string, value: number | undefined): number | undefined =>
  value === undefined ? undefined : rangeOption(name, value, 0, [1, maxBufferBytes]);

/** Of what has no IP address, only a value can tell which name is meant. */
const localOption = (value: Address | string | undefined): Address | undefined =>
  typeof value === 'object' && value !== null && (value.family === 'AF_UNIX' || value.family === 'name')
    ? asAddress(value)
    : localAddressOption(value);

/** Checks what a driver is told when it opens a datagram socket, and fills in the defaults. */
export const driverBindOptions = (options: ConnectDatagramOptions): DriverBindOptions => {
  if (options.onError !== undefined && typeof options.onError !== 'function') {
    throw new TypeError('onError must be a function');
  }
  return {
    recvBufferBytes: bufferOption('recvBufferBytes', options.recvBufferBytes),
    sendBufferBytes: bufferOption('sendBufferBytes', options.sendBufferBytes),
    reusePort: switchOption('reusePort', options.reusePort, false),
    reuseAddress: switchOption('reuseAddress', options.reuseAddress, false),
    ipv6Only: switchOption('ipv6Only', options.ipv6Only, false),
    broadcast: switchOption('broadcast', options.broadcast, false),
    localAddress: localOption(options.localAddress),
    inherited: inheritedOption(options.inherited),
  };
};

/** What was asked for and needs a capability, by the option's name. */
const asked = (options: DriverBindOptions): readonly (readonly [option: string, cap: DatagramCap])[] => {
  const { recvBufferBytes, sendBufferBytes, reusePort, reuseAddress, ipv6Only, broadcast } = options;
  const all: readonly (readonly [unknown, string, DatagramCap])[] = [
    [recvBufferBytes, 'recvBufferBytes', 'bufferSizes'],
    [sendBufferBytes, 'sendBufferBytes', 'bufferSizes'],
    [reusePort, 'reusePort', 'reusePort'],
    [reuseAddress, 'reuseAddress', 'reuseAddress'],
    [ipv6Only, 'ipv6Only', 'ipv6Only'],
    [broadcast, 'broadcast', 'broadcast'],
  ];
  return all.filter(([value]) => value !== undefined && value !== false).map(([, option, cap]) => [option, cap]);
};

/** Refuses options that a driver cannot keep: one left out in silence would be a promise broken. */
export const expectCaps = (
  caps: ReadonlySet<DatagramCap>,
  options: DriverBindOptions,
  op: TransportOp,
  at: string,
): void => {
  const missing = asked(options).find(([, cap]) => !caps.has(cap));
  if (missing === undefined) return;
  const reason = `this transport has no ${missing[0]}`;
  throw new TransportError({ code: 'ERR_UNSUPPORTED', op, at, reason });
};

/** The first address that the options fit: of the family of `localAddress`, and IPv6 for `ipv6Only`. */
export const fittingAddress = (
  addresses: readonly Address[],
  { localAddress, ipv6Only }: DriverBindOptions,
  op: TransportOp,
  at: string,
): Address => {
  const family = localAddress?.family ?? (ipv6Only ? 'AF_INET6' : addresses[0]?.family);
  const fitting = addresses.find((address) => address.family === family);
  if (fitting !== undefined) return fitting;
  const reason =
    localAddress === undefined
      ? 'ipv6Only needs an IPv6 address'
      : `localAddress ${formatAddress(localAddress)} is of another family`;
  throw new TransportError({ code: 'ERR_UNSUPPORTED', op, at, reason });
};
