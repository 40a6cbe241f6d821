import { type Address, formatAddress } from '@stack/address';
import type { DatagramDriver, DatagramEvents, OutgoingBytes, SendReceipt } from '../contract/driver.ts';
import { TransportError } from '../contract/errors.ts';
import type { Later } from './scheduler.ts';

/** The longest payload of UDP over IPv4: 65,535 less the headers of IP and UDP (RFC 768, RFC 791). */
const maxDatagramBytes = 65_507;

/** What a datagram socket needs of the network it is on. */
export interface DatagramField {
  readonly later: Later;
  find(address: Address): MemoryDatagramDriver | undefined;
  remove(driver: MemoryDatagramDriver): void;
}

/** A datagram socket in memory: loses nothing, keeps the order, knows no peer that is not there. */
export class MemoryDatagramDriver implements DatagramDriver {
  readonly local: Address;
  readonly remote: Address | undefined;
  readonly queued = 0;
  readonly #events: DatagramEvents;
  readonly #field: DatagramField;
  #isFlowing = false;
  #isClosed = false;
  #inbox: { readonly data: Uint8Array; readonly from: Address }[] = [];

  constructor(local: Address, remote: Address | undefined, events: DatagramEvents, field: DatagramField) {
    this.local = local;
    this.remote = remote;
    this.#events = events;
    this.#field = field;
  }

  send(data: Uint8Array, to: Address | undefined, receipt: SendReceipt | undefined): number {
    const error = this.#transmit(new Uint8Array(data), to ?? this.remote);
    // Nobody there is no failure of a send: the datagram left, and a connected peer hears of it later.
    const isNobody = error?.code === 'ECONNREFUSED';
    this.#field.later(() => {
      receipt?.onSent(isNobody ? null : error);
      if (error !== null && this.remote !== undefined && (isNobody || receipt === undefined))
        this.#events.onError(error);
    });
    return 0;
  }

  sendMany(batch: readonly OutgoingBytes[], count: number, receipt: SendReceipt): number {
    for (const { data, to } of batch.slice(0, count)) this.send(data, to, receipt);
    return 0;
  }

  resume(): void {
    this.#isFlowing = true;
    this.#field.later(() => this.#deliver());
  }

  /** Goes on, as UDP does: what does not fit is dropped and counted above, where the bound is. */
  pause(): void {}

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#field.remove(this);
    this.#field.later(() => this.#events.onClose(null));
  }

  /** Takes a datagram from the network; a connected socket hears its peer only. */
  take(data: Uint8Array, from: Address): void {
    if (this.#isClosed) return;
    if (this.remote !== undefined && formatAddress(this.remote) !== formatAddress(from)) return;
    this.#inbox.push({ data, from });
    this.#field.later(() => this.#deliver());
  }

  #transmit(data: Uint8Array, to: Address | undefined): TransportError | null {
    const at = to === undefined ? undefined : formatAddress(to);
    if (to === undefined) return new TransportError({ code: 'EDESTADDRREQ', op: 'send', at });
    if (data.length > maxDatagramBytes) {
      const reason = `the message is too long: ${data.length} bytes, more than ${maxDatagramBytes}`;
      return new TransportError({ code: 'EMSGSIZE', op: 'send', at, reason, local: this.local, remote: to });
    }
    const target = this.#field.find(to);
    if (target === undefined) return new TransportError({ code: 'ECONNREFUSED', op: 'recv', at, remote: to });
    target.take(data, this.local);
    return null;
  }

  #deliver(): void {
    while (this.#isFlowing && !this.#isClosed) {
      const datagram = this.#inbox.shift();
      if (datagram === undefined) return;
      this.#events.onDatagram(datagram.data, datagram.from, false);
    }
  }
}
