import type { Ipv6Bits } from './ipv6-bits.ts';
import { NodePool, type Change, type Ref } from './node-pool.ts';

const BYTE_BITS = 8;

/** A byte of the 4 of IPv4 or the 16 of IPv6. */
const byteAt = (bits: number | Ipv6Bits, index: number): number => {
  if (typeof bits === 'number') return (bits >>> (24 - index * BYTE_BITS)) & 0xff;
  const group = bits.charCodeAt(index >>> 1);
  return (index & 1) === 0 ? group >>> BYTE_BITS : group & 0xff;
};

/** The shortest prefixes that share a node with those of `length`: their last bit lies in the same byte. */
export const shortestNeighbour = (length: number): number =>
  length <= BYTE_BITS ? 0 : length - ((length - 1) % BYTE_BITS);

/**
 * Says which entry, a positive number, the addresses of one family have: a trie with a node a byte. A prefix stands in the
 * node of its last byte, once for every value that this may have, so that one look at each node is enough.
 */
export class PrefixTrie {
  readonly #pool: NodePool = new NodePool();
  #root: Ref = 0;

  /** The entry of an address, or 0. */
  find(bits: number | Ipv6Bits): number {
    const pool = this.#pool;
    let best = 0;
    let ref = this.#root;
    for (let index = 0; ref < 0; index++) {
      const cover = pool.coverOf(ref);
      if (cover !== 0) best = cover;
      ref = pool.refAt(ref, byteAt(bits, index));
    }
    return ref === 0 ? best : ref;
  }

  /**
   * Changes the entries of the addresses in a prefix. `change` gets 0 or an entry and says what it becomes; it sees no
   * entries of prefixes that are shorter than `shortestNeighbour`, or end in a later byte.
   */
  change(bits: number | Ipv6Bits, length: number, change: Change): void {
    this.#root = this.#changed(this.#root, 0, bits, length, change);
  }

  #changed(ref: Ref, index: number, bits: number | Ipv6Bits, length: number, change: Change): Ref {
    const pool = this.#pool;
    const byte = byteAt(bits, index);
    const free = (index + 1) * BYTE_BITS - length;
    if (free < 0) {
      const next = ref < 0 ? pool.refAt(ref, byte) : 0;
      const changed = this.#changed(next, index + 1, bits, length, change);
      return changed === next ? ref : pool.change(ref, byte, byte + 1, () => changed);
    }
    return pool.change(ref, byte, byte + 2 ** free, (next) => {
      if (next >= 0) return change(next);
      pool.setCover(next, change(pool.coverOf(next)));
      return next;
    });
  }
}
