import { type Address, unmap } from '@stack/address';
import { TransportError } from '../contract/errors.ts';
import type { ConnectOptions } from '../contract/network.ts';

/** The addresses that may be dialled, and an error for each that may not. */
export interface Permitted {
  readonly permitted: readonly Address[];
  readonly refused: readonly TransportError[];
}

/** Checks the option before anything is done. */
export const permitOption = (permit: ConnectOptions['permit']): ConnectOptions['permit'] => {
  if (permit === undefined || typeof permit === 'function') return permit;
  throw new TypeError(`permit must be a function, not ${permit === null ? 'null' : typeof permit}`);
};

/**
 * Asks for every address, all at once, before any of them is dialled. An IPv4-mapped one is asked for as the IPv4 address
 * that it reaches: no other spelling gets past a rule. Only `true` permits; what `permit` throws is the caller's own.
 */
export const permitted = async (
  addresses: readonly Address[],
  permit: (address: Address) => boolean | Promise<boolean>,
  text: string,
): Promise<Permitted> => {
  const answers = await Promise.all(addresses.map(async (address) => permit(unmap(address))));
  const refusal = (remote: Address): TransportError =>
    new TransportError({ code: 'ERR_DENIED', op: 'connect', at: text, remote });
  return {
    permitted: addresses.filter((_, i) => answers[i] === true),
    refused: addresses.filter((_, i) => answers[i] !== true).map(refusal),
  };
};
