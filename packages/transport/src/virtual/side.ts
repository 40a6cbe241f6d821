import { type Address, formatAddress } from '@stack/address';
import type { LinkEnd } from './link-rules.ts';
import type { Machine } from './machine.ts';

/** An address on a machine: one side of a connection or datagram. */
export class Side implements LinkEnd {
  readonly machine: Machine;
  readonly address: Address;
  #text: string | undefined;

  constructor(machine: Machine, address: Address) {
    this.machine = machine;
    this.address = address;
  }

  get text(): string {
    return (this.#text ??= formatAddress(this.address));
  }

  is(place: string): boolean {
    return this.machine.is(place) || this.text === place;
  }
}
