import { type Address, formatAddress, isUnspecified } from '@stack/address';
import { isTransportError, TransportError } from '../contract/errors.ts';
import { tooLong } from '../core/datagram-size.ts';
import type { MemoryDatagramDriver } from '../memory/datagram-driver.ts';
import { type Link, travelMs } from './link.ts';
import { type Machine, whoIsAt } from './machine.ts';
import type { Random } from './random.ts';
import { Side } from './side.ts';
import type { World } from './world.ts';

/** What became of the datagrams of a network: `sent + duplicated = delivered + lost + nobody + underWay`, always. */
export interface DatagramCounts {
  /** Taken from a socket: a send that was rejected is none. */
  readonly sent: number;
  /** Copies that the network made. */
  readonly duplicated: number;
  /** Given to a socket, which may drop it for want of room: that one counts it in `dropped`. */
  readonly delivered: number;
  /** By chance, on a link that is cut, on the way to a host that is down, or because the line was full. */
  readonly lost: number;
  /** No socket was there for it. */
  readonly nobody: number;
  readonly underWay: number;
}

/** What one socket sends to one machine. */
interface Flow {
  readonly random: Random;
  /** When everything sent so far has left the line. */
  freeMs: number;
  /** When the last one that keeps the order arrives. */
  lastMs: number;
}

interface Letter {
  readonly sender: MemoryDatagramDriver;
  readonly from: Side;
  readonly to: Side;
  readonly data: Uint8Array;
}

/** Brings datagrams from socket to socket, as the links would have it. */
export class DatagramTraffic {
  readonly #world: World;
  readonly #flows = new WeakMap<MemoryDatagramDriver, Map<Machine, Flow>>();
  readonly #counts = { sent: 0, duplicated: 0, delivered: 0, lost: 0, nobody: 0, underWay: 0 };

  constructor(world: World) {
    this.#world = world;
  }

  get counts(): DatagramCounts {
    return { ...this.#counts };
  }

  /** Takes a datagram from a socket; gives what the machine says to that at once. */
  carry(data: Uint8Array, sender: MemoryDatagramDriver, machine: Machine, to: Address): TransportError | null {
    const unreachable = (code: string): TransportError =>
      new TransportError({ code, op: 'send', at: formatAddress(to), local: sender.local, remote: to });
    if (!machine.isUp) return unreachable('ENETDOWN');
    const there = this.#world.socketMachine(to, machine);
    if (there === undefined) return unreachable('EHOSTUNREACH');
    let from: Side;
    try {
      from = new Side(machine, sourceOf(sender.local, machine, to));
    } catch (error) {
      if (isTransportError(error)) return unreachable(error.code);
      throw error;
    }
    const letter: Letter = { sender, from, to: new Side(there, to), data };
    const link = this.#world.linkBetween(letter.from, letter.to);
    if (data.length > link.maxDatagramBytes) return tooLong(data.length, link.maxDatagramBytes, to, sender.local);
    if (link.state === 'unreachable') return unreachable('EHOSTUNREACH');
    this.#send(letter, link);
    return null;
  }

  #send(letter: Letter, link: Link): void {
    const flow = this.#flow(letter);
    const nowMs = this.#world.clock.now();
    this.#counts.sent += 1;
    const waitingBytes = flow.freeMs > nowMs ? ((flow.freeMs - nowMs) * link.bytesPerSecond) / 1000 : 0;
    const isFull = waitingBytes > 0 && waitingBytes + letter.data.length > link.windowBytes;
    if (link.state === 'cut' || isFull || flow.random.chance(link.lossRate)) return this.#lose(letter);

    flow.freeMs = Math.max(flow.freeMs, nowMs) + (letter.data.length * 1000) / link.bytesPerSecond;
    this.#travel(letter, link, flow);
    if (!flow.random.chance(link.duplicateRate)) return;
    this.#counts.duplicated += 1;
    this.#world.note('duplicated', letter.from, letter.to, letter.data.length);
    this.#travel({ ...letter, data: letter.data.slice() }, link, flow);
  }

  #travel(letter: Letter, link: Link, flow: Flow): void {
    const { clock } = this.#world;
    const luck = link.jitterMs > 0 ? flow.random.unit() : 0;
    let arrivesMs = Math.max(flow.lastMs, flow.freeMs + travelMs(link, luck));
    if (flow.random.chance(link.reorderRate)) arrivesMs += flow.random.unit() * link.reorderMs;
    else flow.lastMs = arrivesMs;
    this.#counts.underWay += 1;
    clock.after(arrivesMs - clock.now(), () => {
      this.#counts.underWay -= 1;
      this.#land(letter);
    });
  }

  #land(letter: Letter): void {
    const { sender, from, to, data } = letter;
    const { state, truncateBytes } = this.#world.linkBetween(from, to);
    if (state === 'cut' || state === 'unreachable' || !to.machine.isUp) return this.#lose(letter);
    const isTruncated = data.length > truncateBytes;
    const got = isTruncated ? data.slice(0, truncateBytes) : data;
    const { sockets } = this.#world.placesOf(to.machine, to.address);
    if (state === 'up' && whoIsAt(sockets, to.address)?.take(got, from.address, isTruncated) === true) {
      this.#counts.delivered += 1;
      this.#world.note('datagram', from, to, got.length);
      return;
    }
    this.#counts.nobody += 1;
    this.#world.note('nobody', from, to, data.length);
    if (sender.remote !== undefined) this.#refuse(letter);
  }

  /** Tells a connected socket that nobody is there, if that gets through. */
  #refuse({ sender, from, to }: Letter): void {
    const link = this.#world.linkBetween(to, from);
    if (link.state === 'cut' || link.state === 'unreachable') return;
    this.#world.clock.after(travelMs(link, 0), () => sender.refused('ECONNREFUSED', to.address));
  }

  #lose({ from, to, data }: Letter): void {
    this.#counts.lost += 1;
    this.#world.note('lost', from, to, data.length);
  }

  #flow({ sender, to }: Letter): Flow {
    let flows = this.#flows.get(sender);
    if (flows === undefined) this.#flows.set(sender, (flows = new Map()));
    let flow = flows.get(to.machine);
    if (flow === undefined) flows.set(to.machine, (flow = { random: this.#world.random.fork(), freeMs: 0, lastMs: 0 }));
    return flow;
  }
}

/** Where a datagram comes from: a socket that is bound everywhere sends from the address that leads there. */
const sourceOf = (local: Address, machine: Machine, to: Address): Address => {
  if (!('port' in local) || !isUnspecified(local)) return local;
  return { ...machine.source(to), port: local.port } as Address;
};
