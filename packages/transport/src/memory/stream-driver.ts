import type { Address } from '@stack/address';
import type { StreamCap } from '../contract/caps.ts';
import type { StreamDriver, StreamEvents } from '../contract/driver.ts';
import { TransportError } from '../contract/errors.ts';
import type { Later } from './scheduler.ts';

const caps: ReadonlySet<StreamCap> = new Set<StreamCap>(['pause', 'halfClose', 'reset', 'peerName']);

/** What a pair of drivers shares. */
export interface MemoryLink {
  readonly later: Later;
  /** Bytes in flight one way before the writer is held back: what socket buffers are to a kernel. */
  readonly windowBytes: number;
}

/**
 * One end of a connection in memory. Bytes are copied as they are written, travel on a later turn, and past the window count
 * as not taken: so that back-pressure, half-close and reset can be seen as on a real socket.
 */
export class MemoryStreamDriver implements StreamDriver {
  readonly caps: ReadonlySet<StreamCap> = caps;
  readonly local: Address;
  readonly remote: Address;
  readonly #link: MemoryLink;
  /** The other end; itself until `pair` has made both. */
  #peer: MemoryStreamDriver = this;
  #events: StreamEvents | undefined;
  /** What is on its way to this end. */
  #inbox: Uint8Array[] = [];
  #inboxBytes = 0;
  #isFlowing = false;
  #isScheduled = false;
  #drainBelow = 0;
  #isFinished = false;
  #peerFinished: 'no' | 'on its way' | 'told' = 'no';
  #isClosing = false;
  /** Nothing goes in or out any more; `onClose` was told, or waits for `events`. */
  #isGone = false;
  #failure: TransportError | null = null;
  #unsentBytes = 0;

  constructor(local: Address, remote: Address, link: MemoryLink) {
    this.local = local;
    this.remote = remote;
    this.#link = link;
  }

  /** Makes two ends of one connection. */
  static pair(left: Address, right: Address, link: MemoryLink): [MemoryStreamDriver, MemoryStreamDriver] {
    const ends: [MemoryStreamDriver, MemoryStreamDriver] = [
      new MemoryStreamDriver(left, right, link),
      new MemoryStreamDriver(right, left, link),
    ];
    ends[0].#peer = ends[1];
    ends[1].#peer = ends[0];
    return ends;
  }

  get events(): StreamEvents {
    if (this.#events === undefined) throw new Error('the driver has no events yet');
    return this.#events;
  }

  set events(events: StreamEvents) {
    this.#events = events;
    this.#schedule();
  }

  get queued(): number {
    if (this.#isGone) return this.#unsentBytes;
    return Math.max(0, this.#peer.#inboxBytes - this.#link.windowBytes);
  }

  write(data: Uint8Array): number {
    const peer = this.#peer;
    if (this.#isGone || this.#isFinished || data.length === 0) return this.queued;
    if (peer.#isGone) {
      // As a kernel answers what comes for a socket that was released; what that one had sent before is still ours.
      this.#break('ECONNRESET', this.#inbox);
      return this.queued;
    }
    // Not `data.slice()`: that of a Buffer copies nothing.
    peer.#inbox.push(new Uint8Array(data));
    peer.#inboxBytes += data.length;
    peer.#schedule();
    return this.queued;
  }

  writev(parts: readonly Uint8Array[], count: number): number {
    for (const part of parts.slice(0, count)) this.write(part);
    return this.queued;
  }

  wantDrain(below: number): void {
    this.#drainBelow = below;
    this.#schedule();
  }

  resume(): void {
    this.#isFlowing = true;
    this.#schedule();
  }

  pause(): void {
    this.#isFlowing = false;
  }

  finish(): void {
    if (this.#isFinished || this.#isGone) return;
    this.#isFinished = true;
    this.#peer.#peerFinished = 'on its way';
    this.#peer.#schedule();
  }

  close(): void {
    this.finish();
    this.#isClosing = true;
    this.#schedule();
  }

  reset(): void {
    if (this.#isGone) return;
    this.#unsentBytes = this.queued;
    this.#peer.#break('ECONNRESET');
    this.#end(null);
  }

  #break(code: string, rest: Uint8Array[] = []): void {
    if (this.#isGone) return;
    this.#unsentBytes = this.queued;
    this.#end(new TransportError({ code, op: 'use' }), rest);
  }

  /** The end of this driver: but for `rest`, what was on its way is lost, as in a kernel. */
  #end(failure: TransportError | null, rest: Uint8Array[] = []): void {
    this.#isGone = true;
    this.#failure = failure;
    this.#inbox = rest;
    this.#inboxBytes = 0;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#events === undefined) return;
    this.#isScheduled = true;
    this.#link.later(() => {
      this.#isScheduled = false;
      this.#turn();
    });
  }

  /** One turn of this end: gives what came, then room, then the end. */
  #turn(): void {
    const events = this.#events;
    if (events === undefined) return;
    if (!this.#isGone) this.#deliver(events);
    if (!this.#isGone && this.#drainBelow > 0 && this.queued < this.#drainBelow) {
      this.#drainBelow = 0;
      events.onDrain();
    }
    if (!this.#isGone && this.#isDone()) this.#end(null);
    if (!this.#isGone) return;
    this.#events = undefined;
    this.#peer.#onPeerGone();
    for (const chunk of this.#inbox.splice(0)) events.onData(chunk);
    events.onClose(this.#failure);
  }

  #deliver(events: StreamEvents): void {
    while (this.#isFlowing && !this.#isGone) {
      const chunk = this.#inbox.shift();
      if (chunk === undefined) break;
      this.#inboxBytes -= chunk.length;
      if (this.#peer.#needsTurn()) this.#peer.#schedule();
      events.onData(chunk);
    }
    if (this.#inbox.length === 0 && this.#isFlowing && this.#peerFinished === 'on its way') {
      this.#peerFinished = 'told';
      events.onEnd();
    }
  }

  #needsTurn(): boolean {
    return this.#drainBelow > 0 || this.#isClosing;
  }

  /** Both directions are over, or this end was released and everything it wrote has left it. */
  #isDone(): boolean {
    const isOut = this.queued === 0;
    return isOut && this.#isFinished && (this.#peerFinished === 'told' || this.#isClosing);
  }

  /** The other end is released: what it wrote is still ours to read, what we write goes nowhere. */
  #onPeerGone(): void {
    if (this.#isGone) return;
    this.#peerFinished = this.#peerFinished === 'told' ? 'told' : 'on its way';
    this.#schedule();
  }
}
