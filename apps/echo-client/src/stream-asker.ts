import type { Connection } from '@stack/transport';
import type { Asker } from './asker.ts';
import { CharacterCount } from './character-count.ts';

/** How long a server that answered with less than it was asked may pause within its answer. */
const PAUSE_MS = 250;

/**
 * Asks over a stream, where nothing marks the end of an answer: it is taken to be whole once it has as many characters as
 * the question, or once a server that gives shorter ones has paused.
 */
export class StreamAsker implements Asker {
  readonly #connection: Connection;
  readonly #timeoutMs: number;
  readonly #leaving = new AbortController();
  /** One read is under way all the time, so that a server that leaves is noticed while nobody asks. */
  #reading: Promise<Uint8Array | null>;

  constructor(connection: Connection, timeoutMs: number) {
    this.#connection = connection;
    this.#timeoutMs = timeoutMs;
    this.#reading = this.#read();
  }

  get left(): AbortSignal {
    return this.#leaving.signal;
  }

  async ask(question: Uint8Array): Promise<Uint8Array | null> {
    // Answers are read while the question is still on its way: a long one would otherwise fill both directions.
    const sending = this.#connection.send(question);
    const first = await this.#take(this.#timeoutMs);
    if (first === undefined) throw new Error(`Cannot go on: no answer within ${this.#timeoutMs} ms`);
    if (first === null) return null;
    const pieces = [first];
    const asked = new CharacterCount().push(question);
    const answered = new CharacterCount().push(first);
    while (answered.whole < asked.whole) {
      const piece = await this.#take(PAUSE_MS);
      if (piece === undefined || piece === null) break;
      pieces.push(piece);
      answered.push(piece);
    }
    await sending;
    return Buffer.concat(pieces);
  }

  #read(): Promise<Uint8Array | null> {
    const reading = this.#connection.recv();
    reading.then(
      (chunk) => {
        if (chunk === null) this.#leaving.abort(null);
      },
      (error: unknown) => this.#leaving.abort(error),
    );
    return reading;
  }

  /** The next chunk; `null` at the end, `undefined` when none came in time. */
  async #take(withinMs: number): Promise<Uint8Array | null | undefined> {
    const late = Promise.withResolvers<undefined>();
    const cancel = this.#connection.clock.after(withinMs, () => late.resolve(undefined));
    try {
      const chunk = await Promise.race([this.#reading, late.promise]);
      if (chunk instanceof Uint8Array) this.#reading = this.#read();
      return chunk;
    } finally {
      cancel();
    }
  }
}
