import { type Address, addressKey, formatAddress } from '@stack/address';
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
} from '../contract/driver.ts';
import { TransportError } from '../contract/errors.ts';
import { systemClock } from '../core/system-clock.ts';
import { type AnyDatagramDriver, DatagramPlaces } from './datagram-places.ts';
import { noSharing, Places, vacate } from './places.ts';
import { type Later, nextTurn } from './scheduler.ts';
import { MemoryStreamDriver } from './stream-driver.ts';

/** How a network in memory behaves. */
export interface MemoryBackendOptions {
  /** What its deadlines run on. Default: real time. */
  readonly clock?: Clock;
  /** Bytes in flight one way before a writer is held back; at least 1. Default 65,536. */
  readonly windowBytes?: number;
  /** What runs deliveries on a later turn, in order. Default: the clock, where it has turns of its own, or else the event loop. */
  readonly later?: Later;
}

class MemoryListener implements ListenerDriver {
  readonly address: Address;
  readonly events: ListenerEvents;
  readonly #remove: () => void;
  readonly #later: Later;

  constructor(address: Address, events: ListenerEvents, later: Later, remove: () => void) {
    this.address = address;
    this.events = events;
    this.#later = later;
    this.#remove = remove;
  }

  /** Connections on their way were completed before: they arrive first. */
  stop(): Promise<void> {
    this.#remove();
    return new Promise((resolve) => this.#later(resolve));
  }

  async close(): Promise<void> {
    this.#remove();
  }
}

/** One network: places are known by their address, and only on it. */
class MemoryBackend implements Backend {
  readonly name = 'memory';
  readonly caps: ReadonlySet<Capability> = new Set<Capability>(['stream', 'datagram', 'pauseAccept']);
  readonly schemes: readonly string[] = ['memory', 'tcp', 'unix', 'udp', 'unixgram'];
  readonly clock: Clock;
  readonly #later: Later;
  readonly #windowBytes: number;
  readonly #places = new Places<MemoryListener, AnyDatagramDriver>();
  readonly #datagrams: DatagramPlaces;

  constructor({ clock = systemClock, windowBytes = 65_536, later }: MemoryBackendOptions) {
    if (!(windowBytes >= 1)) throw new RangeError(`windowBytes must be at least 1, not ${windowBytes}`);
    this.clock = clock;
    this.#later = later ?? clock.later?.bind(clock) ?? nextTurn;
    this.#windowBytes = windowBytes;
    this.#datagrams = new DatagramPlaces(this.#later, this.#places);
  }

  async resolve(host: string): Promise<readonly string[]> {
    if (host === 'localhost') return ['127.0.0.1'];
    throw new TransportError({ code: 'ENOTFOUND', op: 'resolve', at: host });
  }

  async connect(to: Address, { signal, localAddress }: DriverConnectOptions): Promise<MemoryStreamDriver> {
    signal?.throwIfAborted();
    const local = localAddress === undefined ? this.#places.fresh(to) : this.#places.claim(localAddress, 'connect');
    const listener = this.#places.listeners.get(addressKey(to));
    if (listener === undefined)
      throw new TransportError({ code: 'ECONNREFUSED', op: 'connect', at: formatAddress(to), remote: to });
    const link = { later: this.#later, windowBytes: this.#windowBytes };
    const [client, server] = MemoryStreamDriver.pair(local, listener.address, link);
    this.#later(() => listener.events.onConnection(server));
    return client;
  }

  /** `mode`, `ipv6Only` and `keepAlive` are kept by what it is: nobody else is here, no socket takes another family, no peer is lost. */
  async listen(at: Address, { reusePort }: DriverListenOptions, events: ListenerEvents): Promise<ListenerDriver> {
    if (reusePort) throw noSharing(at, 'in memory');
    const address = this.#places.claim(at, 'listen');
    const { listeners } = this.#places;
    const listener = new MemoryListener(address, events, this.#later, () => vacate(listeners, address, listener));
    listeners.set(addressKey(address), listener);
    return listener;
  }

  async bind(at: Address, events: DatagramEvents, options: DriverBindOptions): Promise<DatagramDriver> {
    return this.#datagrams.bind(at, events, options);
  }

  async connectDatagram(to: Address, events: DatagramEvents, options: DriverBindOptions): Promise<DatagramDriver> {
    return this.#datagrams.connect(to, events, options);
  }
}

/**
 * A backend in memory, of any scheme the system's has, and `memory:` for places by name. Each call makes a network of its own.
 *
 * Streams keep order and lose nothing; datagrams likewise; a reset loses what is on its way, as in a kernel.
 *
 * @throws {RangeError} when `windowBytes` is less than 1
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { network } from '@stack/transport';
 * import { memoryBackend } from '@stack/transport/memory';
 *
 * const lab = network(memoryBackend({ windowBytes: 1024 }));
 * const socket = await lab.bind('memory:clock');
 * const peer = await lab.connectDatagram('memory:clock');
 * await peer.send('what time is it?');
 * assert.equal((await socket.recvFrom()).data.length, 16);
 * await Promise.all([socket.close(), peer.close()]);
 * ```
 */
export const memoryBackend = (options: MemoryBackendOptions = {}): Backend => new MemoryBackend(options);
