import { Buffer } from 'node:buffer';
import type { FrameErrorCode } from './frame-error.ts';
import type { JsonDocument } from './json.ts';

/** A frame, or the code of what is wrong there. */
export type Found<Frame> = { readonly frame: Frame } | { readonly error: FrameErrorCode };

/** What is in a whole stream. Written for one buffer and without a thought of speed: what a decoder has to agree with. */
export type Oracle<Frame> = (stream: Uint8Array, maxBytes: number) => Found<Frame>[];

const tooLong = { error: 'ERR_FRAME_TOO_LONG' } as const;
const corrupt = { error: 'ERR_FRAME_CORRUPT' } as const;
const incomplete = { error: 'ERR_FRAME_INCOMPLETE' } as const;

const frameOf = (bytes: Uint8Array): Found<Uint8Array> => ({ frame: Uint8Array.from(bytes) });

/** Everything, in one piece. */
export const rawOracle: Oracle<Uint8Array> = (stream) => (stream.length === 0 ? [] : [frameOf(stream)]);

/** What stands between delimiters; what stands behind the last one comes last, and may be empty. */
const split = (stream: Uint8Array, delimiter: Uint8Array): Buffer[] => {
  const parts: Buffer[] = [];
  let rest = Buffer.from(stream);
  for (let at = rest.indexOf(delimiter); at !== -1; at = rest.indexOf(delimiter)) {
    parts.push(rest.subarray(0, at));
    rest = rest.subarray(at + delimiter.length);
  }
  return [...parts, rest];
};

export const byteLinesOracle: Oracle<Uint8Array> = (stream, maxBytes) => {
  const parts = split(stream, Buffer.from('\n'));
  const last = parts.pop() ?? Buffer.alloc(0);
  const lines = parts.map((line) => (line.at(-1) === 13 ? line.subarray(0, -1) : line));
  if (last.length > 0) lines.push(last);
  return lines.map((line) => (line.length > maxBytes ? tooLong : frameOf(line)));
};

export const linesOracle: Oracle<string> = (stream, maxBytes) =>
  byteLinesOracle(stream, maxBytes).map((found) => {
    if ('error' in found) return found;
    const text = Buffer.from(found.frame).toString('utf8');
    return Buffer.from(text).equals(found.frame) ? { frame: text } : corrupt;
  });

export const jsonOracle: Oracle<JsonDocument> = (stream, maxBytes) =>
  linesOracle(stream, maxBytes)
    .filter((found) => 'error' in found || found.frame.replaceAll(/[ \t\r]/g, '') !== '')
    .map((found) => {
      if ('error' in found) return found;
      try {
        const document = JSON.parse(found.frame) as JsonDocument | null;
        return document === null ? corrupt : { frame: document };
      } catch {
        return corrupt;
      }
    });

export const delimitedOracle =
  (delimiter: Uint8Array): Oracle<Uint8Array> =>
  (stream, maxBytes) => {
    const parts = split(stream, delimiter);
    const last = parts.pop() ?? Buffer.alloc(0);
    const found = parts.map((part) => (part.length > maxBytes ? tooLong : frameOf(part)));
    if (last.length === 0) return found;
    return [...found, last.length > maxBytes + delimiter.length - 1 ? tooLong : incomplete];
  };

/** Reads a length: its value, how many bytes it has; `undefined`: it is cut; `'corrupt'`: it is none. */
export type LengthReader = (stream: Buffer) => readonly [value: bigint, bytes: number] | undefined | 'corrupt';

export const lengthOracle =
  (read: LengthReader, trailer = ''): Oracle<Uint8Array> =>
  (stream, maxBytes) => {
    const found: Found<Uint8Array>[] = [];
    let rest = Buffer.from(stream);
    while (rest.length > 0) {
      const header = read(rest);
      if (header === undefined) return [...found, incomplete];
      if (header === 'corrupt' || header[0] < 0n) return [...found, corrupt];
      const [length, bytes] = header;
      if (length > maxBytes) {
        found.push(tooLong);
        if (length > BigInt(Number.MAX_SAFE_INTEGER)) return found;
      }
      const to = bytes + Number(length);
      if (rest.length < to + trailer.length) return length > maxBytes ? found : [...found, incomplete];
      if (length <= maxBytes) {
        if (rest.toString('latin1', to, to + trailer.length) !== trailer) return [...found, corrupt];
        found.push(frameOf(rest.subarray(bytes, to)));
      }
      rest = rest.subarray(to + trailer.length);
    }
    return found;
  };

export const fixedLength =
  (bytes: number, endian: 'big' | 'little', adjustment: number): LengthReader =>
  (stream) => {
    if (stream.length < bytes) return undefined;
    const field = [...stream.subarray(0, bytes)];
    if (endian === 'little') field.reverse();
    return [BigInt(`0x${Buffer.from(field).toString('hex')}`) + BigInt(adjustment), bytes];
  };

export const varintLength: LengthReader = (stream) => {
  const bytes = stream.findIndex((byte) => byte < 0x80) + 1;
  if (bytes > 10 || (bytes === 0 && stream.length >= 10)) return 'corrupt';
  if (bytes === 0) return undefined;
  return [[...stream.subarray(0, bytes)].reduceRight((sum, byte) => sum * 128n + BigInt(byte & 127), 0n), bytes];
};

export const netstringLength: LengthReader = (stream) => {
  const text = stream.toString('latin1', 0, 18);
  const [header, digits] = text.match(/^(0|[1-9]\d{0,15}):/) ?? [];
  if (header !== undefined && digits !== undefined) return [BigInt(digits), header.length];
  return /^(0|[1-9]\d{0,15})?$/.test(text) ? undefined : 'corrupt';
};

export const slipOracle: Oracle<Uint8Array> = (stream, maxBytes) => {
  const parts = split(stream, Buffer.of(0o300)).map((part) => part.toString('latin1'));
  const last = parts.pop() ?? '';
  const lengthOf = (part: string): number => part.length - part.split('\xdb').length + 1;
  const found = parts
    .filter((part) => part !== '')
    .map((part) => {
      if (lengthOf(part) > maxBytes) return tooLong;
      if (!/^([^\xdb]|\xdb[\xdc\xdd])*$/.test(part)) return corrupt;
      const plain = part.replaceAll(/\xdb(.)/g, (_, byte) => (byte === '\xdc' ? '\xc0' : '\xdb'));
      return frameOf(Buffer.from(plain, 'latin1'));
    });
  if (last === '') return found;
  return [...found, lengthOf(last) > maxBytes ? tooLong : incomplete];
};

export const cobsOracle: Oracle<Uint8Array> = (stream, maxBytes) => {
  const parts = split(stream, Buffer.of(0));
  const last = parts.pop() ?? Buffer.alloc(0);
  const most = maxBytes + Math.floor(maxBytes / 254) + 1;
  const unstuffed = (part: Buffer): Found<Uint8Array> => {
    const plain: number[] = [];
    for (let rest = [...part]; rest.length > 0;) {
      const code = rest[0] ?? 0;
      if (code > rest.length) return corrupt;
      plain.push(...rest.slice(1, code));
      rest = rest.slice(code);
      if (code < 255 && rest.length > 0) plain.push(0);
    }
    return plain.length > maxBytes ? tooLong : frameOf(Uint8Array.from(plain));
  };
  const found = parts.filter((part) => part.length > 0).map((part) => (part.length > most ? tooLong : unstuffed(part)));
  if (last.length === 0) return found;
  return [...found, last.length > most ? tooLong : incomplete];
};
