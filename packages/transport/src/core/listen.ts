import type { Address } from '@stack/address';
import type { Backend, DriverListenOptions } from '../contract/driver.ts';
import { isTransportError } from '../contract/errors.ts';
import type { ListenOptions } from '../contract/network.ts';
import { stoppedBefore, unlessStopped } from './deadline.ts';
import { atEndpoint, type Claimed } from './endpoint.ts';
import { countOption } from './limits.ts';
import { resolveAddress } from './resolve.ts';
import { connectionLimits } from './stream-options.ts';
import { StreamListener } from './stream-listener.ts';

/** What a machine without one of the families answers for a name that has addresses of both. */
const absentFamily = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'];

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

/** Listens on every address of an endpoint, or on none. */
export const listenAll = async (claimed: Claimed, options: ListenOptions): Promise<StreamListener> => {
  const { backend, endpoint, text } = claimed;
  const limits = { ...connectionLimits(options), maxUnclaimed: countOption('maxUnclaimed', options.maxUnclaimed, 64) };
  const driverOptions: DriverListenOptions = {
    backlog: countOption('backlog', options.backlog, 511),
    noDelay: options.noDelay ?? true,
    takeOverStale: options.takeOverStale ?? false,
  };
  const stopped = stoppedBefore(options, 'listen', text);
  if (stopped !== undefined) throw stopped.reason;

  const listener = new StreamListener(text, backend.clock, limits);
  const work = (async () => {
    const addresses = await resolveAddress(backend, endpoint.address, text, {});
    await listenOn(listener, backend, addresses, driverOptions);
  })();
  try {
    await unlessStopped(options, backend.clock, 'listen', text, work);
    return listener;
  } catch (error) {
    // Also when it was called off: a closed listener closes what opens after all.
    await listener.close();
    throw options.signal?.aborted === true ? error : atEndpoint(error, claimed);
  }
};
