import {
  type Address,
  addressKey,
  equalAddresses,
  formatAddress,
  inet,
  type InetAddress,
  isLoopback,
  isUnspecified,
} from '@stack/address';
import { TransportError } from '../contract/errors.ts';
import type { MemoryDatagramDriver } from '../memory/datagram-driver.ts';
import { Places } from '../memory/places.ts';
import type { VirtualListener } from './virtual-listener.ts';

/** Who listens and who is bound on one machine, or by name on all of them. */
export type MachinePlaces = Places<VirtualListener, MemoryDatagramDriver>;

const loopbacks: readonly string[] = ['127.0.0.1', '::1'];

/** A machine on a virtual network: its addresses, whether it runs, and who is where on it. */
export class Machine {
  readonly name: string;
  readonly #addresses: readonly InetAddress[];
  readonly #names: ReadonlySet<string>;
  readonly places: MachinePlaces = new Places();
  /** Connections that its programs have dialled, by both addresses. */
  readonly dialled: Set<string> = new Set();
  isUp = true;

  constructor(name: string, hosts: readonly string[]) {
    this.name = name;
    this.#names = new Set([name, ...hosts]);
    this.#addresses = [...hosts, ...loopbacks].map((host) => inet(host, 0));
  }

  is(place: string): boolean {
    return this.#names.has(place);
  }

  /** Its own, and what is in front of every machine. */
  has(address: Address): boolean {
    if (!('port' in address)) return true;
    if (isUnspecified(address) || isLoopback(address)) return true;
    return this.#addresses.some((own) => equalAddresses(own, { ...address, port: 0 }));
  }

  /** The address that a packet of this machine to `to` comes from, with port 0. */
  source(to: Address): Address {
    if (!('port' in to)) return to;
    if (isUnspecified(to)) return inet(to.family === 'AF_INET' ? '127.0.0.1' : '::1', 0);
    if (this.has(to)) return { ...to, port: 0 };
    const own = this.#addresses.find((address) => address.family === to.family && !isLoopback(address));
    if (own !== undefined) return own;
    const reason = `host ${this.name} has no address of that family but its loopback; take network.host('10.0.0.1')`;
    throw new TransportError({ code: 'ENETUNREACH', op: 'connect', at: formatAddress(to), reason, remote: to });
  }

  /** An address for a program that dials `to`, unlike that of any other connection to it: the one asked for, or any. */
  dialFrom(to: Address, asked: InetAddress | undefined): Address {
    const key = addressKey(to);
    const isTaken = (local: Address): boolean => this.dialled.has(`${addressKey(local)} ${key}`);
    const source = asked ?? this.source(to);
    if (!this.has(source)) throw this.#cannotDial('EADDRNOTAVAIL', source);
    if (!('port' in source) || source.port === 0) return this.places.fresh(source, isTaken);
    if (isTaken(source) || this.places.listeners.has(addressKey(source))) throw this.#cannotDial('EADDRINUSE', source);
    return source;
  }

  #cannotDial(code: string, local: Address): TransportError {
    return new TransportError({ code, op: 'connect', at: formatAddress(local), local });
  }
}

/** Who is at an address: exactly there, or at every address of that family, or at `::`, if that one takes IPv4. */
export const whoIsAt = <T>(
  taken: ReadonlyMap<string, T>,
  to: Address,
  takesIpv4: (who: T) => boolean = () => true,
): T | undefined => {
  const there = taken.get(addressKey(to));
  if (there !== undefined || !('port' in to)) return there;
  const any = taken.get(addressKey(inet('::', to.port)));
  if (to.family === 'AF_INET6') return any;
  return taken.get(addressKey(inet('0.0.0.0', to.port))) ?? (any !== undefined && takesIpv4(any) ? any : undefined);
};
