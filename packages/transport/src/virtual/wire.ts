import type { Clock } from '../contract/clock.ts';
import type { DriverKeepAlive } from '../contract/driver.ts';
import { ChunkQueue } from '../core/chunk-queue.ts';
import type { Carrier } from '../memory/carrier.ts';
import type { MemoryStreamDriver } from '../memory/stream-driver.ts';
import type { Circuit } from './circuit.ts';
import { Flight, type FlightEnd } from './flight.ts';
import { type Link, travelMs } from './link.ts';
import type { Random } from './random.ts';
import { Patience, type Waiting } from './patience.ts';
import { Progress, type WayBack } from './progress.ts';
import { joined, type Segment, segmentBytes } from './segment.ts';
import type { Side } from './side.ts';
import type { World } from './world.ts';

/** What a wire lies between. */
export interface WireEnds {
  readonly source: MemoryStreamDriver;
  readonly target: MemoryStreamDriver;
  /** The wire that leads back. */
  readonly back: Wire;
  readonly circuit: Circuit;
}

/**
 * One direction of a connection over a link: takes what its source writes, as far as the window has room, in segments, and
 * gives it to its target after the time it takes.
 *
 * What does not arrive is held, and sent again once the link is up. While the way there or the way back is broken and
 * something is unsettled, the source's machine waits for so long, and then gives the connection up.
 */
export class Wire implements Carrier, FlightEnd<Segment>, Waiting, WayBack {
  readonly from: Side;
  readonly to: Side;
  readonly #world: World;
  readonly #random: Random;
  /** What has not left yet: first what the window has room for, then the backlog. */
  readonly #held = new ChunkQueue();
  readonly #flight: Flight<Segment>;
  #wiring: WireEnds | undefined;
  #link: Link;
  #linkVersion: number;
  /** Bytes sent of which the source does not know yet that they were read. */
  #unread = 0;
  #sent = 0;
  /** When everything sent so far has left the source's line. */
  #freeMs = 0;
  #end: 'open' | 'wanted' | 'sent' = 'open';
  /** The limit was reached: nothing more is sent. */
  #cutOff: Link['atLimit'] | undefined;
  /** Nobody at the source sends again what does not arrive. */
  #isAbandoned = false;
  #isReset = false;
  /** Something arrived, and the source could not be told. */
  #isUnheard = false;
  readonly #progress = new Progress(this);
  readonly #patience: Patience;
  /** When the source's machine last heard of the other. */
  heardMs: number;

  constructor(world: World, from: Side, to: Side, keepAlive: DriverKeepAlive | undefined) {
    this.#world = world;
    this.from = from;
    this.to = to;
    this.#random = world.random.fork();
    this.#patience = new Patience(this, { retransmitMs: world.retransmitMs, keepAlive });
    this.heardMs = world.clock.now();
    this.#flight = new Flight(world.clock, this);
    this.#linkVersion = world.rules.version;
    this.#link = world.rules.of(from, to);
  }

  /** Says what it lies between; before anything else. */
  wire(ends: WireEnds): void {
    this.#wiring = ends;
  }

  get #ends(): WireEnds {
    if (this.#wiring === undefined) throw new Error('the wire is not connected yet');
    return this.#wiring;
  }

  get link(): Link {
    if (this.#linkVersion !== this.#world.rules.version) {
      this.#linkVersion = this.#world.rules.version;
      this.#link = this.#world.rules.of(this.from, this.to);
    }
    return this.#link;
  }

  /** What is sent now would arrive. */
  get passes(): boolean {
    const { state } = this.link;
    return (state === 'up' || state === 'refused') && this.to.machine.isUp;
  }

  get backlog(): number {
    const { size } = this.#held;
    return Math.max(0, Math.min(size, size + this.#unread - this.link.windowBytes));
  }

  /** Sends the first of all: the listener gets the connection when it lands. */
  open(segment: Segment & { readonly kind: 'open' }): void {
    this.#transmit(segment);
  }

  carry(chunk: Uint8Array): void {
    if (this.#isReset || this.#cutOff === 'reset') return;
    if (this.#cutOff === 'end') return this.#ends.back.carryReset();
    this.#held.push(chunk);
    this.#pump();
    this.watch();
  }

  carryEnd(): void {
    if (this.#end === 'open') this.#end = 'wanted';
    this.#pump();
    this.watch();
  }

  carryReset(): void {
    // One is enough, unless it got lost. A machine that is down answers nothing.
    if ((this.#isReset && this.#flight.size > 0) || !this.from.machine.isUp) return;
    this.abandon();
    this.#isReset = true;
    this.#freeMs = 0;
    if (this.#cutOff !== 'silence') this.#transmit({ kind: 'reset' });
  }

  carryRelease(): void {
    const { source, circuit } = this.#ends;
    if (source.hasFailed) this.abandon();
    circuit.released();
  }

  carryRead(bytes: number): void {
    this.#progress.read(bytes);
  }

  /** The source's machine sends nothing of this any more, nor again. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#patience.stop();
    this.#held.clear();
    this.#flight.dropUnsent();
  }

  /** The target sees a reset that nobody sent. */
  resetTarget(): void {
    this.#world.note('reset', this.from, this.to, 0);
    this.#ends.target.fail('ECONNRESET', 'given');
  }

  get clock(): Clock {
    return this.#world.clock;
  }

  get isWhole(): boolean {
    return this.passes && this.#ends.back.passes && this.#cutOff !== 'silence';
  }

  get isUnsettled(): boolean {
    return this.#held.size > 0 || this.#flight.size > 0 || this.#end === 'wanted' || this.#isUnheard;
  }

  get isForgotten(): boolean {
    return this.#ends.target.isGone;
  }

  giveUp(code: 'ETIMEDOUT' | 'ECONNRESET'): void {
    this.#world.note(code === 'ETIMEDOUT' ? 'timeout' : 'reset', this.to, this.from, 0);
    this.#ends.source.fail(code, 'given');
    this.abandon();
  }

  /** Sees whether the source's machine waits for an answer. */
  watch(): void {
    if (this.isWhole) this.#isUnheard = false;
    if (!this.#isAbandoned) this.#patience.watch();
  }

  /** Both ends are gone. */
  dispose(): void {
    this.abandon();
    this.#flight.clear();
  }

  /** Something became of the link, or of a machine. */
  onChange(): void {
    if (this.passes) {
      this.#flight.resume(travelMs(this.link, 0));
      this.#progress.resume();
    }
    this.#pump();
    this.#ends.source.carryRead();
    this.watch();
  }

  land(segments: readonly Segment[]): boolean {
    if (!this.passes) {
      this.#world.note('held', this.from, this.to, 0);
      for (const segment of segments) {
        if (this.#isAbandoned) this.lose(segment);
        else if (segment.kind === 'open') segment.settled();
      }
      this.#isUnheard = true;
      this.watch();
      return this.#isAbandoned;
    }
    const random = this.link.maxSegmentBytes === Infinity ? undefined : this.#random;
    const { back } = this.#ends;
    back.heardMs = this.clock.now();
    this.#isUnheard = !back.passes;
    for (const segment of joined(segments, random)) this.#deliver(segment);
    this.#pump();
    this.watch();
    return true;
  }

  lose(segment: Segment): void {
    if (segment.kind !== 'open') return;
    segment.settled();
    // Nobody ever hears of this end.
    this.#ends.target.reset();
  }

  tellWriter(bytes: number): void {
    this.#ends.back.#onRead(bytes);
  }

  /** The reader at the other end has made room. */
  #onRead(bytes: number): void {
    this.heardMs = this.clock.now();
    this.#unread -= bytes;
    this.#pump();
    this.#ends.source.carryRead();
  }

  #pump(): void {
    // An end behind bytes that were dropped would make what was cut look whole.
    if (this.#isAbandoned) return;
    const { link } = this;
    while (this.#held.size > 0 && this.#cutOff === undefined) {
      const room = Math.min(link.windowBytes - this.#unread, link.limitBytes - this.#sent);
      // The line is busy until the next landing, which looks again: what waits for it is not in pieces yet.
      if (room <= 0 || this.#freeMs > this.#flight.nextMs) break;
      const bytes = this.#take(Math.min(segmentBytes(link, this.#random), room));
      this.#unread += bytes.length;
      this.#sent += bytes.length;
      this.#transmit({ kind: 'data', bytes });
    }
    const isSpent = this.#sent >= link.limitBytes && this.#sent + this.#held.size > 0;
    if (isSpent && this.#cutOff === undefined) this.#cut(link.atLimit);
    if (this.#end !== 'wanted' || this.#held.size > 0 || this.#cutOff !== undefined) return;
    this.#end = 'sent';
    this.#transmit({ kind: 'end' }, link.lateEndMs);
  }

  /** The next bytes: of one write, unless segments are cut and joined. A part is copied: no two chunks share their memory. */
  #take(most: number): Uint8Array {
    const isAsWritten = this.link.maxSegmentBytes === Infinity;
    const bytes = isAsWritten ? this.#held.shiftUpTo(most) : this.#held.shiftExactly(Math.min(most, this.#held.size));
    if (bytes === undefined) return new Uint8Array();
    return bytes.length < bytes.buffer.byteLength ? bytes.slice() : bytes;
  }

  /** The limit is reached: what was sent still arrives, and nothing after it. */
  #cut(how: Link['atLimit']): void {
    this.#cutOff = how;
    if (how === 'silence') return;
    this.#transmit({ kind: how });
    if (how === 'end' && this.#held.size === 0) return;
    this.#held.clear();
    const { clock } = this;
    clock.after(this.#freeMs - clock.now(), () => this.#ends.back.carryReset());
  }

  #transmit(segment: Segment, lateMs = 0): void {
    const { link } = this;
    const bytes = segment.kind === 'data' ? segment.bytes.length : 0;
    this.#freeMs = Math.max(this.#freeMs, this.clock.now()) + (bytes * 1000) / link.bytesPerSecond;
    const luck = link.jitterMs > 0 ? this.#random.unit() : 0;
    this.#flight.send(segment, this.#freeMs, this.#freeMs + travelMs(link, luck) + lateMs);
  }

  #deliver(segment: Segment): void {
    const { target, back } = this.#ends;
    this.#world.note(segment.kind, this.from, this.to, segment.kind === 'data' ? segment.bytes.length : 0);
    if (segment.kind === 'data') target.carry(segment.bytes);
    else if (segment.kind === 'end') target.carryEnd();
    else if (segment.kind === 'reset') target.carryReset('given');
    else {
      segment.settled();
      // The machine was started anew in the meantime, and knows nothing of it.
      if (target.hasFailed) back.carryReset();
      else segment.listener.open(target);
    }
  }
}
