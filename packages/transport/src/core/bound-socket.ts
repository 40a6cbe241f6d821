import type { Address } from '@stack/address';
import type { DatagramCap } from '../contract/caps.ts';
import type { Clock } from '../contract/clock.ts';
import type { GroupOptions } from '../contract/datagram-options.ts';
import type { Datagram, DatagramSocket, Outgoing } from '../contract/datagram.ts';
import type { Bytes, Op, Step } from '../contract/op.ts';
import type { DatagramCore } from './datagram-core.ts';
import { DatagramSettings, noCaps } from './datagram-settings.ts';

/** The `DatagramSocket` over every backend. */
export class BoundSocket implements DatagramSocket {
  readonly #core: DatagramCore;
  readonly #settings: DatagramSettings;

  constructor(core: DatagramCore) {
    this.#core = core;
    this.#settings = new DatagramSettings(core);
  }

  get local(): Address {
    return this.#core.driver.local;
  }

  get caps(): ReadonlySet<DatagramCap> {
    return this.#core.driver.caps ?? noCaps;
  }

  get dropped(): number {
    return this.#core.dropped;
  }

  get clock(): Clock {
    return this.#core.clock;
  }

  kernelDropped(): number | undefined {
    return this.#core.kernelDropped();
  }

  recvFrom(op?: Op): Promise<Datagram> {
    return this.#core.recvFrom(op);
  }

  recvMany(max: number, op?: Op): Promise<Datagram[]> {
    return this.#core.recvMany(max, op);
  }

  consume(each: (datagram: Datagram) => Step, op?: Op): Promise<void> {
    return this.#core.consume(each, op);
  }

  sendTo(data: Bytes, to: Address, op?: Op): Promise<void> {
    return this.#core.out.send(data, to, op);
  }

  trySendTo(data: Bytes, to: Address): boolean {
    return this.#core.out.trySend(data, to);
  }

  sendMany(batch: readonly Outgoing[], op?: Op): Promise<number> {
    return this.#core.out.sendMany(batch, op);
  }

  writable(op?: Op): Promise<void> {
    return this.#core.out.writable(op);
  }

  joinGroup(group: string, options?: GroupOptions): Disposable {
    return this.#settings.joinGroup(group, options);
  }

  setTtl(hops: number): void {
    this.#settings.setTtl(hops);
  }

  setMulticastTtl(hops: number): void {
    this.#settings.setMulticastTtl(hops);
  }

  setMulticastLoop(on: boolean): void {
    this.#settings.setMulticastLoop(on);
  }

  setMulticastInterface(name: string): void {
    this.#settings.setMulticastInterface(name);
  }

  setBroadcast(on: boolean): void {
    this.#settings.setBroadcast(on);
  }

  close(): Promise<void> {
    return this.#core.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#core.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<Datagram> {
    return this.#core.datagrams();
  }
}
