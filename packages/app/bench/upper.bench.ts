import { upperBytes } from '../src/upper/upper-bytes.ts';
import { upperText } from '../src/upper/upper-text.ts';
import { compare, type Contest } from './compare.ts';

const decoder = new TextDecoder('latin1');
const encoder = new TextEncoder();

const byLoop = (source: Uint8Array): Uint8Array => {
  const target = new Uint8Array(source.length);
  for (let at = 0; at < source.length; at++) {
    const byte = source[at] ?? 0;
    target[at] = byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte;
  }
  return target;
};

const byLatin1 = (source: Uint8Array): Uint8Array =>
  Buffer.from(
    decoder.decode(source).replaceAll(/[a-z]+/g, (letters) => letters.toUpperCase()),
    'latin1',
  );

const byString = (source: Uint8Array): Uint8Array => encoder.encode(new TextDecoder().decode(source).toUpperCase());

const ascii = (bytes: number): Uint8Array =>
  encoder.encode('The quick brown fox jumps over the lazy dog. '.repeat(Math.ceil(bytes / 45)).slice(0, bytes));

/** Many runs at once, where one is too short for a clock. */
const many = (f: (source: Uint8Array) => Uint8Array, source: Uint8Array) => {
  const runs = Math.max(1, Math.floor(65_536 / source.length));
  return (): number => {
    let last = 0;
    for (let run = 0; run < runs; run++) last += f(source).length;
    return last;
  };
};

const contest = (
  name: string,
  f: (source: Uint8Array) => Uint8Array,
  bytes: number,
  others: Record<string, typeof f>,
): Contest => {
  const source = ascii(bytes);
  return {
    name,
    bytes: 65_536,
    frames: 65_536 / bytes,
    subject: many(f, source),
    others: Object.fromEntries(Object.entries(others).map(([other, f]) => [other, many(f, source)])),
  };
};

await compare('Upper case', [
  contest('`upper`, 64 KiB', upperBytes, 65_536, { 'a loop': byLoop, 'a latin1 string': byLatin1 }),
  contest('`upper`, 64 bytes', upperBytes, 64, { 'a loop': byLoop }),
  contest('`upperUtf8` on ASCII, 64 KiB', upperText, 65_536, { 'a string': byString, 'a loop, bytes only': byLoop }),
  contest('`upperUtf8` on ASCII, 64 bytes', upperText, 64, { 'a string': byString, 'a loop, bytes only': byLoop }),
]);
