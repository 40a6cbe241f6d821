import { type Address, formatAddress, type InetAddress } from '@stack/address';
import { TransportError } from '../contract/errors.ts';
import type { ConnectOptions } from '../contract/network.ts';
import { unlessStopped } from './deadline.ts';
import type { Claimed } from './endpoint.ts';
import { permitted } from './permit.ts';
import { interleave } from './race.ts';
import { resolveAddress } from './resolve.ts';

/** What decides which addresses of a place are dialled. */
interface Selection {
  /** The address to connect from. */
  readonly local: InetAddress | undefined;
  readonly permit: ConnectOptions['permit'];
  readonly signal: AbortSignal;
}

/** The addresses to dial, in order, and an error for each that is not dialled. */
export interface Candidates {
  readonly addresses: readonly Address[];
  readonly passedOver: readonly TransportError[];
}

/** The addresses to try from `local`, and why not the others: no connection goes from one family to the other. */
const reachableFrom = (
  local: InetAddress | undefined,
  { text }: Claimed,
  addresses: readonly Address[],
): Candidates => {
  if (local === undefined) return { addresses, passedOver: [] };
  const reason = `localAddress ${formatAddress(local)} is of another family`;
  const others = addresses.filter(({ family }) => family !== local.family);
  return {
    addresses: addresses.filter(({ family }) => family === local.family),
    passedOver: others.map(
      (remote) => new TransportError({ code: 'ERR_UNSUPPORTED', op: 'connect', at: text, reason, local, remote }),
    ),
  };
};

/** Looks a place up, and tells what of it may be dialled. */
export const selectAddresses = async (claimed: Claimed, { local, permit, signal }: Selection): Promise<Candidates> => {
  const { backend, endpoint, text } = claimed;
  const resolved = await resolveAddress(backend, endpoint.address, text, { signal });
  const reachable = reachableFrom(local, claimed, resolved);
  const addresses = interleave(reachable.addresses);
  if (permit === undefined) return { addresses, passedOver: reachable.passedOver };
  // Between the answer and this line it may have been called off.
  signal.throwIfAborted();
  const asked = permitted(addresses, permit, text);
  const { permitted: chosen, refused } = await unlessStopped({ signal }, backend.clock, 'connect', text, asked);
  return { addresses: chosen, passedOver: [...refused, ...reachable.passedOver] };
};
