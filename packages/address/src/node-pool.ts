/** Where something leads: above 0 to an entry, 0 to nothing, below 0 to a node. */
export type Ref = number;

/** What becomes of a ref. */
export type Change = (ref: Ref) => Ref;

/** How many values a byte has. */
export const BYTE_VALUES = 256;

// A node gives a ref for every value of a byte. It is a block of words, of one of three kinds. A run is neighbours that lead
// to the same; the cover is where all values lead that lead to nothing.
//
//   lone:  cover, where a run starts and how long it is, its ref; all others lead to nothing
//   list:  cover, 16 bytes where runs start, 17 refs of these runs
//   table: cover, 256 refs
//
// The first run of a list starts at 0 and needs no byte; bytes that no run needs are 255, and their refs repeat the last.
const LONE = 0;
const LIST = 1;
const TABLE = 2;

const COVER = 1;
const MAX_STARTS = 16;
const START_WORDS = MAX_STARTS / 4;
const SIZES: readonly number[] = [COVER + 2, COVER + START_WORDS + 1 + MAX_STARTS, COVER + BYTE_VALUES];

const refOf = (block: number, kind: number): Ref => -(4 * block + kind);
const blockOf = (node: Ref): number => -node >>> 2;
const kindOf = (node: Ref): number => -node & 3;

// Two bytes at a time, in two halves of a word. The ninth bit of a half outlives a subtraction that needs no borrow.
const BOTH = 0x0001_0001;
const NINTH = 0x0100_0100;
const LOW_BYTES = 0x00ff_00ff;

const notBehind = (starts: number, byte: number): number => {
  const wanted = (byte * BOTH) | NINTH;
  return ((wanted - (starts & LOW_BYTES)) & NINTH) + ((wanted - ((starts >>> 8) & LOW_BYTES)) & NINTH);
};

/** Where runs start behind the first, or more than a list holds. */
const startsOf = (refs: Int32Array): readonly number[] => {
  const starts: number[] = [];
  for (let byte = 1; byte < BYTE_VALUES && starts.length <= MAX_STARTS; byte++) {
    if (refs[byte] !== refs[byte - 1]) starts.push(byte);
  }
  return starts;
};

/**
 * Nodes in one array of 32-bit words: what a look-up reads lies close together, and the garbage collector never walks
 * through it.
 */
export class NodePool {
  // The first word is nobody's, so that 0 is no node.
  #words: Int32Array<ArrayBuffer> = new Int32Array(64);
  #end = 1;
  /** The blocks that were given back, by kind. */
  readonly #free: readonly number[][] = SIZES.map(() => []);

  /** Where a byte leads in a node. */
  refAt(node: Ref, byte: number): Ref {
    const words = this.#words;
    const first = blockOf(node) + COVER;
    const kind = kindOf(node);
    if (kind === TABLE) return words[first + byte] ?? 0;
    if (kind === LONE) {
      const bounds = words[first] ?? 0;
      return (byte - (bounds & 0xff)) >>> 0 < bounds >>> 8 ? (words[first + 1] ?? 0) : 0;
    }
    // Without a branch, which nobody could predict: how many runs start at the byte or before it.
    let passed = 0;
    for (let word = 0; word < START_WORDS; word++) passed += notBehind(words[first + word] ?? 0, byte);
    return words[first + START_WORDS + (passed >>> 24) + ((passed >>> 8) & 0xff)] ?? 0;
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
    if (ref < 0) this.#free[kindOf(ref)]?.push(blockOf(ref));
    if (refs.every((next) => next === 0)) return cover;
    const node = this.#create(refs);
    this.setCover(node, cover);
    return node;
  }

  #read(node: Ref, refs: Int32Array): void {
    for (let byte = 0; byte < BYTE_VALUES; byte++) refs[byte] = this.refAt(node, byte);
  }

  #create(refs: Int32Array): Ref {
    const starts = startsOf(refs);
    const [start = 0, end = BYTE_VALUES] = refs[0] === 0 ? starts : [0, ...starts];
    if (starts.length <= 2 && refs.every((ref, byte) => ref === 0 || (byte >= start && byte < end))) {
      return this.#createLone(start, end, refs);
    }
    return starts.length <= MAX_STARTS ? this.#createList(starts, refs) : this.#createTable(refs);
  }

  #createLone(start: number, end: number, refs: Int32Array): Ref {
    const block = this.#allocate(LONE);
    this.#words[block + COVER] = start | ((end - start) << 8);
    this.#words[block + COVER + 1] = refs[start] ?? 0;
    return refOf(block, LONE);
  }

  #createList(starts: readonly number[], refs: Int32Array): Ref {
    const block = this.#allocate(LIST);
    const words = this.#words;
    new Uint8Array(words.buffer, 4 * (block + COVER), MAX_STARTS).fill(255).set(starts);
    const first = block + COVER + START_WORDS;
    words[first] = refs[0] ?? 0;
    for (let run = 0; run < MAX_STARTS; run++) words[first + 1 + run] = refs[starts[run] ?? 255] ?? 0;
    return refOf(block, LIST);
  }

  #createTable(refs: Int32Array): Ref {
    const block = this.#allocate(TABLE);
    this.#words.set(refs, block + COVER);
    return refOf(block, TABLE);
  }

  #allocate(kind: number): number {
    const reused = this.#free[kind]?.pop();
    if (reused !== undefined) return reused;
    const block = this.#end;
    this.#end += SIZES[kind] ?? 0;
    if (this.#end > this.#words.length) {
      const words = new Int32Array(2 * this.#end);
      words.set(this.#words);
      this.#words = words;
    }
    return block;
  }
}
