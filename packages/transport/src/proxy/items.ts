import { headerFault } from './fault.ts';
import type { ProxyItem } from './header.ts';

/** Bytes before the value of an item: its type, and its length in two. */
const prefixBytes = 3;
const maxValueBytes = 65_535;

/** Reads items that fill `bytes` exactly. Values are copies. */
export const readItems = (bytes: Uint8Array): ProxyItem[] => {
  const items: ProxyItem[] = [];
  for (let at = 0; at < bytes.length;) {
    const [type = 0, high = 0, low = 0] = bytes.subarray(at, at + prefixBytes);
    const start = at + prefixBytes;
    const end = start + high * 256 + low;
    if (end > bytes.length) {
      const left = Math.max(0, bytes.length - start);
      throw headerFault(`an item of type ${type} is cut: it has ${left} bytes of ${end - start} within the header`);
    }
    // Not `slice`: that of a Buffer copies nothing.
    items.push({ type, value: new Uint8Array(bytes.subarray(start, end)) });
    at = end;
  }
  return items;
};

/** Writes items one behind the other. */
export const writeItems = (items: readonly ProxyItem[]): Uint8Array => {
  const out = new Uint8Array(items.reduce((bytes, { value }) => bytes + prefixBytes + value.length, 0));
  let at = 0;
  for (const { type, value } of items) {
    if (!Number.isInteger(type) || type < 0 || type > 255) {
      throw new RangeError(`The type of a PROXY item must be from 0 to 255, not ${type}`);
    }
    if (value.length > maxValueBytes) {
      throw new RangeError(`A PROXY item holds at most ${maxValueBytes} bytes, not ${value.length}`);
    }
    out.set([type, value.length >>> 8, value.length & 0xff], at);
    out.set(value, at + prefixBytes);
    at += prefixBytes + value.length;
  }
  return out;
};
