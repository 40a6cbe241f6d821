import { headerFault } from './fault.ts';
import type { ProxyDetails, ProxyItem } from './header.ts';
import { ALPN, AUTHORITY, CRC32C, NAMESPACE, NOOP, TLS, UNIQUE_ID } from './item-types.ts';
import { readText, writeText } from './text.ts';
import { readTls, writeTls } from './tls-item.ts';

// PROXY protocol section 2.2.5.
const maxUniqueIdBytes = 128;

/** Nothing is told. */
export const noDetails: ProxyDetails = { others: [] };

const uniqueId = (value: Uint8Array): Uint8Array => {
  if (value.length <= maxUniqueIdBytes) return value;
  throw headerFault(`the unique id has ${value.length} bytes: expected ${maxUniqueIdBytes} at most`);
};

/** What an item of a known type tells. */
const readers: ReadonlyMap<number, (value: Uint8Array) => Partial<ProxyDetails>> = new Map([
  [ALPN, (value: Uint8Array): Partial<ProxyDetails> => ({ alpn: value })],
  [AUTHORITY, (value: Uint8Array): Partial<ProxyDetails> => ({ authority: readText('authority', value) })],
  [UNIQUE_ID, (value: Uint8Array): Partial<ProxyDetails> => ({ uniqueId: uniqueId(value) })],
  [TLS, (value: Uint8Array): Partial<ProxyDetails> => ({ tls: readTls(value) })],
  [NAMESPACE, (value: Uint8Array): Partial<ProxyDetails> => ({ namespace: readText('namespace', value) })],
]);

/** Sorts items into what they tell. Two of one known type are refused: who reads the other one would be told something else. */
export const toDetails = (items: readonly ProxyItem[]): ProxyDetails => {
  const seen = new Set<number>();
  const others: ProxyItem[] = [];
  const known: Partial<ProxyDetails> = {};
  for (const item of items) {
    if (item.type === NOOP || item.type === CRC32C) continue;
    const read = readers.get(item.type);
    if (read === undefined) {
      others.push(item);
      continue;
    }
    if (seen.has(item.type)) throw headerFault(`it has two items of type ${item.type}`);
    seen.add(item.type);
    Object.assign(known, read(item.value));
  }
  return { ...known, others };
};

/** The items that tell `details`, the checksum aside. */
export const toItems = (details: ProxyDetails): ProxyItem[] => {
  const { alpn, authority, uniqueId: id, tls, namespace, others } = details;
  const items: ProxyItem[] = [];
  if (alpn !== undefined) items.push({ type: ALPN, value: alpn });
  if (authority !== undefined) items.push({ type: AUTHORITY, value: writeText(authority) });
  if (id !== undefined && id.length > maxUniqueIdBytes) {
    throw new RangeError(`A unique id holds at most ${maxUniqueIdBytes} bytes, not ${id.length}`);
  }
  if (id !== undefined) items.push({ type: UNIQUE_ID, value: id });
  if (tls !== undefined) items.push({ type: TLS, value: writeTls(tls) });
  if (namespace !== undefined) items.push({ type: NAMESPACE, value: writeText(namespace) });
  for (const { type } of others) {
    if (readers.has(type) || type === CRC32C) {
      throw new RangeError(`An item of type ${type} has a field of its own: it cannot be among others`);
    }
  }
  return [...items, ...others];
};
