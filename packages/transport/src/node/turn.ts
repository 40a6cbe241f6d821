/** From so many reads in a turn on, gathering what is written is worth it. */
const manyReads = 4;

/** While there are few, every so manyth read has the turn looked at that comes next. */
const lookEvery = 32;

/** Where a read and what it sets off take longer than this on average, whoever was served first must not wait for the last. */
const quickMs = 0.1;

/** So many connections wait for each other at most. */
const mostHeld = 64;

/** Somebody who gives to the kernel, when told, what was written in this turn. */
export interface Held {
  flush(): void;
}

/** What a turn needs of the event loop. */
export interface Loop {
  now(): number;
  /** Calls back at the end of this turn, after the sockets. */
  atEnd(f: () => void): void;
}

/**
 * - `few`: nothing is held, and only every so many reads somebody looks
 * - `looking`: the end of a turn was seen, so that the next one can be counted from its first read
 * - `many`: every turn is counted, and what is written in it is held to its end
 */
type Crowd = 'few' | 'looking' | 'many';

/**
 * The turn of the event loop as far as sockets go: those that are readable are read, one after the other, then it ends.
 *
 * With many of them, writing between the reads costs more than writing after them: what is written wakes a peer, whose
 * answer is a wake-up of its own for us. So after a turn of many quick reads, what is written in the next is held to its
 * end. With few, nothing is held, and a turn is looked at only now and then.
 */
export class Turn {
  readonly #loop: Loop;
  #held: Held[] = [];
  #reads = 0;
  #sinceMs = 0;
  #crowd: Crowd = 'few';
  /** Its end will be told. */
  #isWatched = false;

  constructor(loop: Loop) {
    this.#loop = loop;
  }

  /** Whether what is written is to be held: the end of this turn will come. */
  get holds(): boolean {
    return this.#isWatched && this.#crowd === 'many';
  }

  /** A socket was read. */
  onRead(): void {
    this.#reads += 1;
    if (this.#held.length >= mostHeld) this.#flush();
    if (this.#isWatched || (this.#crowd === 'few' && this.#reads < lookEvery)) return;
    this.#isWatched = true;
    this.#reads = 1;
    this.#sinceMs = this.#loop.now();
    this.#loop.atEnd(this.#end);
  }

  /** Tells it to flush at the end of this turn, if not before. */
  hold(held: Held): void {
    this.#held.push(held);
  }

  readonly #end = (): void => {
    if (this.#crowd === 'few') this.#crowd = 'looking';
    else this.#crowd = this.#reads >= manyReads && this.#isQuick() ? 'many' : 'few';
    this.#isWatched = false;
    this.#reads = 0;
    this.#flush();
  };

  #isQuick(): boolean {
    return this.#loop.now() - this.#sinceMs < this.#reads * quickMs;
  }

  #flush(): void {
    const held = this.#held;
    this.#held = [];
    for (const one of held) one.flush();
  }
}

/** The turns of this thread's event loop. */
export const turn: Turn = new Turn({ now: () => performance.now(), atEnd: (f) => void setImmediate(f) });
