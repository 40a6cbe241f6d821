import type { DriverListenOptions } from '../contract/driver.ts';
import { TransportError } from '../contract/errors.ts';
import type { ListenOptions } from '../contract/network.ts';
import type { Claimed } from './endpoint.ts';
import { expectInheritable, inheritedOption } from './inherited.ts';
import { keepAliveOption } from './keep-alive.ts';
import { countOption, rangeOption, switchOption } from './limits.ts';
import type { ListenerLimits } from './stream-listener.ts';
import { connectionLimits } from './stream-options.ts';

/** Read and written by its owner: whoever else is to connect is let in by name. */
const ownerOnly = 0o600;
const everybody = 0o777;

const octal = (mode: number): string => (Number.isInteger(mode) && mode >= 0 ? `0o${mode.toString(8)}` : String(mode));

/** Checks how to listen, and fills in the defaults. */
export const driverListenOptions = (options: ListenOptions): DriverListenOptions => ({
  backlog: rangeOption('backlog', options.backlog, 511, [1, 65_535]),
  noDelay: switchOption('noDelay', options.noDelay, true),
  keepAlive: keepAliveOption(options.keepAlive),
  mode: rangeOption('mode', options.mode, ownerOnly, [0, everybody], octal),
  takeOverStale: switchOption('takeOverStale', options.takeOverStale, false),
  reusePort: switchOption('reusePort', options.reusePort, false),
  ipv6Only: switchOption('ipv6Only', options.ipv6Only, false),
  inherited: inheritedOption(options.inherited),
});

/** Checks the bounds of a listener and its connections, and fills in the defaults. */
export const listenerLimits = (options: ListenOptions): ListenerLimits => ({
  ...connectionLimits(options),
  maxUnclaimed: countOption('maxUnclaimed', options.maxUnclaimed, 64),
});

/** What is decided when a socket is opened. */
const ofOpening = ['mode', 'reusePort', 'ipv6Only'] as const;

/** Refuses what an endpoint cannot keep: to ignore it would be to promise it. */
export const expectListenable = (claimed: Claimed, options: ListenOptions): void => {
  const {
    endpoint: { address },
    text,
  } = claimed;
  const refuse = (reason: string): never => {
    throw new TransportError({ code: 'ERR_UNSUPPORTED', op: 'listen', at: text, reason });
  };
  if (options.inherited !== undefined) {
    expectInheritable(claimed, 'listen');
    const late = ofOpening.find((option) => options[option] !== undefined && options[option] !== false);
    if (late !== undefined) refuse(`${late} is decided by whoever opened the inherited socket`);
  }
  const { family } = address;
  if (options.mode !== undefined && !(family === 'AF_UNIX' && address.kind === 'path')) {
    refuse(
      family === 'AF_UNIX'
        ? 'mode is for Unix paths; an abstract name has no permissions'
        : 'mode is for Unix paths, which have permissions',
    );
  }
  if (options.reusePort === true && !('port' in address)) refuse('reusePort is for addresses with a port');
  // A name may have addresses of both families: it is for those of IPv6.
  if (options.ipv6Only === true && family !== 'AF_INET6' && family !== 'host') refuse('ipv6Only is for IPv6 addresses');
};
