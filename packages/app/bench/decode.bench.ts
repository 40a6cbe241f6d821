import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PassThrough, type Readable, Readable as Source } from 'node:stream';
import { byteLines, cobs, type Codec, delimited, json, lengthPrefixed, lines, netstring, slip } from '@stack/app/codec';
import binarySplit from 'binary-split';
import byline from 'byline';
import { decode as frameStream } from 'frame-stream';
import { decode as itLengthPrefixed, type LengthDecoderFunction } from 'it-length-prefixed';
import lengthPrefixedStream from 'length-prefixed-stream';
import split2 from 'split2';
import { compare, type Contest } from './compare.ts';

/** One run goes through so many bytes, so that setting up a stream means nothing. */
const totalBytes = 1_048_576;

const encoder = new TextEncoder();

/** A stream of one frame again and again, cut into chunks without a thought of where frames end. */
const chunksOf = <Frame extends {}>(
  codec: Codec<Frame>,
  frame: Frame,
  chunkBytes: number,
): { chunks: Buffer[]; frames: number } => {
  const parts: Uint8Array[] = [];
  codec.encode(frame, { write: (data) => void parts.push(typeof data === 'string' ? encoder.encode(data) : data) });
  const one = Buffer.concat(parts);
  const frames = Math.floor(totalBytes / one.length);
  const stream = Buffer.concat(Array.from({ length: frames }, () => one));
  const chunks: Buffer[] = [];
  // Memory of its own, as a socket hands it out.
  for (let at = 0; at < stream.length; at += chunkBytes)
    chunks.push(Buffer.from(Uint8Array.from(stream.subarray(at, at + chunkBytes)).buffer));
  return { chunks, frames };
};

const expectFrames = (count: number, expected: number): number => {
  if (count !== expected) throw new Error(`Cannot compare: ${count} frames were found, and not ${expected}`);
  return count;
};

const viaDecoder =
  <Frame extends {}>(codec: Codec<Frame>, chunks: readonly Buffer[], frames: number) =>
  (): number => {
    const decoder = codec.decoder();
    let count = 0;
    for (const chunk of chunks) {
      decoder.push(chunk);
      while (decoder.next() !== undefined) count += 1;
    }
    return expectFrames(count, frames);
  };

/** Every stream is fed as fast as it takes, by events, which is its fastest way. */
const viaStream =
  (make: () => NodeJS.ReadWriteStream, chunks: readonly Buffer[], frames: number) => async (): Promise<number> => {
    const stream = make();
    let count = 0;
    stream.on('data', () => {
      count += 1;
    });
    const ended = once(stream as unknown as Readable, 'end');
    for (const chunk of chunks) stream.write(chunk);
    stream.end();
    await ended;
    return expectFrames(count, frames);
  };

const viaReadline = (chunks: readonly Buffer[], frames: number) => async (): Promise<number> => {
  const reader = createInterface({
    input: Source.from(chunks, { objectMode: false }).pipe(new PassThrough()),
    crlfDelay: Infinity,
  });
  let count = 0;
  reader.on('line', () => {
    count += 1;
  });
  await once(reader, 'close');
  return expectFrames(count, frames);
};

const uint32: LengthDecoderFunction = Object.assign(
  (data: Parameters<LengthDecoderFunction>[0]): number =>
    data instanceof Uint8Array ? new DataView(data.buffer, data.byteOffset).getUint32(0) : data.getUint32(0),
  { bytes: 4 },
);

const viaIterable =
  (chunks: readonly Buffer[], frames: number, options: Parameters<typeof itLengthPrefixed>[1]) => (): number => {
    let count = 0;
    for (const _ of itLengthPrefixed(chunks, options)) count += 1;
    return expectFrames(count, frames);
  };

const text = (bytes: number): string =>
  'The quick brown fox jumps over the lazy dog, again. '.repeat(100).slice(0, bytes);

const lineContests = (chunkBytes: number, lineBytes: number): Contest[] => {
  const { chunks, frames } = chunksOf(lines(), text(lineBytes - 1), chunkBytes);
  const bytes = totalBytes;
  const where = `${lineBytes} bytes in ${chunkBytes / 1_024} KiB`;
  return [
    {
      name: `\`lines\`, ${where}`,
      bytes,
      frames,
      subject: viaDecoder(lines(), chunks, frames),
      others: {
        'node:readline': viaReadline(chunks, frames),
        split2: viaStream(split2, chunks, frames),
        byline: viaStream(() => byline.createStream(), chunks, frames),
      },
    },
    {
      name: `\`byteLines\`, ${where}`,
      bytes,
      frames,
      subject: viaDecoder(byteLines(), chunks, frames),
      others: {
        'node:readline': viaReadline(chunks, frames),
        'binary-split': viaStream(() => binarySplit('\n'), chunks, frames),
      },
    },
  ];
};

const lengthContests = (chunkBytes: number, frameBytes: number): Contest[] => {
  const fixed = chunksOf(lengthPrefixed(), encoder.encode(text(frameBytes)), chunkBytes);
  const varint = chunksOf(lengthPrefixed({ bytes: 'varint' }), encoder.encode(text(frameBytes)), chunkBytes);
  const where = `${frameBytes} bytes in ${chunkBytes / 1_024} KiB`;
  const asLines = chunksOf(lines(), text(frameBytes - 1), chunkBytes);
  return [
    {
      name: `\`lengthPrefixed\`, ${where}`,
      bytes: totalBytes,
      frames: fixed.frames,
      subject: viaDecoder(lengthPrefixed(), fixed.chunks, fixed.frames),
      others: {
        'node:readline (lines)': viaReadline(asLines.chunks, asLines.frames),
        'frame-stream': viaStream(() => frameStream(), fixed.chunks, fixed.frames),
        'it-length-prefixed': viaIterable(fixed.chunks, fixed.frames, { lengthDecoder: uint32 }),
      },
    },
    {
      name: `\`lengthPrefixed\` varint, ${where}`,
      bytes: totalBytes,
      frames: varint.frames,
      subject: viaDecoder(lengthPrefixed({ bytes: 'varint' }), varint.chunks, varint.frames),
      others: {
        'length-prefixed-stream': viaStream(() => lengthPrefixedStream.decode(), varint.chunks, varint.frames),
        'it-length-prefixed': viaIterable(varint.chunks, varint.frames, {}),
      },
    },
  ];
};

const alone = <Frame extends {}>(name: string, codec: Codec<Frame>, frame: Frame): Contest => {
  const { chunks, frames } = chunksOf(codec, frame, 65_536);
  const lineChunks = chunksOf(lines(), text(63), 65_536);
  return {
    name: `\`${name}\`, about 64 bytes in 64 KiB`,
    bytes: totalBytes,
    frames,
    subject: viaDecoder(codec, chunks, frames),
    others: { 'node:readline (lines)': viaReadline(lineChunks.chunks, lineChunks.frames) },
  };
};

await compare('Decode', [
  ...lineContests(65_536, 64),
  ...lineContests(1_024, 64),
  ...lineContests(65_536, 1_024),
  ...lengthContests(65_536, 64),
  ...lengthContests(1_024, 64),
  ...lengthContests(65_536, 1_024),
  alone('delimited', delimited({ delimiter: '\r\n' }), encoder.encode(text(62))),
  alone('netstring', netstring(), encoder.encode(text(60))),
  alone('slip', slip(), encoder.encode(text(62))),
  alone('cobs', cobs(), encoder.encode(text(62))),
  alone('json', json(), { id: 12_345, method: 'subscribe', params: ['one', 2, true, null] }),
]);
