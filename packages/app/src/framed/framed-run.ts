import type { Address } from '@stack/address';
import type { Step } from '@stack/transport';
import type { Codec, Decoder } from '../codec/codec.ts';
import { isFrameError } from '../codec/frame-error.ts';
import type { EndHow } from '../end.ts';
import { paceOf } from '../pace.ts';
import type { Sink } from '../sink.ts';
import { afterStep } from '../step.ts';
import { FrameWriter } from './frame-writer.ts';
import type { FramedHooks, FramedSink } from './framed-protocol.ts';

/** One protocol of frames on one connection, and the sink that it sends to. */
export class FramedRun<Frame extends {}, State> implements FramedSink<Frame> {
  readonly #hooks: FramedHooks<Frame, State>;
  readonly #sink: Sink;
  readonly #decoder: Decoder<Frame>;
  readonly #writer: FrameWriter<Frame>;
  readonly #state: State;
  /** Frames are handed out, and sends are taken. */
  #isOpen = true;
  /** Hooks that run: what they send is gathered. */
  #depth = 0;
  /** The frame that is being handled. */
  #last: Frame | undefined;
  /** Lets frames go on that wait for room. */
  #goOn: (() => void) | undefined;

  constructor(codec: Codec<Frame>, hooks: FramedHooks<Frame, State>, sink: Sink, peer: Address) {
    this.#hooks = hooks;
    this.#sink = sink;
    this.#decoder = codec.decoder();
    this.#writer = new FrameWriter(codec, sink);
    this.#state = this.#gather(() => hooks.open(this, peer));
  }

  get full(): boolean {
    return !this.#isOpen || this.#sink.full;
  }

  send(frame: Frame): boolean {
    if (!this.#isOpen) return false;
    this.#writer.send(frame, this.#decoder, this.#last);
    if (this.#depth === 0) this.#writer.flush();
    return !this.#sink.full;
  }

  end(): void {
    if (!this.#isOpen) return;
    this.#writer.flush();
    this.#sink.end();
    this.#shut();
  }

  abort(reason?: unknown): void {
    this.#sink.abort(reason);
    this.#shut();
  }

  wakeAfter(ms: number | null): void {
    this.#sink.wakeAfter(ms);
  }

  receive(bytes: Uint8Array): Step {
    if (!this.#isOpen) return undefined;
    this.#decoder.push(bytes);
    return this.#handle();
  }

  finish(): Step {
    this.#decoder.end();
    return afterStep(this.#handle(), () => this.#ended());
  }

  ready(): void {
    this.#release();
    this.#gather(() => this.#hooks.ready?.(this, this.#state));
  }

  wake(): void {
    this.#gather(() => this.#hooks.wake?.(this, this.#state));
  }

  drain(): void {
    this.#gather(() => this.#hooks.drain?.(this, this.#state));
  }

  close(how: EndHow, error: unknown): void {
    this.#shut();
    this.#hooks.close?.(this.#state, how, error);
  }

  /** Hands out the frames that are there. */
  #handle(): Step {
    const step = this.#batch();
    return step === undefined ? undefined : this.#handleOn(step);
  }

  async #handleOn(first: Promise<void>): Promise<void> {
    for (let step: Step = first; step !== undefined; step = this.#batch()) await step;
  }

  /** Hands out frames until there is none, or something is waited for. */
  #batch(): Step {
    this.#depth += 1;
    try {
      while (this.#isOpen) {
        const pace = paceOf(this.#sink);
        if (pace === 'stop') return undefined;
        if (pace === 'wait') return this.#room();
        const step = this.#next();
        if (step === false) return undefined;
        if (step !== undefined) return step;
      }
      return undefined;
    } finally {
      this.#leave();
    }
  }

  /** Hands out one frame; false: there is none. */
  #next(): Step | false {
    this.#last = undefined;
    let frame: Frame | undefined;
    try {
      frame = this.#decoder.next();
    } catch (error) {
      return this.#invalid(error);
    }
    if (frame === undefined) return false;
    this.#last = frame;
    return this.#hooks.frame(frame, this, this.#state);
  }

  #invalid(error: unknown): Step {
    if (this.#hooks.invalid === undefined || !isFrameError(error)) throw error;
    const step = this.#hooks.invalid(error, this, this.#state);
    return error.resumable ? step : afterStep(step, () => this.end());
  }

  #ended(): Step {
    if (!this.#isOpen) return undefined;
    if (this.#hooks.end === undefined) {
      this.end();
      return undefined;
    }
    return this.#gather(() => this.#hooks.end?.(this, this.#state));
  }

  #gather<T>(hook: () => T): T {
    this.#depth += 1;
    try {
      return hook();
    } finally {
      this.#leave();
    }
  }

  #leave(): void {
    this.#depth -= 1;
    if (this.#depth === 0 && this.#isOpen) this.#writer.flush();
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#goOn = resolve;
    });
  }

  #release(): void {
    this.#goOn?.();
    this.#goOn = undefined;
  }

  #shut(): void {
    this.#isOpen = false;
    this.#last = undefined;
    this.#release();
  }
}
