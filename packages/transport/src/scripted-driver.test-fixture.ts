import { type Address, inet } from '@stack/address';
import type { StreamCap } from './contract/caps.ts';
import type { StreamDriver, StreamEvents } from './contract/driver.ts';
import { TransportError } from './contract/errors.ts';

/** Bytes of a text, one byte a character. */
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The text of bytes; of no bytes, what stands for them. */
export const text = (chunk: Uint8Array | null | undefined): string =>
  chunk instanceof Uint8Array ? new TextDecoder().decode(chunk) : String(chunk);

/** How a scripted driver differs from a willing one. */
export interface Script {
  readonly caps?: readonly StreamCap[];
  /** The kernel takes nothing before `take` says so. */
  readonly stuck?: boolean;
  /** `close` and `reset` are not followed by `onClose` before the test says so. */
  readonly silent?: boolean;
}

/** A driver whose every event is the test's, and that keeps a log of what it was told. */
export class ScriptedDriver implements StreamDriver {
  readonly local: Address = inet('127.0.0.1', 1);
  readonly remote: Address = inet('127.0.0.1', 2);
  readonly caps: ReadonlySet<StreamCap>;
  readonly log: string[] = [];
  readonly #script: Script;
  #events: StreamEvents | undefined;
  #isOver = false;
  #drainBelow = 0;
  queued = 0;
  /** Everything written, as one text. */
  written = '';

  constructor(script: Script = {}) {
    this.#script = script;
    this.caps = new Set<StreamCap>(script.caps ?? ['pause', 'halfClose', 'reset', 'peerName']);
  }

  get events(): StreamEvents {
    if (this.#events === undefined) throw new Error('nobody set events');
    return this.#events;
  }

  set events(events: StreamEvents) {
    this.#events = events;
  }

  write(data: Uint8Array): number {
    this.log.push('write');
    this.written += text(data);
    if (this.#script.stuck === true) this.queued += data.length;
    return this.queued;
  }

  writev(parts: readonly Uint8Array[], count: number): number {
    this.log.push('writev');
    for (const part of parts.slice(0, count)) {
      this.written += text(part);
      if (this.#script.stuck === true) this.queued += part.length;
    }
    return this.queued;
  }

  wantDrain(below: number): void {
    this.log.push(`wantDrain ${below}`);
    this.#drainBelow = below;
  }

  resume(): void {
    this.log.push('resume');
  }

  pause(): void {
    this.log.push('pause');
  }

  finish(): void {
    this.log.push('finish');
  }

  close(): void {
    this.log.push('close');
    this.#over();
  }

  reset(): void {
    this.log.push('reset');
    this.#over();
  }

  /** The kernel takes `count` bytes; whoever asked for it hears of the room. */
  take(count: number = this.queued): void {
    this.queued -= count;
    if (this.#drainBelow === 0 || this.queued >= this.#drainBelow) return;
    this.#drainBelow = 0;
    this.events.onDrain();
  }

  data(chunk: string): void {
    this.events.onData(bytes(chunk));
  }

  end(): void {
    this.events.onEnd();
  }

  /** The connection is gone: in order, or with a code. */
  gone(code?: string): void {
    this.#isOver = true;
    this.events.onClose(code === undefined ? null : new TransportError({ code, op: 'recv', at: 'the wire' }));
  }

  #over(): void {
    if (this.#script.silent === true || this.#isOver) return;
    this.#isOver = true;
    queueMicrotask(() => this.#events?.onClose(null));
  }
}

/** Lets everything run that promises and microtasks have begun. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What a promise rejects with; fails when it does not reject. */
export const failure = async (promise: Promise<unknown>): Promise<unknown> => {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome) return outcome.error;
  throw new Error(`it was to reject, and gave ${String(outcome.value)}`);
};

/** How a promise stands, once what has begun is done. */
export const state = async (promise: Promise<unknown>): Promise<'pending' | 'resolved' | 'rejected'> => {
  const outcome = Promise.race([
    promise.then(
      () => 'resolved' as const,
      () => 'rejected' as const,
    ),
    settle().then(() => 'pending' as const),
  ]);
  return outcome;
};
