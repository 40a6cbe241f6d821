import { type Address, addressKey, formatAddress, named } from '@stack/address';
import type { Capability } from '../contract/caps.ts';
import type { Clock } from '../contract/clock.ts';
import type {
  Backend,
  DatagramDriver,
  DatagramEvents,
  DriverConnectOptions,
  DriverListenOptions,
  ListenerDriver,
  ListenerEvents,
} from '../contract/driver.ts';
import { TransportError, type TransportOp } from '../contract/errors.ts';
import { systemClock } from '../core/system-clock.ts';
import { MemoryDatagramDriver } from './datagram-driver.ts';
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

/** The first port given where port 0 was asked for (RFC 6335 section 6: the dynamic range). */
const firstDynamicPort = 49_152;
const dynamicPorts = 65_536 - firstDynamicPort;

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
  readonly schemes: readonly string[] = ['memory', 'tcp', 'unix', 'udp'];
  readonly clock: Clock;
  readonly #later: Later;
  readonly #windowBytes: number;
  readonly #listeners = new Map<string, MemoryListener>();
  readonly #sockets = new Map<string, MemoryDatagramDriver>();
  #given = 0;

  constructor({ clock = systemClock, windowBytes = 65_536, later }: MemoryBackendOptions) {
    if (!(windowBytes >= 1)) throw new RangeError(`windowBytes must be at least 1, not ${windowBytes}`);
    this.clock = clock;
    this.#later = later ?? clock.later?.bind(clock) ?? nextTurn;
    this.#windowBytes = windowBytes;
  }

  async resolve(host: string): Promise<readonly string[]> {
    if (host === 'localhost') return ['127.0.0.1'];
    throw new TransportError({ code: 'ENOTFOUND', op: 'resolve', at: host });
  }

  async connect(to: Address, { signal, localAddress }: DriverConnectOptions): Promise<MemoryStreamDriver> {
    signal?.throwIfAborted();
    const local = localAddress === undefined ? this.#fresh(to) : this.#claim(localAddress, this.#listeners, 'connect');
    const listener = this.#listeners.get(addressKey(to));
    if (listener === undefined)
      throw new TransportError({ code: 'ECONNREFUSED', op: 'connect', at: formatAddress(to), remote: to });
    const link = { later: this.#later, windowBytes: this.#windowBytes };
    const [client, server] = MemoryStreamDriver.pair(local, listener.address, link);
    this.#later(() => listener.events.onConnection(server));
    return client;
  }

  /** `mode`, `ipv6Only` and `keepAlive` are kept by what it is: nobody else is here, no socket takes another family, no peer is lost. */
  async listen(at: Address, { reusePort }: DriverListenOptions, events: ListenerEvents): Promise<ListenerDriver> {
    if (reusePort) {
      const reason = 'in memory an address has one listener, there is no reusePort';
      throw new TransportError({ code: 'ERR_UNSUPPORTED', op: 'listen', at: formatAddress(at), local: at, reason });
    }
    const address = this.#claim(at, this.#listeners, 'listen');
    const key = addressKey(address);
    const listener = new MemoryListener(address, events, this.#later, () => {
      if (this.#listeners.get(key) === listener) this.#listeners.delete(key);
    });
    this.#listeners.set(key, listener);
    return listener;
  }

  async bind(at: Address, events: DatagramEvents): Promise<DatagramDriver> {
    return this.#open(this.#claim(at, this.#sockets, 'bind'), undefined, events);
  }

  async connectDatagram(to: Address, events: DatagramEvents): Promise<DatagramDriver> {
    return this.#open(this.#fresh(to), to, events);
  }

  #open(local: Address, remote: Address | undefined, events: DatagramEvents): MemoryDatagramDriver {
    const key = addressKey(local);
    const driver = new MemoryDatagramDriver(local, remote, events, {
      later: this.#later,
      find: (address) => this.#sockets.get(addressKey(address)),
      remove: () => {
        if (this.#sockets.get(key) === driver) this.#sockets.delete(key);
      },
    });
    this.#sockets.set(key, driver);
    return driver;
  }

  /** The address that was asked for, with a real port; it must be free. */
  #claim(at: Address, taken: ReadonlyMap<string, unknown>, op: TransportOp): Address {
    const address = 'port' in at && at.port === 0 ? this.#fresh(at) : at;
    if (!taken.has(addressKey(address))) return address;
    throw new TransportError({ code: 'EADDRINUSE', op, at: formatAddress(address), local: address });
  }

  /** An address where nobody listens or is bound, of the family of `like`. */
  #fresh(like: Address): Address {
    if (!('port' in like)) return named('memory', `peer-${(this.#given += 1)}`);
    for (let tries = 0; tries < dynamicPorts; tries += 1) {
      this.#given += 1;
      const address = { ...like, port: firstDynamicPort + (this.#given % dynamicPorts) };
      const key = addressKey(address);
      if (!this.#listeners.has(key) && !this.#sockets.has(key)) return address;
    }
    throw new TransportError({
      code: 'EADDRNOTAVAIL',
      op: 'use',
      at: formatAddress(like),
      reason: 'every port is taken',
    });
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
