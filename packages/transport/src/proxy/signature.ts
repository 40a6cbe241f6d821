// PROXY protocol section 2.1: "PROXY ", with the space that must follow.
export const lineStart: Uint8Array = Uint8Array.of(0x50, 0x52, 0x4f, 0x58, 0x59, 0x20);

// PROXY protocol section 2.2: the twelve bytes that begin a binary header, "QUIT" among them.
export const signature: Uint8Array = Uint8Array.from([
  0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a,
]);

/** Where `bytes` first differ from the start of a header, as far as both go; -1 where they do not. */
export const differsAt = (bytes: Uint8Array, start: Uint8Array): number =>
  start.findIndex((byte, index) => index < bytes.length && bytes[index] !== byte);
