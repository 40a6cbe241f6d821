import { Buffer } from 'node:buffer';
import { named } from '@stack/address';
import { expect } from 'vitest';
import { upperUtf8 } from './upper-utf8.ts';

/** Every code point that UTF-8 can write. */
export const codePoints = (): number[] =>
  Array.from({ length: 0x110000 }, (_, code) => code).filter((code) => code < 0xd800 || code > 0xdfff);

/** Expects of each character, given to the protocol byte by byte, what the platform says of it alone. */
export const expectSameCut = (codes: readonly number[]): void => {
  const characters = codes.map((code) => String.fromCodePoint(code));
  const output: Uint8Array[] = [];
  const sink = {
    write: (bytes: Uint8Array | string) => output.push(Buffer.from(bytes)) > 0,
    full: false,
    end: () => undefined,
    abort: () => undefined,
    wakeAfter: () => undefined,
  };
  const state = upperUtf8.open(sink, named('memory', 'peer'));
  for (const byte of Buffer.from(characters.join(''))) void upperUtf8.receive(Uint8Array.of(byte), sink, state);
  const expected = characters.map((character) => character.toUpperCase()).join('');
  expect(Buffer.concat(output).equals(Buffer.from(expected))).toBe(true);
};
