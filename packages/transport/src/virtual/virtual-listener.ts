import type { Address } from '@stack/address';
import type { DriverKeepAlive, DriverListenOptions, ListenerDriver, ListenerEvents } from '../contract/driver.ts';
import type { TransportError } from '../contract/errors.ts';
import type { MemoryStreamDriver } from '../memory/stream-driver.ts';
import type { Machine } from './machine.ts';

/** How a listening socket listens, and how it ceases to. */
export interface VirtualListenerInit extends Pick<DriverListenOptions, 'keepAlive' | 'ipv6Only'> {
  remove(listener: VirtualListener): void;
}

/** A listening socket on a machine. It knows of the dials under way to it: those it stops for. */
export class VirtualListener implements ListenerDriver {
  readonly address: Address;
  readonly machine: Machine;
  readonly keepAlive: DriverKeepAlive | undefined;
  /** Of `::`: it takes no IPv4. */
  readonly ipv6Only: boolean;
  readonly #events: ListenerEvents;
  readonly #remove: (listener: VirtualListener) => void;
  #expected = 0;
  #onNoneExpected: (() => void)[] = [];

  constructor(address: Address, machine: Machine, events: ListenerEvents, init: VirtualListenerInit) {
    this.address = address;
    this.machine = machine;
    this.keepAlive = init.keepAlive;
    this.ipv6Only = init.ipv6Only;
    this.#events = events;
    this.#remove = init.remove;
  }

  /** A dial has reached this listener; what it gives is called, once, when that has come to something or to nothing. */
  expect(): () => void {
    let isOver = false;
    this.#expected += 1;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#expected -= 1;
      if (this.#expected === 0) for (const told of this.#onNoneExpected.splice(0)) told();
    };
  }

  open(driver: MemoryStreamDriver): void {
    this.#events.onConnection(driver);
  }

  /** The machine is gone, and the listening socket with it. */
  fail(error: TransportError): void {
    this.#events.onClose(error);
  }

  stop(): Promise<void> {
    this.#remove(this);
    if (this.#expected === 0) return Promise.resolve();
    return new Promise((resolve) => void this.#onNoneExpected.push(resolve));
  }

  async close(): Promise<void> {
    this.#remove(this);
  }
}
