import { type Address, addressKey, formatAddress, inet, type InetAddress, isUnspecified } from '@stack/address';
import type { Capability } from '../contract/caps.ts';
import type { Clock } from '../contract/clock.ts';
import type {
  Backend,
  DatagramDriver,
  DatagramEvents,
  DriverBindOptions,
  DriverConnectOptions,
  DriverListenOptions,
  ListenerDriver,
  ListenerEvents,
  StreamDriver,
} from '../contract/driver.ts';
import { TransportError, type TransportOp } from '../contract/errors.ts';
import type { Op } from '../contract/op.ts';
import { MemoryDatagramDriver } from '../memory/datagram-driver.ts';
import { noSharing, vacate } from '../memory/places.ts';
import type { DatagramTraffic } from './datagram-traffic.ts';
import { Dial } from './dial.ts';
import type { Machine } from './machine.ts';
import type { NameTable } from './name-table.ts';
import { Side } from './side.ts';
import { VirtualListener } from './virtual-listener.ts';
import type { World } from './world.ts';

/** What a host is on. */
export interface HostBackendInit {
  readonly world: World;
  readonly names: NameTable;
  readonly traffic: DatagramTraffic;
  readonly machine: Machine;
}

/** The sockets of one machine on a virtual network. */
export class HostBackend implements Backend {
  readonly name = 'virtual';
  readonly caps: ReadonlySet<Capability> = new Set<Capability>(['stream', 'datagram', 'pauseAccept']);
  readonly schemes: readonly string[] = ['memory', 'tcp', 'unix', 'udp'];
  readonly clock: Clock;
  readonly #world: World;
  readonly #names: NameTable;
  readonly #traffic: DatagramTraffic;
  readonly #machine: Machine;

  constructor({ world, names, traffic, machine }: HostBackendInit) {
    this.clock = world.clock;
    this.#world = world;
    this.#names = names;
    this.#traffic = traffic;
    this.#machine = machine;
  }

  resolve(host: string, op: Op): Promise<readonly string[]> {
    return this.#names.resolve(host, op);
  }

  async connect(to: Address, options: DriverConnectOptions): Promise<StreamDriver> {
    options.signal?.throwIfAborted();
    this.#mustBeUp('connect', to);
    const there = destination(to);
    const from = new Side(this.#machine, this.#dialFrom(there, options.localAddress));
    return new Dial(this.#world, from, there, options).promise;
  }

  /** `mode` is kept by what it is: nobody else is on these hosts. */
  async listen(at: Address, options: DriverListenOptions, events: ListenerEvents): Promise<ListenerDriver> {
    if (options.reusePort) throw noSharing(at, 'on a virtual network');
    const address = this.#claim(at, 'listen');
    const { listeners } = this.#world.placesOf(this.#machine, at);
    const remove = (listener: VirtualListener): void => vacate(listeners, address, listener);
    const { keepAlive, ipv6Only } = options;
    const listener = new VirtualListener(address, this.#machine, events, { keepAlive, ipv6Only, remove });
    listeners.set(addressKey(address), listener);
    return listener;
  }

  async bind(at: Address, events: DatagramEvents): Promise<DatagramDriver> {
    return this.#open(this.#claim(at, 'bind'), undefined, events);
  }

  async connectDatagram(to: Address, events: DatagramEvents, options: DriverBindOptions): Promise<DatagramDriver> {
    this.#mustBeUp('connect', to);
    const there = destination(to);
    const { localAddress } = options;
    const fresh = (): Address => this.#world.placesOf(this.#machine, there).fresh(this.#machine.source(there));
    return this.#open(localAddress === undefined ? fresh() : this.#claim(localAddress, 'bind'), there, events);
  }

  #open(local: Address, remote: Address | undefined, events: DatagramEvents): DatagramDriver {
    const { sockets } = this.#world.placesOf(this.#machine, local);
    const driver = new MemoryDatagramDriver(local, remote, events, {
      later: queueMicrotask,
      carry: (data, sender, to) => this.#traffic.carry(data, sender, this.#machine, to),
      remove: () => vacate(sockets, local, driver),
    });
    sockets.set(addressKey(local), driver);
    this.#world.owners.set(driver, this.#machine);
    return driver;
  }

  #dialFrom(to: Address, asked: InetAddress | undefined): Address {
    if (to.family === 'name') return this.#world.named.fresh(to);
    return this.#machine.dialFrom(to, asked);
  }

  #claim(at: Address, op: 'listen' | 'bind'): Address {
    this.#mustBeUp(op, at);
    if (this.#machine.has(at)) return this.#world.placesOf(this.#machine, at).claim(at, op);
    const reason = `it is no address of host ${this.#machine.name}`;
    throw new TransportError({ code: 'EADDRNOTAVAIL', op, at: formatAddress(at), reason, local: at });
  }

  #mustBeUp(op: TransportOp, at: Address): void {
    if (this.#machine.isUp) return;
    const reason = `host ${this.#machine.name} is down`;
    throw new TransportError({ code: 'ENETDOWN', op, at: formatAddress(at), reason });
  }
}

/** Where a packet goes that is sent to no address in particular: to this machine. */
const destination = (to: Address): Address => {
  if (!('port' in to) || !isUnspecified(to)) return to;
  return inet(to.family === 'AF_INET' ? '127.0.0.1' : '::1', to.port);
};
