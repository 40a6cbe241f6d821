/** How much of an input an error message shows, in UTF-16 code units after escaping. */
const MAX_QUOTED = 64;

// What does not print as itself: controls, format characters (bidi overrides among them), lone surrogates, private use,
// and every space but the ordinary one.
const UNPRINTABLE = /(?! )[\p{C}\p{Z}]/gu;

/** Where a text stops printing as it is (on one line, in one direction, nothing hidden), or -1. */
export const unprintableAt = (text: string): number => text.search(UNPRINTABLE);

/** One character as a JavaScript string would write it. */
const escape = (character: string): string => {
  const json = JSON.stringify(character).slice(1, -1);
  // JSON escapes quotes, backslashes and ASCII controls, and leaves bidi overrides and odd spaces alone.
  return json === character && unprintableAt(json) === 0 ? `\\u{${character.codePointAt(0)?.toString(16)}}` : json;
};

/**
 * A text with what does not print escaped: it stays on one line and shows everything it holds. For messages and logs,
 * since a Unix path may hold anything; a path without such characters comes out as it is.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { formatAddress, printable, unixPath } from '@stack/address';
 *
 * assert.equal(printable(formatAddress(unixPath('/run/a\nb\u202e'))), 'unix:/run/a\\nb\\u{202e}');
 * ```
 */
export const printable = (text: string): string => text.replaceAll(UNPRINTABLE, escape);

/**
 * A text in double quotes for a message of one line: what does not print is escaped, what is long is cut.
 * Its cost does not grow with the text.
 */
export const quote = (text: string): string => {
  let shown = '';
  for (const character of text) {
    const piece = escape(character);
    if (shown.length + piece.length > MAX_QUOTED) return `"${shown}"… (${text.length} characters)`;
    shown += piece;
  }
  return `"${shown}"`;
};

/** One character of a text, quoted, with its code point when it is not ASCII: `"１" (U+FF11)`. */
export const quoteAt = (text: string, index: number): string => {
  const code = text.codePointAt(index);
  if (code === undefined) return 'nothing';
  const character = quote(String.fromCodePoint(code));
  return code < 0x80 ? character : `${character} (U+${code.toString(16).toUpperCase().padStart(4, '0')})`;
};
