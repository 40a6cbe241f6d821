import { countOption } from '../core/limits.ts';
import { fixedBytes, readBlock, readFixed } from './block.ts';
import { headerFault } from './fault.ts';
import type { ProxyHeader } from './header.ts';
import { maxLineBytes, readLine } from './line.ts';
import { differsAt, lineStart, signature } from './signature.ts';

/** What to accept. */
export interface ProxyDecoderOptions {
  /** Versions to accept; others are refused. Default both. */
  readonly versions?: readonly (1 | 2)[] | undefined;
  /**
   * The longest header of version 2, in bytes; longer ones are refused when their length is read, before they are held.
   * 232 suffice for addresses alone, 65,551 for all that the form allows. Default 4,096.
   */
  readonly maxHeaderBytes?: number | undefined;
}

/** A header, and what came behind it. */
export interface DecodedProxyHeader {
  readonly header: ProxyHeader;
  /** Bytes that are no longer the header's, a view of what was pushed last; may be empty. */
  readonly rest: Uint8Array;
}

/** Takes the bytes of a connection until its PROXY header is whole. */
export interface ProxyDecoder {
  /** Bytes held so far. */
  readonly heldBytes: number;
  /**
   * Takes what came next. Bytes that are needed later are copied.
   *
   * @returns `undefined`: more is needed. A header: it is whole, and the decoder is done
   * @throws {TransportError} `ERR_PROXY_HEADER`, as soon as what came cannot begin a header
   */
  push(bytes: Uint8Array): DecodedProxyHeader | undefined;
}

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const defaultMaxHeaderBytes = 4_096;
const ascii = new TextDecoder('latin1');

/** Holds the bytes of one header; nothing of it is read as an address before it is whole. */
class HeaderDecoder implements ProxyDecoder {
  readonly #versions: ReadonlySet<1 | 2>;
  readonly #maxBytes: number;
  #held: Uint8Array = new Uint8Array(0);
  #isDone = false;

  constructor({ versions = [1, 2], maxHeaderBytes }: ProxyDecoderOptions) {
    this.#versions = new Set(versions);
    this.#maxBytes = countOption('maxHeaderBytes', maxHeaderBytes, defaultMaxHeaderBytes, fixedBytes);
  }

  get heldBytes(): number {
    return this.#held.length;
  }

  push(bytes: Uint8Array): DecodedProxyHeader | undefined {
    if (this.#isDone) throw new Error('Cannot push to this decoder: its header is whole');
    const held = this.#held.length;
    const all = new Uint8Array(held + bytes.length);
    all.set(this.#held);
    all.set(bytes, held);
    const end = this.#endOf(all);
    if (end === undefined || end > all.length) {
      this.#held = all;
      return undefined;
    }
    const header = all.subarray(0, end);
    this.#isDone = true;
    this.#held = new Uint8Array(0);
    return { header: this.#read(header), rest: bytes.subarray(end - held) };
  }

  /** Where the header ends, once that can be told. */
  #endOf(all: Uint8Array): number | undefined {
    if (all.length === 0) return undefined;
    const version = all[0] === lineStart[0] ? 1 : 2;
    const at = differsAt(all, version === 1 ? lineStart : signature);
    if (at !== -1) throw headerFault(`byte ${at} does not begin one: no proxy spoke first, or not this protocol`);
    if (!this.#versions.has(version)) throw headerFault(`version ${version} is not accepted here`);
    return version === 1 ? endOfLine(all) : this.#endOfBlock(all);
  }

  #endOfBlock(all: Uint8Array): number | undefined {
    if (all.length < fixedBytes) return undefined;
    const { headerBytes } = readFixed(all);
    if (headerBytes <= this.#maxBytes) return headerBytes;
    throw headerFault(`it is ${headerBytes} bytes long: accepted are ${this.#maxBytes}`);
  }

  #read(header: Uint8Array): ProxyHeader {
    return header[0] === lineStart[0] ? readLine(ascii.decode(header.subarray(0, -2))) : readBlock(header);
  }
}

const endOfLine = (all: Uint8Array): number | undefined => {
  const line = all.subarray(0, maxLineBytes);
  const at = line.findIndex((byte) => byte === carriageReturn || byte === lineFeed);
  // PROXY protocol section 2.1: neither ends a line alone.
  if (line[at] === lineFeed) throw headerFault('a line feed stands without carriage return');
  if (at !== -1 && at + 1 < line.length) {
    if (line[at + 1] === lineFeed) return at + 2;
    throw headerFault('a carriage return stands without line feed');
  }
  if (line.length === maxLineBytes) throw headerFault(`no end of line within ${maxLineBytes} bytes`);
  return undefined;
};

/**
 * Makes a decoder of one PROXY header of version 1 or 2, sans-IO: bytes in, a header out, wherever they were cut.
 *
 * Strict where the standard is: addresses by the parsers of `@stack/address`, exact spaces and line ends, ports without
 * leading zeros, a checksum that matches. What cannot become a header is refused with the first byte that shows it.
 *
 * @throws {RangeError} when `maxHeaderBytes` is less than 16
 * @see PROXY protocol, versions 1 and 2, sections 2.1 and 2.2
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { formatAddress } from '@stack/address';
 * import { proxyDecoder } from '@stack/transport/proxy';
 *
 * const decoder = proxyDecoder();
 * const text = new TextEncoder();
 * assert.equal(decoder.push(text.encode('PROXY TCP4 192.0.2.1 198.51.100.7 ')), undefined);
 * const decoded = decoder.push(text.encode('56324 443\r\nhello'));
 * assert(decoded?.header.source !== undefined);
 * assert.equal(formatAddress(decoded.header.source), '192.0.2.1:56324');
 * assert.equal(decoded.rest.length, 5);
 * ```
 */
export const proxyDecoder = (options: ProxyDecoderOptions = {}): ProxyDecoder => new HeaderDecoder(options);

/**
 * Reads a PROXY header that is whole: the start of a datagram, each of which carries its own.
 *
 * @throws {TransportError} `ERR_PROXY_HEADER`, also where the bytes end before the header does
 * @throws {RangeError} when `maxHeaderBytes` is less than 16
 * @see PROXY protocol, versions 1 and 2, sections 2.1 and 2.2
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { inet } from '@stack/address';
 * import { decodeProxyHeader, encodeProxyHeader } from '@stack/transport/proxy';
 *
 * const claimed = { source: inet('2001:db8::1', 5000), destination: inet('2001:db8::2', 53) };
 * const bytes = encodeProxyHeader({ ...claimed, transport: 'datagram' });
 * const { header, rest } = decodeProxyHeader(new Uint8Array([...bytes, 1, 2, 3]));
 * assert.equal(header.transport, 'datagram');
 * assert.deepEqual(header.source, claimed.source);
 * assert.deepEqual(rest, Uint8Array.of(1, 2, 3));
 * ```
 */
export const decodeProxyHeader = (bytes: Uint8Array, options: ProxyDecoderOptions = {}): DecodedProxyHeader => {
  const decoded = new HeaderDecoder(options).push(bytes);
  if (decoded === undefined) throw headerFault(`it is cut after ${bytes.length} bytes`);
  return decoded;
};
