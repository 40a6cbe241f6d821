import type { DriverKeepAlive } from '../contract/driver.ts';
import type { KeepAliveOptions } from '../contract/network.ts';
import { rangeOption } from './limits.ts';

/** What Linux takes at most, in seconds (TCP_KEEPIDLE, TCP_KEEPINTVL) and in probes (TCP_KEEPCNT). */
const mostSeconds = 32_767;
const mostProbes = 127;

/** What libuv sets where nobody says otherwise; older runtimes can set nothing else. */
const defaults: DriverKeepAlive = { idleMs: 60_000, intervalMs: 1_000, count: 10 };

/** Systems count in seconds: a part of one would be dropped in silence, and a time below one with it. */
const secondsOption = (name: string, value: number | undefined, fallbackMs: number): number => {
  const ms = rangeOption(name, value, fallbackMs, [1_000, mostSeconds * 1_000]);
  if (ms % 1_000 !== 0) throw new RangeError(`${name} must be whole seconds, in milliseconds, not ${ms}`);
  return ms;
};

/** Checks how to probe silent connections, and fills in the defaults. Absent: not at all. */
export const keepAliveOption = (options: KeepAliveOptions | undefined): DriverKeepAlive | undefined => {
  if (options === undefined) return undefined;
  if (typeof options !== 'object' || options === null) {
    const found = options === null ? 'null' : typeof options;
    throw new TypeError(`keepAlive must be an object such as { idleMs: 60_000 }, not ${found}`);
  }
  return {
    idleMs: secondsOption('keepAlive.idleMs', options.idleMs, defaults.idleMs),
    intervalMs: secondsOption('keepAlive.intervalMs', options.intervalMs, defaults.intervalMs),
    count: rangeOption('keepAlive.count', options.count, defaults.count, [1, mostProbes]),
  };
};
