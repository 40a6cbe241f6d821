import { type Address, type HostAddress, inet } from '@stack/address';
import type { Backend } from '../contract/driver.ts';
import { TransportError } from '../contract/errors.ts';
import type { Op } from '../contract/op.ts';

/** The addresses of a place, with its port: those of a name as its backend looks them up, an address as itself. */
export const resolveAddress = async (
  backend: Pick<Backend, 'name' | 'resolve'>,
  at: Address | HostAddress,
  text: string,
  op: Op,
): Promise<readonly Address[]> => {
  if (at.family !== 'host') return [at];
  if (backend.resolve === undefined) {
    const reason = `the ${backend.name} backend looks up no names`;
    throw new TransportError({ code: 'ERR_UNSUPPORTED', op: 'resolve', at: text, reason });
  }
  const addresses = (await backend.resolve(at.host, op)).map((host) => inet(host, at.port));
  if (addresses.length > 0) return addresses;
  throw new TransportError({ code: 'ENOTFOUND', op: 'resolve', at: text });
};
