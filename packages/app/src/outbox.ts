import type { Bytes, Connection } from '@stack/transport';
import { Batch } from './batch.ts';
import { byteString } from './byte-string.ts';

/** Bytes written in one turn past which `write` says no: as many as a connection queues before it does, by default. */
const markBytes = 65_536;

/** What an outbox tells. */
export interface OutboxEvents {
  /** Whether `onRoom` does anything. */
  readonly wantsRoom: boolean;
  /** Room came back after a write returned false. */
  onRoom(): void;
  /** Bytes could not be sent; nothing will be any more. */
  onLost(error: unknown): void;
}

/**
 * - `open`: the connection takes what is written
 * - `blocked`: the connection's queue is over its mark; what is written queues behind, and room is awaited
 * - `shut`: nothing is taken any more
 */
type Flow = 'open' | 'blocked' | 'shut';

/** The sending half of an attached protocol: gathers the writes of a turn, and knows when the peer is slow. */
export class Outbox {
  readonly #connection: Connection;
  readonly #events: OutboxEvents;
  readonly #batch = new Batch();
  #flow: Flow = 'open';
  /** Hooks that run, one inside another: what they write leaves when the outermost returns. */
  #hooks = 0;
  /** What was written outside of hooks leaves at the end of the turn. */
  #scheduled = false;
  /** `put` returned false, and `onRoom` was not told since. */
  #owed = false;
  /** Room is awaited already. */
  #awaited = false;
  #cancelTimer: (() => void) | undefined;
  #releaseReader: (() => void) | undefined;

  constructor(connection: Connection, events: OutboxEvents) {
    this.#connection = connection;
    this.#events = events;
  }

  get blocked(): boolean {
    return this.#flow === 'blocked';
  }

  get full(): boolean {
    return this.#flow !== 'open' || this.#batch.bytes > markBytes;
  }

  /** A hook begins. */
  enter(): void {
    this.#hooks += 1;
  }

  /** A hook returned: what it wrote leaves now, as one. */
  leave(): void {
    this.#hooks -= 1;
    if (this.#hooks === 0) this.flush();
  }

  /** Takes bytes for the next flush; false: over the mark, or shut. */
  put(data: Bytes): boolean {
    const bytes = byteString(data);
    if (this.#flow === 'shut') return false;
    // An empty message is a message; in a stream nothing is nothing.
    if (bytes.length > 0 || this.#connection.unit === 'message') this.#batch.add(bytes);
    if (this.#hooks === 0 && !this.#scheduled) this.#flushSoon();
    if (!this.full) return true;
    this.#owed = true;
    return false;
  }

  /** Gives what was gathered to the connection, as one. */
  flush(): void {
    if (this.#batch.empty) return;
    const bytes = this.#batch.take();
    try {
      if (!this.#connection.trySend(bytes)) this.#sendBehind(bytes);
      else if (this.#owed && !this.#awaited && this.#events.wantsRoom) this.#awaitRoomLater();
    } catch (error) {
      this.#lose(error);
    }
  }

  /** Settles when there is room, or when there will never be. For one reader. */
  room(): Promise<void> {
    if (this.#flow !== 'blocked') return Promise.resolve();
    return new Promise((resolve) => {
      this.#releaseReader = resolve;
    });
  }

  /** Lets the reader go on that waits for room: it will not make the peer send more. */
  release(): void {
    this.#releaseReader?.();
    this.#releaseReader = undefined;
  }

  /** Sends what was gathered, then the end; settles when the kernel has it all. */
  end(): Promise<void> {
    const connection = this.#connection;
    if (connection.caps.has('halfClose')) {
      this.flush();
      this.shut();
      return connection.closeWrite();
    }
    // The end is the close's business here; a send tells when the queue is empty.
    const last = this.#batch.empty || this.#flow === 'shut' ? undefined : this.#batch.take();
    this.shut();
    return last === undefined ? Promise.resolve() : connection.send(last);
  }

  /** Takes nothing any more, and drops what was gathered. */
  shut(): void {
    this.#flow = 'shut';
    this.#batch.clear();
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.release();
  }

  #flushSoon(): void {
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.flush();
    });
  }

  /** The queue is over its mark: these bytes stand behind it, and count against `maxQueuedBytes`. */
  #sendBehind(bytes: Uint8Array): void {
    this.#connection.send(bytes).catch((error: unknown) => this.#lose(error));
    if (this.#flow !== 'open') return;
    this.#flow = 'blocked';
    this.#owed = true;
    this.#awaitRoom();
  }

  #awaitRoom(): void {
    if (this.#awaited) return;
    this.#awaited = true;
    this.#connection.writable().then(
      () => this.#onRoom(),
      (error: unknown) => this.#lose(error),
    );
  }

  /** The connection took it all, however much it was: room comes on a later turn, so that an endless writer starves nobody. */
  #awaitRoomLater(): void {
    this.#cancelTimer ??= this.#connection.clock.after(0, () => {
      this.#cancelTimer = undefined;
      this.#awaitRoom();
    });
  }

  #onRoom(): void {
    this.#awaited = false;
    if (this.#flow === 'shut') return;
    this.#flow = 'open';
    this.release();
    if (!this.#owed) return;
    this.#owed = false;
    this.#events.onRoom();
  }

  #lose(error: unknown): void {
    if (this.#flow === 'shut') return;
    this.shut();
    this.#events.onLost(error);
  }
}
