import { formatAddress, inet, isAddressError, parseEndpoint, tryParseSocketAddress } from '@stack/address';
import type { LinkOptions } from './link.ts';
import type { Wire } from './wire.ts';
import type { World } from './world.ts';

/**
 * The links between two places, to change them and to break what goes over them, while connections live. Of each property
 * of a link the last word counts, whoever it was said of.
 */
export interface Path {
  /**
   * Changes the links.
   *
   * @throws {TypeError} for a property that links do not have
   * @throws {RangeError} for a value out of range
   */
  set(link: LinkOptions): void;
  /** Cuts the links: what is sent vanishes, and nobody is told. `set({ state: 'cut' })`. */
  partition(): void;
  /** Mends the links, whatever was wrong with them; what streams hold is sent again. `set({ state: 'up' })`. */
  heal(): void;
  /** Refuses new connections and datagrams from now on. `set({ state: 'refused' })`. */
  refuse(): void;
  /** Cuts the links, and tells whoever dials or sends a datagram. `set({ state: 'unreachable' })`. */
  unreachable(): void;
  /**
   * Resets the connections that stand between the places. Of a path one way only the end it leads to is told: the other
   * notices when it sends next.
   */
  reset(): void;
}

/** A path as seen from `from`. */
interface Way {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** The address of a host, or `undefined` for something else. */
const hostName = (place: string): string | undefined => {
  try {
    return inet(place, 0).host;
  } catch (error) {
    if (isAddressError(error)) return undefined;
    throw error;
  }
};

/** A place in the form it is compared in: a host's address, or the address of a listener or socket. */
export const placeName = (place: string): string => {
  const host = place === 'localhost' ? place : hostName(place);
  if (host !== undefined) return host;
  const socketAddress = tryParseSocketAddress(place);
  if (socketAddress.ok) return formatAddress(socketAddress.value);
  const { address } = parseEndpoint(place);
  if (address.family !== 'host') return formatAddress(address);
  throw new RangeError(`a place must be an address, not a name: "${place}"`);
};

/** Several links at once. */
export class Links implements Path {
  readonly #world: World;
  readonly #ways: readonly Way[];

  constructor(world: World, ways: readonly Way[]) {
    this.#world = world;
    this.#ways = ways;
  }

  set(link: LinkOptions): void {
    for (const { from, to } of this.#ways) this.#world.rules.set(from, to, link);
    this.#world.onChange();
  }

  partition(): void {
    this.set({ state: 'cut' });
  }

  heal(): void {
    this.set({ state: 'up' });
  }

  refuse(): void {
    this.set({ state: 'refused' });
  }

  unreachable(): void {
    this.set({ state: 'unreachable' });
  }

  reset(): void {
    for (const { wires } of this.#world.circuits) {
      for (const wire of wires) if (this.#leadsAlong(wire)) wire.resetTarget();
    }
  }

  #leadsAlong({ from, to }: Wire): boolean {
    return this.#ways.some(
      (way) => (way.from === undefined || from.is(way.from)) && (way.to === undefined || to.is(way.to)),
    );
  }
}
