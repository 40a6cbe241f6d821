/**
 * What JSON writes as it is though a terminal or a reader of lines would obey it: DEL, C1, separators, marks that turn the
 * writing direction and what has no shape. The line end of a record has to stay.
 */
const UNPRINTABLE = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/gu;

const escape = (character: string): string =>
  Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');

/** Makes a JSON text safe to print, and leaves what it stands for as it is: such characters stand in strings only. */
export const printableJson = (json: string): string => json.replaceAll(UNPRINTABLE, escape);
