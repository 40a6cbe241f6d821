import type { Address } from '@stack/address';
import type { DatagramCap } from '../contract/caps.ts';
import type { Clock } from '../contract/clock.ts';
import type { DatagramPeer } from '../contract/datagram.ts';
import type { Bytes, Op, Step } from '../contract/op.ts';
import type { DatagramCore } from './datagram-core.ts';
import { noCaps } from './datagram-settings.ts';

/** The `DatagramPeer` over every backend. */
export class ConnectedPeer implements DatagramPeer {
  readonly #core: DatagramCore;
  readonly remote: Address;

  constructor(core: DatagramCore, remote: Address) {
    this.#core = core;
    this.remote = remote;
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

  async recv(op?: Op): Promise<Uint8Array> {
    return (await this.#core.recvFrom(op)).data;
  }

  send(data: Bytes, op?: Op): Promise<void> {
    return this.#core.out.send(data, undefined, op);
  }

  trySend(data: Bytes): boolean {
    return this.#core.out.trySend(data, undefined);
  }

  writable(op?: Op): Promise<void> {
    return this.#core.out.writable(op);
  }

  consume(each: (data: Uint8Array) => Step, op?: Op): Promise<void> {
    return this.#core.consume(({ data }) => each(data), op);
  }

  close(): Promise<void> {
    return this.#core.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#core.close();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for await (const { data } of this.#core.datagrams()) yield data;
  }
}
