import type { Codec, FrameSink } from './codec.ts';
import { LengthDecoder } from './length-decoder.ts';
import { fixedField, type LengthField, type LengthFieldBytes, varintField } from './length-field.ts';
import { checkedMaxBytes, type MaxBytesOption } from './max-bytes.ts';
import { tooLong, unencodable } from './unencodable.ts';

/** How the length stands before a frame. */
export interface LengthPrefixedOptions extends MaxBytesOption {
  /** How many bytes the length has; `'varint'`: as many as it needs (Protocol Buffers, libp2p). Default 4. */
  readonly bytes?: LengthFieldBytes | undefined;
  /** Which byte of the length comes first: the highest (`'big'`, the network's order) or the lowest. Default `'big'`. */
  readonly endian?: 'big' | 'little' | undefined;
  /** The number that is written counts its own bytes too. Not with `'varint'`. Default false. */
  readonly includesHeader?: boolean | undefined;
  /** What is added to the number that was read, to have the content's length; less where the number counts more. Default 0. */
  readonly adjustment?: number | undefined;
}

const name = 'lengthPrefixed';

/**
 * Frames behind their length. `maxBytes` is 1,048,576 by default, or what the field can tell, if that is less. A length past the cap
 * is refused at once, before any of the content is kept; then so many bytes are dropped, and the next frame is found. A length
 * that comes out negative, or past 2^53, is the end: nobody knows where the next frame begins.
 *
 * @throws {RangeError} when an option is out of range, or no frame of any length could be told
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { lengthPrefixed } from '@stack/app/codec';
 *
 * const { decoder, encode } = lengthPrefixed({ bytes: 2, endian: 'little', includesHeader: true });
 * const written: (Uint8Array | string)[] = [];
 * encode(Uint8Array.of(7, 8, 9), { write: (data) => void written.push(data) });
 * assert.deepEqual(written, [Uint8Array.of(5, 0), Uint8Array.of(7, 8, 9)]);
 *
 * const reading = decoder();
 * reading.push(Uint8Array.of(5, 0, 7, 8, 9, 2, 0));
 * assert.deepEqual([reading.next(), reading.next(), reading.next()], [Uint8Array.of(7, 8, 9), Uint8Array.of(), undefined]);
 * ```
 */
export const lengthPrefixed = (options: LengthPrefixedOptions = {}): Codec<Uint8Array> => {
  const field = fieldOf(options);
  const adjustment = adjustmentOf(options);
  const canTell = field.largest + adjustment;
  if (canTell < 1) throw new RangeError(`Cannot adjust lengths by ${adjustment}: no frame could have a length`);
  const maxBytes = Math.min(checkedMaxBytes(options.maxBytes ?? 1_048_576), canTell);
  return {
    name,
    decoder: () => new LengthPrefixedDecoder(field, adjustment, maxBytes),
    encode(frame: Uint8Array, out: FrameSink) {
      const { length } = frame;
      if (length > maxBytes) throw tooLong(name, 'a frame', length, maxBytes);
      if (length < adjustment) {
        throw unencodable(name, `a frame of ${length} bytes is shorter than the adjustment of ${adjustment}`);
      }
      out.write(field.write(length - adjustment));
      out.write(frame);
    },
  };
};

const fieldOf = ({ bytes = 4, endian = 'big' }: LengthPrefixedOptions): LengthField => {
  if (endian !== 'big' && endian !== 'little') {
    throw new RangeError(`Cannot read lengths in the order "${String(endian)}": expected "big" or "little"`);
  }
  if (bytes === 'varint') return varintField;
  if ([1, 2, 3, 4, 8].includes(bytes)) return fixedField(bytes, endian);
  throw new RangeError(`Cannot read lengths of ${String(bytes)} bytes: expected 1, 2, 3, 4, 8 or "varint"`);
};

/** What to add to the field's number, its own bytes taken off where it counts them. */
const adjustmentOf = ({ bytes = 4, includesHeader = false, adjustment = 0 }: LengthPrefixedOptions): number => {
  if (!Number.isInteger(adjustment) || Math.abs(adjustment) > 2 ** 30) {
    throw new RangeError(
      `Cannot adjust lengths by ${adjustment}: expected a whole number of at most 2^30, or of at least -2^30`,
    );
  }
  if (!includesHeader) return adjustment;
  if (bytes === 'varint') {
    throw new RangeError('Cannot include the header in a varint: its length would depend on itself');
  }
  return adjustment - bytes;
};

class LengthPrefixedDecoder extends LengthDecoder {
  readonly #field: LengthField;
  readonly #adjustment: number;

  constructor(field: LengthField, adjustment: number, maxBytes: number) {
    super(name, maxBytes, field.maxBytes, 0);
    this.#field = field;
    this.#adjustment = adjustment;
  }

  protected readHeader(bytes: Uint8Array, from: number, to: number): boolean {
    const isWhole = this.#field.read(this.header, bytes, from, to);
    if (isWhole === undefined) throw this.corrupt(`a varint of more than ${this.#field.maxBytes} bytes`);
    this.header.contentBytes += this.#adjustment;
    return isWhole;
  }

  protected override extract(): Uint8Array {
    const frame = super.extract();
    // A varint with leading zeros would not be written so.
    if (this.#field === varintField && this.header.bytes > 1) {
      const { bytes, from } = this.origin;
      if (bytes[from + this.header.bytes - 1] === 0) this.origin.to = 0;
    }
    return frame;
  }
}
