import { type Address, formatAddress } from '@stack/address';
import type { DatagramCap } from '../contract/caps.ts';
import type { DatagramDriver, DatagramEvents, OutgoingBytes, SendReceipt } from '../contract/driver.ts';
import { TransportError, type TransportErrorCode } from '../contract/errors.ts';
import { tooLong } from '../core/datagram-size.ts';
import type { Later } from './scheduler.ts';

/** Datagrams that a socket holds before its senders wait: what Linux begins with (net.unix.max_dgram_qlen). */
const inboxPackets = 10;

/** The longest datagram: the send buffer that Linux begins with (net.core.wmem_default), less what it keeps of it. */
const maxDatagramBytes = 212_992 - 32;

/** What a Unix datagram socket needs of the network it is on. */
export interface UnixField {
  readonly later: Later;
  find(address: Address): UnixDatagramDriver | undefined;
  remove(driver: UnixDatagramDriver): void;
}

/** A datagram that waits for room at its receiver. */
interface Waiting {
  readonly data: Uint8Array;
  readonly sender: UnixDatagramDriver;
  readonly told: (error: TransportError | null) => void;
}

const caps: ReadonlySet<DatagramCap> = new Set(['pause']);

/**
 * A Unix datagram socket in memory. Unlike UDP it loses nothing (unix(7)): a receiver that is full makes its senders wait,
 * one that is not there fails the send, and one that has a peer of its own hears no other.
 */
export class UnixDatagramDriver implements DatagramDriver {
  readonly caps: ReadonlySet<DatagramCap> = caps;
  readonly local: Address;
  readonly remote: Address | undefined;
  readonly #peer: UnixDatagramDriver | undefined;
  readonly #events: DatagramEvents;
  readonly #field: UnixField;
  #isFlowing = false;
  #isClosed = false;
  readonly #inbox: { readonly data: Uint8Array; readonly from: Address }[] = [];
  readonly #waiting: Waiting[] = [];
  /** Who has datagrams of ours waiting. */
  readonly #full = new Set<UnixDatagramDriver>();
  queued = 0;

  constructor(local: Address, peer: UnixDatagramDriver | undefined, events: DatagramEvents, field: UnixField) {
    this.local = local;
    this.#peer = peer;
    this.remote = peer?.local;
    this.#events = events;
    this.#field = field;
  }

  send(data: Uint8Array, to: Address | undefined, receipt: SendReceipt | undefined): void {
    const told = (error: TransportError | null): void =>
      this.#field.later(() => {
        if (receipt !== undefined) receipt.onSent(error);
        else if (error !== null) this.#events.onError(error);
      });
    const at = to ?? this.remote;
    const target = to === undefined ? this.#peer : this.#field.find(to);
    const error = this.#obstacle(data, at, target);
    if (error !== null || target === undefined) told(error);
    else target.#take({ data: new Uint8Array(data), sender: this, told });
  }

  sendMany(batch: readonly OutgoingBytes[], count: number, receipt: SendReceipt): void {
    for (const { data, to } of batch.slice(0, count)) this.send(data, to, receipt);
  }

  resume(): void {
    this.#isFlowing = true;
    this.#field.later(() => this.#deliver());
  }

  pause(): void {
    this.#isFlowing = false;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#field.remove(this);
    for (const receiver of this.#full) receiver.#forget(this);
    for (const { data, sender, told } of this.#waiting.splice(0)) {
      sender.queued -= data.length;
      sender.#full.delete(this);
      told(sender.#error('ECONNREFUSED', this.local));
    }
    this.#field.later(() => this.#events.onClose(null));
  }

  /** Whether a socket may send to this one: it hears its peer only, if it has one. */
  admits(sender: UnixDatagramDriver | undefined): boolean {
    return this.#peer === undefined || this.#peer === sender;
  }

  #obstacle(data: Uint8Array, to: Address | undefined, target: UnixDatagramDriver | undefined): TransportError | null {
    if (to === undefined) return new TransportError({ code: 'EDESTADDRREQ', op: 'send', local: this.local });
    if (to.family !== 'AF_UNIX') {
      const reason = 'a Unix socket sends to Unix addresses only';
      return this.#error('ERR_UNSUPPORTED', to, reason);
    }
    if (target === undefined) return this.#error(to.kind === 'path' ? 'ENOENT' : 'ECONNREFUSED', to);
    if (target.#isClosed) return this.#error('ECONNREFUSED', to);
    if (!target.admits(this)) return this.#error('EPERM', to, 'that socket hears its own peer only');
    return data.length > maxDatagramBytes ? tooLong(data.length, maxDatagramBytes, to, this.local) : null;
  }

  #take(waiting: Waiting): void {
    const { data, sender, told } = waiting;
    if (this.#inbox.length < inboxPackets && this.#waiting.length === 0) {
      this.#inbox.push({ data, from: sender.local });
      told(null);
      this.#field.later(() => this.#deliver());
      return;
    }
    this.#waiting.push(waiting);
    sender.queued += data.length;
    sender.#full.add(this);
  }

  #deliver(): void {
    while (this.#isFlowing && !this.#isClosed) {
      const datagram = this.#inbox.shift();
      if (datagram === undefined) return;
      this.#admitNext();
      this.#events.onDatagram(datagram.data, datagram.from, false);
    }
  }

  /** There is room for the one that waits longest. */
  #admitNext(): void {
    const next = this.#waiting.shift();
    if (next === undefined) return;
    const { data, sender, told } = next;
    this.#inbox.push({ data, from: sender.local });
    sender.queued -= data.length;
    if (!this.#waiting.some((other) => other.sender === sender)) sender.#full.delete(this);
    told(null);
  }

  /** The sender is gone: what it had waiting here never left. */
  #forget(sender: UnixDatagramDriver): void {
    const left = this.#waiting.splice(0);
    for (const waiting of left) {
      if (waiting.sender === sender) waiting.told(sender.#error('ERR_CLOSED', this.local));
      else this.#waiting.push(waiting);
    }
  }

  #error(code: TransportErrorCode, remote: Address, reason?: string): TransportError {
    return new TransportError({ code, op: 'send', at: formatAddress(remote), reason, local: this.local, remote });
  }
}
