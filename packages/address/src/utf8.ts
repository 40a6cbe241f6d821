const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;

/** What `measureUtf8` found. */
export interface Utf8Measure {
  /** Bytes of the whole text in UTF-8. */
  readonly bytes: number;
  /** Where the first character lies that no longer fits, or the length of the text. */
  readonly fits: number;
  /** Where the first lone surrogate lies, which UTF-8 cannot write, or -1. */
  readonly lone: number;
}

/** Counts the UTF-8 bytes of a text (RFC 3629, section 3) against a limit. */
export const measureUtf8 = (text: string, limit: number): Utf8Measure => {
  let bytes = 0;
  let fits = -1;
  let lone = -1;
  for (let index = 0; index < text.length; index++) {
    const start = index;
    const code = text.charCodeAt(index);
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else if (isHighSurrogate(code) && isLowSurrogate(text.charCodeAt(index + 1))) {
      bytes += 4;
      index++;
    } else {
      bytes += 3;
      if (lone < 0 && (isHighSurrogate(code) || isLowSurrogate(code))) lone = index;
    }
    if (fits < 0 && bytes > limit) fits = start;
  }
  return { bytes, fits: fits < 0 ? text.length : fits, lone };
};
