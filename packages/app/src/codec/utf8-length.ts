/** How many bytes well-formed text has in UTF-8 (RFC 3629 section 3). */
export const utf8Length = (text: string): number => {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // Half of a pair is two of four bytes; anything else from U+0800 on has three.
    if (unit >= 0x80) bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
};

/** Whether text is longer than so many bytes; what cannot be is not counted. */
export const isLongerThan = (text: string, maxBytes: number): boolean =>
  text.length * 3 > maxBytes && (text.length > maxBytes || utf8Length(text) > maxBytes);
