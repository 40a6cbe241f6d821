import type { Address } from '@stack/address';
import type { Backend, DriverListenOptions } from '../contract/driver.ts';
import { isTransportError } from '../contract/errors.ts';
import type { ListenOptions } from '../contract/network.ts';
import { stoppedBefore, unlessStopped } from './deadline.ts';
import { atEndpoint, type Claimed } from './endpoint.ts';
import { driverListenOptions, expectListenable, listenerLimits } from './listen-options.ts';
import { resolveAddress } from './resolve.ts';
import { StreamListener } from './stream-listener.ts';
import { listenTls } from './tls.ts';

/** What a machine without one of the families answers for a name that has addresses of both. */
const absentFamily = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'];

/** How many ports a name tries for port 0: the one that its first address gets may be in use on the next. */
const mostPorts = 16;

/** The first address's port 0 has become a real one: the other families of the name get the same. */
const withPortOf = (address: Address, first: Address | undefined): Address => {
  if (first === undefined || !('port' in first) || !('port' in address) || address.port !== 0) return address;
  return { ...address, port: first.port };
};

const listenOn = async (
  listener: StreamListener,
  backend: Backend,
  addresses: readonly Address[],
  options: DriverListenOptions,
): Promise<void> => {
  let absent: unknown;
  for (const address of addresses) {
    try {
      listener.add(await backend.listen(withPortOf(address, listener.addresses[0]), options, listener));
    } catch (error) {
      if (addresses.length === 1 || !absentFamily.some((code) => isTransportError(error, code))) throw error;
      absent = error;
    }
  }
  if (listener.addresses.length === 0) throw absent;
};

/** Whether it was by bad luck: the system had given a port on one family that somebody has on the other. */
const isUnlucky = (error: unknown, { addresses }: StreamListener, [first]: readonly Address[]): boolean =>
  addresses.length > 0 &&
  first !== undefined &&
  'port' in first &&
  first.port === 0 &&
  isTransportError(error, 'EADDRINUSE');

/** Listens on every address of an endpoint, or on none. */
export const listenAll = async (claimed: Claimed, options: ListenOptions): Promise<StreamListener> => {
  const { backend, endpoint, text } = claimed;
  const limits = { ...listenerLimits(options), tls: listenTls(claimed, options) };
  const driverOptions = driverListenOptions(options);
  expectListenable(claimed, options);
  const stopped = stoppedBefore(options, 'listen', text);
  if (stopped !== undefined) throw stopped.reason;

  let listener = new StreamListener(text, backend.clock, limits);
  let isCalledOff = false;
  const work = (async () => {
    const addresses = await resolveAddress(backend, endpoint.address, text, {});
    for (let ports = 1; ; ports += 1) {
      try {
        return await listenOn(listener, backend, addresses, driverOptions);
      } catch (error) {
        await listener.close();
        if (isCalledOff || ports === mostPorts || !isUnlucky(error, listener, addresses)) throw error;
        listener = new StreamListener(text, backend.clock, limits);
      }
    }
  })();
  try {
    await unlessStopped(options, backend.clock, 'listen', text, work);
    return listener;
  } catch (error) {
    // Also when it was called off: a closed listener closes what opens after all.
    isCalledOff = true;
    await listener.close();
    throw options.signal?.aborted === true ? error : atEndpoint(error, claimed);
  }
};
