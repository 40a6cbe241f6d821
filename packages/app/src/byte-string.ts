import type { Bytes } from '@stack/transport';

const encoder = new TextEncoder();

const describe = (value: unknown): string => {
  if (value === null) return 'null';
  return typeof value === 'object' ? Object.prototype.toString.call(value).slice(8, -1) : typeof value;
};

/** Text as UTF-8; bytes as they are. */
export const byteString = (data: Bytes): Uint8Array => {
  if (typeof data === 'string') return encoder.encode(data);
  if (data instanceof Uint8Array) return data;
  throw new TypeError(`Cannot write: expected a Uint8Array or a string, not ${describe(data)}`);
};
