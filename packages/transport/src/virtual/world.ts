import { type Address, addressKey } from '@stack/address';
import type { Clock } from '../contract/clock.ts';
import type { MemoryDatagramDriver } from '../memory/datagram-driver.ts';
import { Places } from '../memory/places.ts';
import type { Circuit } from './circuit.ts';
import type { Link } from './link.ts';
import type { LinkEnd, LinkRules } from './link-rules.ts';
import { type Machine, type MachinePlaces, whoIsAt } from './machine.ts';
import type { NetworkEvent, NetworkEventKind } from './network-event.ts';
import type { Random } from './random.ts';
import type { Side } from './side.ts';
import type { VirtualListener } from './virtual-listener.ts';

/** What a world is made of, checked. */
export interface WorldInit {
  readonly clock: Clock;
  readonly random: Random;
  readonly rules: LinkRules;
  readonly handshakeMs: number;
  readonly retransmitMs: number;
  readonly onEvent: ((event: NetworkEvent) => void) | undefined;
}

/** An address where no machine is. */
const nowhere: LinkEnd = { is: () => false };

/** Everything there is on one virtual network: machines, the links between them, and what goes over these. */
export class World {
  readonly clock: Clock;
  readonly random: Random;
  readonly rules: LinkRules;
  /** How long a dial waits for an answer. */
  readonly handshakeMs: number;
  /** How long a connection waits for one. */
  readonly retransmitMs: number;
  readonly machines: Map<string, Machine> = new Map();
  /** Places by name: they are on one machine, and known to all. */
  readonly named: MachinePlaces = new Places();
  readonly circuits: Set<Circuit> = new Set();
  /** Whose datagram sockets these are. */
  readonly owners: WeakMap<MemoryDatagramDriver, Machine> = new WeakMap();
  readonly #onEvent: ((event: NetworkEvent) => void) | undefined;

  constructor(init: WorldInit) {
    this.clock = init.clock;
    this.random = init.random;
    this.rules = init.rules;
    this.handshakeMs = init.handshakeMs;
    this.retransmitMs = init.retransmitMs;
    this.#onEvent = init.onEvent;
  }

  /** The machine at an address, as `from` sees it: a loopback is its own. */
  machineAt(to: Address, from: Machine): Machine | undefined {
    if (to.family === 'name') return this.named.listeners.get(addressKey(to))?.machine ?? from;
    if (!('port' in to) || from.has(to)) return from;
    return this.machines.get(to.host);
  }

  /** The machine of the socket at an address, likewise. */
  socketMachine(to: Address, from: Machine): Machine | undefined {
    if (to.family !== 'name') return this.machineAt(to, from);
    const socket = this.named.sockets.get(addressKey(to));
    return (socket === undefined ? undefined : this.owners.get(socket)) ?? from;
  }

  placesOf(machine: Machine, address: Address): MachinePlaces {
    return address.family === 'name' ? this.named : machine.places;
  }

  listenerAt({ machine, address }: Side): VirtualListener | undefined {
    return whoIsAt(this.placesOf(machine, address).listeners, address, ({ ipv6Only }) => !ipv6Only);
  }

  linkBetween(from: LinkEnd | undefined, to: LinkEnd | undefined): Link {
    return this.rules.of(from ?? nowhere, to ?? nowhere);
  }

  /** Links or machines are not what they were: every connection looks again. */
  onChange(): void {
    for (const { wires } of this.circuits) for (const wire of wires) wire.onChange();
  }

  note(kind: NetworkEventKind, from: { readonly text: string }, to: { readonly text: string }, bytes: number): void {
    this.#onEvent?.({ atMs: this.clock.now(), kind, from: from.text, to: to.text, bytes });
  }
}
