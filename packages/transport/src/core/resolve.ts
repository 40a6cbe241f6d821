import { type Address, addressKey, type HostAddress, inet } from '@stack/address';
import type { Backend } from '../contract/driver.ts';
import { TransportError } from '../contract/errors.ts';
import type { Op } from '../contract/op.ts';
import { stoppedBefore, unlessStopped } from './deadline.ts';

/** The addresses of a place, with its port: those of a name as its backend looks them up, an address as itself. */
export const resolveAddress = async (
  backend: Pick<Backend, 'name' | 'resolve' | 'clock'>,
  at: Address | HostAddress,
  text: string,
  op: Op,
): Promise<readonly Address[]> => {
  const stopped = stoppedBefore(op, 'resolve', text);
  if (stopped !== undefined) throw stopped.reason;
  if (at.family !== 'host') return [at];
  if (backend.resolve === undefined) {
    const reason = `the ${backend.name} backend looks up no names`;
    throw new TransportError({ code: 'ERR_UNSUPPORTED', op: 'resolve', at: text, reason });
  }
  const hosts = await unlessStopped(op, backend.clock, 'resolve', text, backend.resolve(at.host, op));
  // A hosts file may name one address twice: nobody wants to listen on it twice.
  const addresses = new Map(hosts.map((host) => inet(host, at.port)).map((address) => [addressKey(address), address]));
  if (addresses.size > 0) return [...addresses.values()];
  throw new TransportError({ code: 'ENOTFOUND', op: 'resolve', at: text });
};
