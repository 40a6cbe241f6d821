import type { InetAddress } from './address.ts';
import { unmappedBits } from './inet-bits.ts';
import type { Ipv6Bits } from './ipv6-bits.ts';
import { maskIpv4, maskIpv6 } from './mask.ts';
import { asPrefix, parsePrefix, prefixBits, type Prefix } from './prefix.ts';

/** A prefix in a set, with what was stored for it. */
export interface CidrEntry<V> {
  readonly prefix: Prefix;
  readonly value: V;
}

/** The entries of one length of prefix, by their bits. */
interface Level<K, V> {
  readonly length: number;
  readonly entries: Map<K, CidrEntry<V>>;
}

/** The longest first, so that the first hit is the best. */
type Levels<K, V> = Level<K, V>[];

const levelOf = <K, V>(levels: Levels<K, V>, length: number): Level<K, V> => {
  const found = levels.find((level) => level.length === length);
  if (found !== undefined) return found;
  const level: Level<K, V> = { length, entries: new Map() };
  levels.push(level);
  levels.sort((a, b) => b.length - a.length);
  return level;
};

const remove = <K, V>(levels: Levels<K, V>, length: number, key: K): boolean => {
  const index = levels.findIndex((level) => level.length === length);
  const entries = levels[index]?.entries;
  const isRemoved = entries?.delete(key) === true;
  if (entries?.size === 0) levels.splice(index, 1);
  return isRemoved;
};

const find = <K, V>(levels: Levels<K, V>, bits: K, mask: (bits: K, length: number) => K): CidrEntry<V> | undefined => {
  for (const { length, entries } of levels) {
    const entry = entries.get(mask(bits, length));
    if (entry !== undefined) return entry;
  }
  return undefined;
};

const asPrefixOf = (prefix: Prefix | string): Prefix =>
  typeof prefix === 'string' ? parsePrefix(prefix) : asPrefix(prefix);

/**
 * Prefixes with values, of both families: finds the longest one that an address lies in. For allow and deny lists, rate
 * classes and routes.
 *
 * An IPv4-mapped address is matched as the IPv4 address in it, so that a rule for `10.0.0.0/8` cannot be walked around by
 * `::ffff:10.0.0.1`. A zone plays no part. A look-up costs one `Map` access for each length of prefix in the set, however
 * many prefixes there are.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { CidrSet, inet } from '@stack/address';
 *
 * const rules = new CidrSet<'allow' | 'deny'>().add('10.0.0.0/8', 'allow').add('10.66.0.0/16', 'deny');
 * assert.equal(rules.match(inet('10.1.2.3', 80))?.value, 'allow');
 * assert.equal(rules.match(inet('::ffff:10.66.0.1', 80))?.value, 'deny');
 * assert.equal(rules.match(inet('192.0.2.1', 80)), undefined);
 * ```
 */
export class CidrSet<V> implements Iterable<CidrEntry<V>> {
  readonly #ipv4: Levels<number, V> = [];
  readonly #ipv6: Levels<Ipv6Bits, V> = [];

  /**
   * A set of prefixes alone, for `has`.
   *
   * @throws {AddressError} as `parsePrefix`
   */
  static of(...prefixes: readonly (Prefix | string)[]): CidrSet<true> {
    const set = new CidrSet<true>();
    for (const prefix of prefixes) set.add(prefix, true);
    return set;
  }

  /** How many prefixes there are. */
  get size(): number {
    let size = 0;
    for (const { entries } of [...this.#ipv4, ...this.#ipv6]) size += entries.size;
    return size;
  }

  /**
   * Puts a prefix in, in place of an equal one.
   *
   * @throws {AddressError} as `parsePrefix`
   */
  add(prefix: Prefix | string, value: V): this {
    const checked = asPrefixOf(prefix);
    const bits = prefixBits(checked);
    const entry = { prefix: checked, value };
    if (typeof bits === 'number') levelOf(this.#ipv4, checked.length).entries.set(bits, entry);
    else levelOf(this.#ipv6, checked.length).entries.set(bits, entry);
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
    return typeof bits === 'number'
      ? remove(this.#ipv4, checked.length, bits)
      : remove(this.#ipv6, checked.length, bits);
  }

  /** The longest prefix that the address lies in, with its value. */
  match(address: InetAddress): CidrEntry<V> | undefined {
    const bits = unmappedBits(address);
    return typeof bits === 'number' ? find(this.#ipv4, bits, maskIpv4) : find(this.#ipv6, bits, maskIpv6);
  }

  /** Whether the address lies in any prefix. */
  has(address: InetAddress): boolean {
    return this.match(address) !== undefined;
  }

  /** The entries, IPv4 first, the longest prefixes first. */
  *[Symbol.iterator](): Iterator<CidrEntry<V>> {
    for (const { entries } of this.#ipv4) yield* entries.values();
    for (const { entries } of this.#ipv6) yield* entries.values();
  }
}
