import type { Address } from '@stack/address';
import type { StreamCap } from '../contract/caps.ts';
import type { StreamDriver, StreamEvents } from '../contract/driver.ts';
import { TransportError } from '../contract/errors.ts';
import { ChunkQueue } from '../core/chunk-queue.ts';
import type { Carrier, Unread } from './carrier.ts';
import type { Later } from './scheduler.ts';

const caps: ReadonlySet<StreamCap> = new Set<StreamCap>(['pause', 'halfClose', 'reset', 'peerName']);

/** What the ends of a connection share. */
export interface MemoryLink {
  readonly later: Later;
  /** Bytes that one end takes before the other, writing, is held back: what socket buffers are to a kernel. */
  readonly windowBytes: number;
}

/**
 * One end of a connection in memory. Bytes are copied as they are written, travel on a later turn, and past the window count
 * as not taken: so that back-pressure, half-close and reset can be seen as on a real socket.
 */
export class MemoryStreamDriver implements StreamDriver, Carrier {
  readonly caps: ReadonlySet<StreamCap> = caps;
  readonly local: Address;
  readonly remote: Address;
  readonly #link: MemoryLink;
  /** What it writes goes there: the other end, or what leads to it. Itself until it is joined. */
  #far: Carrier = this;
  #events: StreamEvents | undefined;
  /** What is on its way to this end. */
  readonly #inbox = new ChunkQueue();
  #isFlowing = false;
  #isScheduled = false;
  #drainBelow = 0;
  #isFinished = false;
  #peerFinished: 'no' | 'on its way' | 'told' = 'no';
  #isClosing = false;
  /** Nothing goes in or out any more; `onClose` was told, or waits for `events`. */
  #isGone = false;
  #isReleased = false;
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
    ends[0].join(ends[1]);
    ends[1].join(ends[0]);
    return ends;
  }

  /** Says where it leads; before anything else. */
  join(far: Carrier): void {
    this.#far = far;
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
    return this.#isGone ? this.#unsentBytes : this.#far.backlog;
  }

  write(data: Uint8Array): number {
    // Not `data.slice()`: that of a Buffer copies nothing.
    if (!this.#isGone && !this.#isFinished && data.length > 0) this.#far.carry(new Uint8Array(data));
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
    this.#far.carryEnd();
  }

  close(): void {
    this.finish();
    this.#isClosing = true;
    this.#schedule();
  }

  reset(): void {
    if (this.#isGone) return;
    this.#unsentBytes = this.queued;
    this.#far.carryReset('lost');
    this.#inbox.clear();
    this.#end(null);
  }

  /** The connection broke, as seen from this end. */
  fail(code: string, unread: Unread): void {
    if (this.#isGone) return;
    this.#unsentBytes = this.queued;
    if (unread === 'lost') this.#inbox.clear();
    this.#end(new TransportError({ code, op: 'use' }));
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  get hasFailed(): boolean {
    return this.#failure !== null;
  }

  get backlog(): number {
    return Math.max(0, this.#inbox.size - this.#link.windowBytes);
  }

  carry(chunk: Uint8Array): void {
    // As a kernel answers what comes for a socket that was released; what that one had sent before is still the writer's.
    if (this.#isGone) return this.#far.carryReset('given');
    this.#inbox.push(chunk);
    this.#schedule();
  }

  carryEnd(): void {
    if (this.hasFailed) return this.#far.carryReset('given');
    if (this.#peerFinished === 'no') this.#peerFinished = 'on its way';
    this.#schedule();
  }

  carryReset(unread: Unread): void {
    this.fail('ECONNRESET', unread);
  }

  /** What the other end wrote is still ours to read, what we write goes nowhere. */
  carryRelease(): void {
    if (!this.#isGone) this.carryEnd();
  }

  carryRead(): void {
    if (this.#drainBelow > 0 || this.#isClosing) this.#schedule();
  }

  /** The end of this driver: what is left in the inbox is given with it. */
  #end(failure: TransportError | null): void {
    this.#isGone = true;
    this.#failure = failure;
    this.#schedule();
    // Whom nobody has listened to yet, nobody may ever: a reset without events is the way to turn a connection away.
    if (this.#events === undefined) this.#release();
  }

  #release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#far.carryRelease();
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
    if (!this.#isGone && this.#isDone()) {
      this.#inbox.clear();
      this.#end(null);
    }
    if (!this.#isGone) return;
    this.#events = undefined;
    this.#release();
    for (let chunk = this.#inbox.shift(); chunk !== undefined; chunk = this.#inbox.shift()) events.onData(chunk);
    events.onClose(this.#failure);
  }

  #deliver(events: StreamEvents): void {
    while (this.#isFlowing && !this.#isGone) {
      const chunk = this.#inbox.shift();
      if (chunk === undefined) break;
      this.#far.carryRead(chunk.length);
      events.onData(chunk);
    }
    if (this.#isGone) return;
    if (this.#inbox.size === 0 && this.#isFlowing && this.#peerFinished === 'on its way') {
      this.#peerFinished = 'told';
      events.onEnd();
    }
  }

  /** Both directions are over, or this end was released and everything it wrote has left it. */
  #isDone(): boolean {
    const isOut = this.queued === 0;
    return isOut && this.#isFinished && (this.#peerFinished === 'told' || this.#isClosing);
  }
}
