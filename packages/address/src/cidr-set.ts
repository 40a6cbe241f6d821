import type { InetAddress } from './address.ts';
import { unmappedBits } from './inet-bits.ts';
import type { Ipv6Bits } from './ipv6-bits.ts';
import { maskBits } from './mask.ts';
import { PrefixTrie, shortestNeighbour } from './prefix-trie.ts';
import { asPrefix, parsePrefix, prefixBits, type Prefix } from './prefix.ts';
import { unmappedTextBits } from './text-bits.ts';

/**
 * A prefix in a `CidrSet`, with what was stored for it: `{ prefix: { family, host, length }, value }`. Frozen, but for what
 * the value holds.
 */
export interface CidrEntry<V> {
  readonly prefix: Prefix;
  readonly value: V;
}

const asPrefixOf = (prefix: Prefix | string): Prefix =>
  typeof prefix === 'string' ? parsePrefix(prefix) : asPrefix(prefix);

// The families do not meet: IPv6 bits that were cut at a length of IPv4 end in NUL, and digits never do.
const keyOf = (bits: number | Ipv6Bits, length: number): string => `${bits}/${length}`;

/**
 * Prefixes with values, of both families: finds the longest one that an address lies in. For allow and deny lists, rate
 * classes and routes.
 *
 * An IPv4-mapped address is matched as the IPv4 address in it, so that a rule for `10.0.0.0/8` cannot be walked around by
 * `::ffff:10.0.0.1`. A zone plays no part. Addresses may be given as text too, as `inet` reads it: then none is made.
 *
 * A look-up walks through a trie byte by byte, as far as the longest prefix there goes, however many prefixes there are.
 * `add` and `delete` change that trie in place, and never build it anew.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { CidrSet, inet } from '@stack/address';
 *
 * const rules = new CidrSet<'allow' | 'deny'>().add('10.0.0.0/8', 'allow').add('10.66.0.0/16', 'deny');
 * assert.equal(rules.match(inet('10.1.2.3', 80))?.value, 'allow');
 * assert.equal(rules.match('::ffff:10.66.0.1')?.value, 'deny');
 * assert.equal(rules.match(inet('192.0.2.1', 80)), undefined);
 * ```
 */
export class CidrSet<V> implements Iterable<CidrEntry<V>> {
  readonly #ipv4: PrefixTrie = new PrefixTrie();
  readonly #ipv6: PrefixTrie = new PrefixTrie();
  /** The entries by their numbers in the trie, of which 0 is none. */
  readonly #entries: (CidrEntry<V> | undefined)[] = [undefined];
  readonly #numbers: Map<string, number> = new Map();
  /** Numbers of entries that were taken out. */
  readonly #free: number[] = [];

  /**
   * A set of prefixes alone, for `has`.
   *
   * @throws {AddressError} as `parsePrefix`
   *
   * @example
   * ```ts
   * import assert from 'node:assert/strict';
   * import { CidrSet } from '@stack/address';
   *
   * assert(CidrSet.of('10.0.0.0/8', 'fd00::/8').has('fd00::1'));
   * ```
   */
  static of(...prefixes: readonly (Prefix | string)[]): CidrSet<true> {
    const set = new CidrSet<true>();
    for (const prefix of prefixes) set.add(prefix, true);
    return set;
  }

  /** How many prefixes there are. */
  get size(): number {
    return this.#numbers.size;
  }

  /**
   * Puts a prefix in, in place of an equal one.
   *
   * @throws {AddressError} as `parsePrefix`
   */
  add(prefix: Prefix | string, value: V): this {
    const checked = asPrefixOf(prefix);
    const { length } = checked;
    const bits = prefixBits(checked);
    const key = keyOf(bits, length);
    const known = this.#numbers.get(key);
    const number = known ?? this.#free.pop() ?? this.#entries.length;
    this.#entries[number] = Object.freeze({ prefix: checked, value });
    if (known !== undefined) return this;
    this.#numbers.set(key, number);
    this.#trieOf(bits).change(bits, length, (entry) => (this.#lengthOf(entry) < length ? number : entry));
    return this;
  }

  /**
   * Takes exactly this prefix out, not those inside it. False when it was not there.
   *
   * @throws {AddressError} as `parsePrefix`
   */
  delete(prefix: Prefix | string): boolean {
    const checked = asPrefixOf(prefix);
    const bits = prefixBits(checked);
    const key = keyOf(bits, checked.length);
    const number = this.#numbers.get(key);
    if (number === undefined) return false;
    const next = this.#around(bits, checked.length);
    this.#trieOf(bits).change(bits, checked.length, (entry) => (entry === number ? next : entry));
    this.#numbers.delete(key);
    this.#entries[number] = undefined;
    this.#free.push(number);
    return true;
  }

  /**
   * The longest prefix that the address lies in, with its value.
   *
   * @throws {AddressError} as `inet`, for a text that is no IP address
   */
  match(address: InetAddress | string): CidrEntry<V> | undefined {
    return this.#entries[this.#find(address)];
  }

  /**
   * Whether the address lies in any prefix.
   *
   * @throws {AddressError} as `inet`, for a text that is no IP address
   */
  has(address: InetAddress | string): boolean {
    return this.#find(address) !== 0;
  }

  /** The entries that there are now, IPv4 first, the longest prefixes first. */
  [Symbol.iterator](): Iterator<CidrEntry<V>> {
    const entries = this.#entries.filter((entry) => entry !== undefined);
    entries.sort(({ prefix: a }, { prefix: b }) => {
      if (a.family !== b.family) return a.family === 'AF_INET' ? -1 : 1;
      return b.length - a.length;
    });
    return entries.values();
  }

  #trieOf(bits: number | Ipv6Bits): PrefixTrie {
    return typeof bits === 'number' ? this.#ipv4 : this.#ipv6;
  }

  #find(address: InetAddress | string): number {
    const bits = typeof address === 'string' ? unmappedTextBits(address) : unmappedBits(address);
    return this.#trieOf(bits).find(bits);
  }

  #lengthOf(entry: number): number {
    return this.#entries[entry]?.prefix.length ?? -1;
  }

  /** The entry of the next shorter prefix, where the trie keeps the two together. */
  #around(bits: number | Ipv6Bits, length: number): number {
    for (let shorter = length - 1; shorter >= shortestNeighbour(length); shorter--) {
      const number = this.#numbers.get(keyOf(maskBits(bits, shorter), shorter));
      if (number !== undefined) return number;
    }
    return 0;
  }
}
