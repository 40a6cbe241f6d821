/**
 * How messages are marked off in a stream of bytes. Nothing here knows a socket, and nothing else is imported.
 *
 * @module
 */
export { byteLines } from './byte-lines.ts';
export { cobs } from './cobs.ts';
export type { Codec, Decoder, FrameOrigin, FrameSink } from './codec.ts';
export { delimited, type DelimitedOptions } from './delimited.ts';
export { FrameError, type FrameErrorCode, type FrameErrorInit, isFrameError } from './frame-error.ts';
export { json, type JsonDocument, type JsonValue } from './json.ts';
export type { LengthFieldBytes } from './length-field.ts';
export { lengthPrefixed, type LengthPrefixedOptions } from './length-prefixed.ts';
export type { Newline } from './line-decoder.ts';
export type { LineOptions } from './line-options.ts';
export { lines } from './lines.ts';
export type { MaxBytesOption } from './max-bytes.ts';
export { netstring } from './netstring.ts';
export { raw } from './raw.ts';
export { slip } from './slip.ts';
