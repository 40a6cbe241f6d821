import type { Address } from '@stack/address';
import type { Session } from '@stack/session';
import type { Bytes, Connection, Step } from '@stack/transport';
import { abortReason } from './abort-reason.ts';
import type { End } from './end.ts';
import { endOf, leavesGap } from './failure.ts';
import { Outbox, type OutboxEvents } from './outbox.ts';
import type { Protocol } from './protocol.ts';
import type { Pace, PacedSink } from './pace.ts';

/** What a protocol's run hears of the session around it. */
export type AttachedSession = Pick<Session, 'peer' | 'onDrain'>;

/**
 * - `open`: hooks run, writes are taken
 * - `ended`: `out.end()` was called; what was written is on its way, what comes is discarded
 * - `cut`: `out.abort()` was called; `close()` follows once no hook runs
 * - `closed`: `close()` was called, and `attach()` settles
 */
type Phase = 'open' | 'ended' | 'cut' | 'closed';

/** Where each phase may lead. */
const next: Readonly<Record<Phase, readonly Phase[]>> = {
  open: ['ended', 'cut', 'closed'],
  ended: ['cut', 'closed'],
  cut: ['closed'],
  closed: [],
};

/**
 * One protocol on one connection, and the sink that it writes to.
 *
 * The run is over when the output is (`out.end()` was called and the kernel has every byte) and no step is under way. The
 * peer's end is not waited for after `out.end()`: from then on the connection discards what comes, and `close()` lingers
 * for it, within its own bound.
 */
export class Attachment<State> implements PacedSink, OutboxEvents {
  readonly #protocol: Protocol<State>;
  readonly #connection: Connection;
  readonly #state: State;
  readonly #out: Outbox;
  readonly #settled: PromiseWithResolvers<End> = Promise.withResolvers();
  #phase: Phase = 'open';
  /** Hooks that run, and steps that are pending or wait for room. */
  #busy = 0;
  #peerFinished = false;
  /** The server drains, and the peer had not finished by itself. */
  #draining = false;
  /** Nothing further is read, and `out.end()` follows the step under way. */
  #stopped = false;
  /** After `out.end()`: the kernel has every byte. */
  #flushed = false;
  /** Why writing failed; reading may still bring what came before. */
  #loss: { readonly error: unknown } | undefined;
  #cancelWake: (() => void) | undefined;

  constructor(protocol: Protocol<State>, connection: Connection, peer: Address) {
    this.#protocol = protocol;
    this.#connection = connection;
    this.#out = new Outbox(connection, this);
    this.#out.enter();
    try {
      this.#state = protocol.open(this, peer);
    } catch (error) {
      this.#become('closed');
      connection.abort(error);
      throw error;
    }
  }

  /** Lets the bytes flow, once. */
  run(session: AttachedSession | undefined): Promise<End> {
    if (this.#phase === 'open' && !this.full) this.#ready();
    this.#out.leave();
    if (this.#phase === 'open') {
      this.#connection
        .consume((chunk) => this.#receive(chunk))
        .then(
          () => this.#onFinish(),
          (error: unknown) => this.#close(endOf(this.#loss === undefined ? error : this.#loss.error)),
        );
    }
    session?.onDrain(() => this.#drain());
    return this.#settled.promise;
  }

  get full(): boolean {
    return this.#out.full;
  }

  /** Room comes back unless writing has failed. */
  get pace(): Pace {
    return this.#phase === 'open' && this.#loss === undefined && this.full ? 'wait' : 'go';
  }

  write(bytes: Bytes): boolean {
    return this.#phase === 'open' && this.#out.put(bytes);
  }

  end(): void {
    if (this.#phase !== 'open') return;
    this.#become('ended');
    this.#out.end().then(
      () => {
        this.#flushed = true;
        this.#proceed();
      },
      (error: unknown) => this.onLost(error),
    );
    this.#connection.closeRead();
  }

  abort(reason?: unknown): void {
    if (this.#phase === 'cut' || this.#phase === 'closed') return;
    const error = abortReason(this.#protocol.name, reason);
    this.#become('cut');
    this.#connection.abort(error);
    // Never from inside the hook that called this.
    queueMicrotask(() => this.#close({ how: 'aborted', error }));
  }

  wakeAfter(ms: number | null): void {
    if (this.#phase === 'cut' || this.#phase === 'closed') return;
    if (Number.isNaN(ms)) throw new RangeError('Cannot wake after NaN ms: expected a number, or null to cancel');
    this.#cancelWake?.();
    this.#cancelWake = ms === null ? undefined : this.#connection.clock.after(ms, () => this.#wake());
  }

  get wantsRoom(): boolean {
    return this.#protocol.ready !== undefined;
  }

  onRoom(): void {
    if (this.#phase === 'open') this.#ready();
  }

  onLost(error: unknown): void {
    if (this.#phase === 'cut' || this.#phase === 'closed') return;
    this.#loss ??= { error };
    if (leavesGap(error)) this.#connection.abort(error);
    // Who waits for room would wait in vain.
    if (this.#phase === 'open' && this.wantsRoom) this.#ready();
    else this.#proceed();
  }

  /** One chunk. While the peer is slow, it waits: one chunk is taken whenever room comes back. */
  #receive(chunk: Uint8Array): Step {
    if (this.#phase !== 'open') return undefined;
    return this.#out.blocked ? this.#receiveWithRoom(chunk) : this.#take(chunk);
  }

  async #receiveWithRoom(chunk: Uint8Array): Promise<void> {
    this.#busy += 1;
    await this.#out.room();
    this.#busy -= 1;
    if (this.#phase === 'open') await this.#take(chunk);
    else this.#proceed();
  }

  #take(chunk: Uint8Array): Step {
    let step: Step;
    this.#busy += 1;
    this.#out.enter();
    try {
      step = this.#protocol.receive(chunk, this, this.#state);
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
    this.#out.leave();
    // A drain may have begun inside the hook.
    if (step !== undefined || this.#out.blocked || this.#stopped) return this.#finishStep(step);
    this.#busy -= 1;
    return undefined;
  }

  /** Waits for a step that `#busy` counts, then for room. */
  async #finishStep(step: Step): Promise<void> {
    try {
      await step;
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#out.flush();
    if (this.#phase === 'open' && !this.#stopped) await this.#out.room();
    this.#busy -= 1;
    this.#proceed();
  }

  #onFinish(): void {
    if (this.#phase !== 'open' || this.#stopped) return;
    this.#peerFinished = true;
    this.#draining = false;
    // Where one direction cannot outlive the other, nobody is there to read an answer.
    if (!this.#connection.caps.has('halfClose')) this.#out.shut();
    if (this.#protocol.end === undefined) {
      this.end();
      return;
    }
    this.#call((protocol, state) => {
      const step = protocol.end?.(this, state);
      this.#busy += 1;
      void this.#finishStep(step);
    });
  }

  #ready(): void {
    this.#call((protocol, state) => protocol.ready?.(this, state));
  }

  #wake(): void {
    this.#cancelWake = undefined;
    this.#call((protocol, state) => protocol.wake?.(this, state));
  }

  #drain(): void {
    if (this.#phase !== 'open') return;
    this.#draining = !this.#peerFinished;
    if (this.#protocol.drain !== undefined) {
      this.#call((protocol, state) => protocol.drain?.(this, state));
      return;
    }
    this.#stopped = true;
    this.#connection.closeRead();
    this.#out.release();
    this.#proceed();
  }

  #call(hook: (protocol: Protocol<State>, state: State) => unknown): void {
    this.#busy += 1;
    this.#out.enter();
    try {
      const result = hook(this.#protocol, this.#state);
      // Nobody else would hear of the failure of a hook that turned out to be asynchronous.
      if (result instanceof Promise) result.catch((error: unknown) => this.#fail(error));
    } catch (error) {
      this.#fail(error);
    }
    this.#out.leave();
    this.#busy -= 1;
    this.#proceed();
  }

  /** Goes on where something was waited for. */
  #proceed(): void {
    if (this.#busy > 0) return;
    if (this.#phase === 'open' && this.#stopped) this.end();
    if (this.#loss !== undefined && (this.#phase === 'ended' || this.#peerFinished))
      this.#close(endOf(this.#loss.error));
    else if (this.#phase === 'ended' && this.#flushed) this.#close({ how: this.#draining ? 'drained' : 'finished' });
  }

  /** A hook threw. */
  #fail(error: unknown): void {
    if (this.#phase === 'closed') return;
    this.#become('closed');
    this.#connection.abort(error);
    try {
      this.#protocol.close?.(this.#state, 'aborted', error);
    } catch {
      // The first failure is the one to tell.
    }
    this.#settled.reject(error);
  }

  #close(end: End): void {
    if (this.#phase === 'closed') return;
    this.#become('closed');
    try {
      this.#protocol.close?.(this.#state, end.how, end.error);
      this.#settled.resolve(end);
    } catch (error) {
      this.#connection.abort(error);
      this.#settled.reject(error);
    }
  }

  /** The one place that changes `#phase`. */
  #become(phase: Phase): void {
    if (!next[this.#phase].includes(phase)) throw new Error(`Cannot go from ${this.#phase} to ${phase}`);
    this.#phase = phase;
    if (phase === 'open' || phase === 'ended') return;
    this.#out.shut();
    this.#cancelWake?.();
    this.#cancelWake = undefined;
  }
}
