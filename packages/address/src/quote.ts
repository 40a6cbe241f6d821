/** How much of an input an error message shows, in UTF-16 code units after escaping. */
const MAX_QUOTED = 64;

// What does not print as itself: controls, format characters (bidi overrides among them), lone surrogates, private use,
// and every space but the ordinary one.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;
const ESCAPED = /["\\\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

const NAMED_ESCAPES: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

const escape = (character: string): string => {
  if (!ESCAPED.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  const short = code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  return NAMED_ESCAPES.get(character) ?? short;
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
export const printable = (text: string): string =>
  text.search(UNPRINTABLE) < 0
    ? text
    : Array.from(text, (character) => (UNPRINTABLE.test(character) ? escape(character) : character)).join('');

/** Where a text stops printing as it is (on one line, in one direction, nothing hidden), or -1. */
export const unprintableAt = (text: string): number => text.search(UNPRINTABLE);

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
  if (code === undefined) return 'the end';
  const character = quote(String.fromCodePoint(code));
  return code < 0x80 ? character : `${character} (U+${code.toString(16).toUpperCase().padStart(4, '0')})`;
};
