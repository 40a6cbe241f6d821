import { type Address, equalAddresses, formatAddress } from '@stack/address';
import type { Datagram } from '../contract/datagram.ts';
import type { DatagramDriver, DatagramEvents, OutgoingBytes, SendReceipt } from '../contract/driver.ts';
import { TransportError } from '../contract/errors.ts';
import type { Later } from './scheduler.ts';

/** What a datagram socket needs of the network it is on. */
export interface DatagramField {
  readonly later: Later;
  /** Sends a datagram on its way, its own from now on; gives what the system says to that. */
  carry(data: Uint8Array, from: MemoryDatagramDriver, to: Address): TransportError | null;
  remove(driver: MemoryDatagramDriver): void;
}

/** A datagram socket in memory: gives what comes, in order, and loses nothing itself. */
export class MemoryDatagramDriver implements DatagramDriver {
  readonly local: Address;
  readonly remote: Address | undefined;
  readonly queued = 0;
  readonly #events: DatagramEvents;
  readonly #field: DatagramField;
  #isFlowing = false;
  #isClosed = false;
  #inbox: Datagram[] = [];

  constructor(local: Address, remote: Address | undefined, events: DatagramEvents, field: DatagramField) {
    this.local = local;
    this.remote = remote;
    this.#events = events;
    this.#field = field;
  }

  send(data: Uint8Array, to: Address | undefined, receipt: SendReceipt | undefined): void {
    const error = this.#transmit(new Uint8Array(data), to ?? this.remote);
    this.#field.later(() => {
      receipt?.onSent(error);
      if (error !== null && receipt === undefined) this.#tell(error);
    });
  }

  sendMany(batch: readonly OutgoingBytes[], count: number, receipt: SendReceipt): void {
    for (const { data, to } of batch.slice(0, count)) this.send(data, to, receipt);
  }

  resume(): void {
    this.#isFlowing = true;
    this.#field.later(() => this.#deliver());
  }

  /** Goes on, as UDP does: what does not fit is dropped and counted above, where the bound is. */
  pause(): void {}

  close(): void {
    this.fail(null);
  }

  /** The end of the socket: as asked, or because of `error`. */
  fail(error: TransportError | null): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#field.remove(this);
    this.#field.later(() => this.#events.onClose(error));
  }

  /** Takes a datagram from the network. False: it is for nobody; a connected socket hears its peer only. */
  take(data: Uint8Array, from: Address, truncated: boolean): boolean {
    if (this.#isClosed) return false;
    if (this.remote !== undefined && !equalAddresses(this.remote, from)) return false;
    this.#inbox.push({ data, from, truncated });
    this.#field.later(() => this.#deliver());
    return true;
  }

  /** The network says that a datagram did not get there: no failure of the send, and heard by connected sockets only. */
  refused(code: string, to: Address): void {
    const error = new TransportError({ code, op: 'recv', at: formatAddress(to), remote: to });
    this.#field.later(() => this.#tell(error));
  }

  #tell(error: TransportError): void {
    if (this.remote !== undefined && !this.#isClosed) this.#events.onError(error);
  }

  #transmit(data: Uint8Array, to: Address | undefined): TransportError | null {
    if (to !== undefined) return this.#field.carry(data, this, to);
    return new TransportError({ code: 'EDESTADDRREQ', op: 'send' });
  }

  #deliver(): void {
    while (this.#isFlowing && !this.#isClosed) {
      const datagram = this.#inbox.shift();
      if (datagram === undefined) return;
      this.#events.onDatagram(datagram.data, datagram.from, datagram.truncated);
    }
  }
}
