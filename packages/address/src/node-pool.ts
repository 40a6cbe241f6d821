/** Where something leads: above 0 to an entry, 0 to nothing, below 0 to a node. */
export type Ref = number;

/** What becomes of a ref. */
export type Change = (ref: Ref) => Ref;

/** How many values a byte has. */
export const BYTE_VALUES = 256;

// A node gives a ref for every value of a byte. It is a block of words, of one of two kinds:
//
//   table: cover, 256 refs
//   list:  cover, 8 bytes where runs start, 9 refs of these runs
//
// A run is neighbours that lead to the same. The first starts at 0 and needs no byte; bytes that no run needs are 255, and
// their refs repeat the last. The cover is where all values lead that lead to nothing.
const COVER = 1;
const MAX_STARTS = 8;
const START_WORDS = MAX_STARTS / 4;
const SIZES = { table: COVER + BYTE_VALUES, list: COVER + START_WORDS + 1 + MAX_STARTS } as const;

const refOf = (block: number, kind: keyof typeof SIZES): Ref => -(2 * block + (kind === 'table' ? 1 : 0));
const blockOf = (node: Ref): number => -node >>> 1;
const isTable = (node: Ref): boolean => (node & 1) !== 0;

// Two bytes at a time, in two halves of a word. The ninth bit of a half outlives a subtraction that needs no borrow.
const BOTH = 0x0001_0001;
const NINTH = 0x0100_0100;
const LOW_BYTES = 0x00ff_00ff;

const notBehind = (starts: number, byte: number): number => {
  const wanted = (byte * BOTH) | NINTH;
  return ((wanted - (starts & LOW_BYTES)) & NINTH) + ((wanted - ((starts >>> 8) & LOW_BYTES)) & NINTH);
};

/**
 * Nodes in one array of 32-bit words: what a look-up reads lies close together, and the garbage collector never walks
 * through it.
 */
export class NodePool {
  // The first words are nobody's, so that 0 is no node.
  #words: Int32Array<ArrayBuffer> = new Int32Array(64);
  #end = 1;
  readonly #free: Readonly<Record<keyof typeof SIZES, number[]>> = { table: [], list: [] };

  /** Where a byte leads in a node. */
  refAt(node: Ref, byte: number): Ref {
    const words = this.#words;
    const block = blockOf(node);
    if (isTable(node)) return words[block + COVER + byte] ?? 0;
    // Without a branch, which nobody could predict: how many runs start at the byte or before it.
    const passed = notBehind(words[block + COVER] ?? 0, byte) + notBehind(words[block + COVER + 1] ?? 0, byte);
    const run = (passed >>> 24) + ((passed >>> 8) & 0xff);
    return words[block + COVER + START_WORDS + run] ?? 0;
  }

  coverOf(node: Ref): Ref {
    return this.#words[blockOf(node)] ?? 0;
  }

  setCover(node: Ref, cover: Ref): void {
    this.#words[blockOf(node)] = cover;
  }

  /**
   * Changes where the bytes from `first` up to `end` lead. What is no node yet becomes one, with `ref` as its cover; of a
   * node that leads nowhere any more the cover is left. Returns what now stands for `ref`.
   */
  change(ref: Ref, first: number, end: number, change: Change): Ref {
    const refs = new Int32Array(BYTE_VALUES);
    if (ref < 0) this.#read(ref, refs);
    for (let byte = first; byte < end; byte++) refs[byte] = change(refs[byte] ?? 0);
    const cover = ref < 0 ? this.coverOf(ref) : ref;
    // Before the new node is made, so that it takes this place if it fits.
    if (ref < 0) this.#free[isTable(ref) ? 'table' : 'list'].push(blockOf(ref));
    return refs.some((next) => next !== 0) ? this.#create(cover, refs) : cover;
  }

  #read(node: Ref, refs: Int32Array): void {
    for (let byte = 0; byte < BYTE_VALUES; byte++) refs[byte] = this.refAt(node, byte);
  }

  #create(cover: Ref, refs: Int32Array): Ref {
    const starts: number[] = [];
    for (let byte = 1; byte < BYTE_VALUES && starts.length <= MAX_STARTS; byte++) {
      if (refs[byte] !== refs[byte - 1]) starts.push(byte);
    }
    const kind = starts.length > MAX_STARTS ? 'table' : 'list';
    const block = this.#allocate(kind);
    const words = this.#words;
    words[block] = cover;
    if (kind === 'table') {
      words.set(refs, block + COVER);
    } else {
      new Uint8Array(words.buffer, 4 * (block + COVER), MAX_STARTS).fill(255).set(starts);
      const first = block + COVER + START_WORDS;
      for (let run = 0; run <= MAX_STARTS; run++)
        words[first + run] = refs[run === 0 ? 0 : (starts[run - 1] ?? 255)] ?? 0;
    }
    return refOf(block, kind);
  }

  #allocate(kind: keyof typeof SIZES): number {
    const reused = this.#free[kind].pop();
    if (reused !== undefined) return reused;
    const block = this.#end;
    this.#end += SIZES[kind];
    if (this.#end > this.#words.length) {
      const words = new Int32Array(2 * this.#end);
      words.set(this.#words);
      this.#words = words;
    }
    return block;
  }
}
