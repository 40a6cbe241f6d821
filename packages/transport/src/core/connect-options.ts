import { type Address, asAddress, inet, type InetAddress, printable, tryParseSocketAddress } from '@stack/address';
import type { DriverConnectOptions } from '../contract/driver.ts';
import { TransportError } from '../contract/errors.ts';
import type { ConnectOptions } from '../contract/network.ts';
import type { Claimed } from './endpoint.ts';
import { keepAliveOption } from './keep-alive.ts';
import { switchOption } from './limits.ts';

const parseLocal = (text: string): Address => {
  const parsed = tryParseSocketAddress(text);
  if (!parsed.ok) return inet(text, 0);
  if (parsed.value.family === 'host') throw new TypeError('a name');
  return parsed.value;
};

/** Checks the address to connect from. */
export const localAddressOption = (value: Address | string | undefined): InetAddress | undefined => {
  if (value === undefined) return undefined;
  const expected =
    'localAddress must be an IP address, with or without a port, such as 192.0.2.1 or [2001:db8::1]:5000';
  let address: Address;
  try {
    address = typeof value === 'string' ? parseLocal(value) : asAddress(value);
  } catch (cause) {
    const found = typeof value === 'string' ? printable(`"${value}"`) : 'what was given';
    throw new TypeError(`${expected}, not ${found}`, { cause });
  }
  if (address.family === 'AF_INET' || address.family === 'AF_INET6') return address;
  throw new TypeError(`${expected}, not one of family ${address.family}`);
};

/** Checks how to connect, and fills in the defaults. */
export const driverConnectOptions = (options: ConnectOptions): Omit<DriverConnectOptions, 'signal'> => ({
  noDelay: switchOption('noDelay', options.noDelay, true),
  keepAlive: keepAliveOption(options.keepAlive),
  localAddress: localAddressOption(options.localAddress),
});

/** Refuses what an endpoint cannot keep: to ignore it would be to promise it. */
export const expectConnectable = ({ endpoint: { address }, text }: Claimed, local: InetAddress | undefined): void => {
  if (local === undefined || 'port' in address) return;
  const reason = 'localAddress is for addresses with a port';
  throw new TransportError({ code: 'ERR_UNSUPPORTED', op: 'connect', at: text, reason });
};
