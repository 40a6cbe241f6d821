import { headerFault } from './fault.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** The text of an item, which must be UTF-8. */
export const readText = (what: string, bytes: Uint8Array): string => {
  try {
    return strict.decode(bytes);
  } catch (cause) {
    throw headerFault(`the ${what} is not valid UTF-8`, cause);
  }
};

/** The bytes of a text. */
export const writeText = (text: string): Uint8Array => encoder.encode(text);
