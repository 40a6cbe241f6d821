import { addressKey } from '@stack/address';
import type { DriverKeepAlive } from '../contract/driver.ts';
import { MemoryStreamDriver, type MemoryLink } from '../memory/stream-driver.ts';
import type { Machine } from './machine.ts';
import type { Side } from './side.ts';
import { Wire } from './wire.ts';
import type { World } from './world.ts';

/** The wires are the window, and what has arrived is given as soon as whoever is running now is done. */
const ends: MemoryLink = { later: queueMicrotask, windowBytes: Infinity };

/** A connection on a virtual network: two ends, and a wire each way. It is over when both ends are gone. */
export class Circuit {
  readonly client: MemoryStreamDriver;
  readonly server: MemoryStreamDriver;
  /** From the client to the server, and back. */
  readonly wires: readonly [forth: Wire, back: Wire];
  readonly #world: World;
  readonly #key: string;
  #left = 2;

  /** With the probes of the client and of the server. */
  constructor(world: World, from: Side, to: Side, probes: readonly (DriverKeepAlive | undefined)[]) {
    this.#world = world;
    this.client = new MemoryStreamDriver(from.address, to.address, ends);
    this.server = new MemoryStreamDriver(to.address, from.address, ends);
    const [forth, back] = [new Wire(world, from, to, probes[0]), new Wire(world, to, from, probes[1])];
    this.wires = [forth, back];
    forth.wire({ source: this.client, target: this.server, back, circuit: this });
    back.wire({ source: this.server, target: this.client, back: forth, circuit: this });
    this.client.join(forth);
    this.server.join(back);
    this.#key = `${addressKey(from.address)} ${addressKey(to.address)}`;
    from.machine.dialled.add(this.#key);
    world.circuits.add(this);
  }

  /** One of the ends is gone. */
  released(): void {
    this.#left -= 1;
    const [forth, back] = this.wires;
    if (this.#left > 0) return [forth, back].forEach((wire) => wire.watch());
    forth.dispose();
    back.dispose();
    forth.from.machine.dialled.delete(this.#key);
    this.#world.circuits.delete(this);
  }

  /** A machine has vanished, and the end that was on it; the other one is not told. */
  onKilled(machine: Machine): void {
    for (const [wire, end] of [
      [this.wires[0], this.client],
      [this.wires[1], this.server],
    ] as const) {
      if (wire.from.machine !== machine) continue;
      wire.abandon();
      end.fail('ENETDOWN', 'lost');
    }
  }
}
