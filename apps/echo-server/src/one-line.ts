/**
 * Controls (C0, DEL, C1), line and paragraph separators, and what has no shape of its own: marks that turn the writing
 * direction, zero-width characters, halves of surrogate pairs.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const escape = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/** Makes a text safe to print: one line, in which every character that a terminal would obey is written as `\u{1b}`. */
export const oneLine = (text: string): string => text.replaceAll(UNPRINTABLE, escape);
