import {
  type Address,
  addressKey,
  formatAddress,
  type InetAddress,
  isBroadcast,
  isMulticast,
  unixUnnamed,
} from '@stack/address';
import type { DatagramDriver, DatagramEvents, DriverBindOptions } from '../contract/driver.ts';
import { TransportError } from '../contract/errors.ts';
import { maxUdpBytes, tooLong } from '../core/datagram-size.ts';
import { type DatagramField, MemoryDatagramDriver } from './datagram-driver.ts';
import { InetDatagramDriver } from './inet-datagram-driver.ts';
import { type Places, vacate } from './places.ts';
import type { Later } from './scheduler.ts';
import { UnixDatagramDriver, type UnixField } from './unix-datagram-driver.ts';

/** A datagram socket of any kind, in memory. */
export type AnyDatagramDriver = MemoryDatagramDriver | UnixDatagramDriver;

/** The datagram sockets of one network in memory, and how they reach each other. */
export class DatagramPlaces {
  readonly #places: Places<unknown, AnyDatagramDriver>;
  readonly #later: Later;

  constructor(later: Later, places: Places<unknown, AnyDatagramDriver>) {
    this.#later = later;
    this.#places = places;
  }

  bind(at: Address, events: DatagramEvents, options: DriverBindOptions): DatagramDriver {
    const local = this.#places.claim(at, 'bind');
    if (local.family === 'AF_UNIX') return this.#add(new UnixDatagramDriver(local, undefined, events, this.#unix));
    return this.#open(local, undefined, events, options);
  }

  connect(to: Address, events: DatagramEvents, options: DriverBindOptions): DatagramDriver {
    const { localAddress } = options;
    const claimed = localAddress === undefined ? undefined : this.#places.claim(localAddress, 'bind');
    if (to.family === 'AF_UNIX') return this.#connectUnix(to, claimed ?? unixUnnamed, events);
    return this.#open(claimed ?? this.#places.fresh(to), to, events, options);
  }

  /** A Unix socket must be there, and is the peer for good: one that comes later at its address is another. */
  #connectUnix(to: Address & { readonly family: 'AF_UNIX' }, local: Address, events: DatagramEvents): DatagramDriver {
    const peer = this.#unix.find(to);
    const at = formatAddress(to);
    if (peer === undefined) {
      const code = to.kind === 'path' ? 'ENOENT' : 'ECONNREFUSED';
      throw new TransportError({ code, op: 'connect', at, remote: to });
    }
    if (!peer.admits(undefined)) {
      const reason = 'that socket hears its own peer only';
      throw new TransportError({ code: 'EPERM', op: 'connect', at, remote: to, reason });
    }
    return this.#add(new UnixDatagramDriver(local, peer, events, this.#unix));
  }

  #open(
    local: Address,
    remote: Address | undefined,
    events: DatagramEvents,
    { broadcast }: DriverBindOptions,
  ): MemoryDatagramDriver {
    const field: DatagramField = {
      later: this.#later,
      carry: (data, from, to) => this.#carry(data, from, to),
      remove: this.#remove,
    };
    if (!('port' in local)) return this.#add(new MemoryDatagramDriver(local, remote, events, field));
    return this.#add(new InetDatagramDriver(local, remote, events, field, broadcast));
  }

  #carry(data: Uint8Array, from: MemoryDatagramDriver, to: Address): TransportError | null {
    const maxBytes = maxUdpBytes(to);
    if (data.length > maxBytes) return tooLong(data.length, maxBytes, to, from.local);
    if (from instanceof InetDatagramDriver && 'port' in to && (isBroadcast(to) || isMulticast(to))) {
      return this.#toMany(data, from, to);
    }
    const target = this.#places.sockets.get(addressKey(to));
    const isTaken = target instanceof MemoryDatagramDriver && target.take(data, from.local, false);
    if (!isTaken) from.refused('ECONNREFUSED', to);
    return null;
  }

  /** To nobody is no failure: who listens is nobody's business. */
  #toMany(data: Uint8Array, from: InetDatagramDriver, to: InetAddress): TransportError | null {
    const isGroup = isMulticast(to);
    if (!isGroup && !from.mayBroadcast) {
      return new TransportError({ code: 'EACCES', op: 'send', at: formatAddress(to), local: from.local, remote: to });
    }
    if (isGroup && !from.groups.loops) return null;
    for (const socket of this.#places.sockets.values()) {
      const { local } = socket;
      if (!(socket instanceof InetDatagramDriver) || local.family !== to.family) continue;
      if ('port' in local && local.port === to.port && (!isGroup || socket.groups.hears(to.host, from.local))) {
        socket.take(data.slice(), from.local, false);
      }
    }
    return null;
  }

  #add<Driver extends AnyDatagramDriver>(driver: Driver): Driver {
    if (driver.local !== unixUnnamed) this.#places.sockets.set(addressKey(driver.local), driver);
    return driver;
  }

  readonly #remove = (driver: AnyDatagramDriver): void => vacate(this.#places.sockets, driver.local, driver);

  get #unix(): UnixField {
    return {
      later: this.#later,
      remove: this.#remove,
      find: (address) => {
        const found = this.#places.sockets.get(addressKey(address));
        return found instanceof UnixDatagramDriver ? found : undefined;
      },
    };
  }
}
