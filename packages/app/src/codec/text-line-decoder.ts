import { LineDecoder } from './line-decoder.ts';
import { isLongerThan, utf8Length } from './utf8-length.ts';

/**
 * Text is decoded in blocks of whole lines, and the lines are cut from it: one decoding a line costs five times as much. A
 * line keeps its block alive, which has up to two bytes a unit.
 */
const blockBytes = 4_096;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

// `ignoreBOM` keeps a byte order mark: it is a character like any other here.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
const nothing: Uint8Array = new Uint8Array(0);

/** Lines as text, UTF-8 checked. */
export class TextLineDecoder extends LineDecoder<string> {
  /** A block of whole lines, decoded; empty: none. */
  #text = '';
  /** Where the next line begins in it. */
  #textAt = 0;
  /** The bytes that it was made of. */
  #block: Uint8Array = nothing;
  #isAscii = false;
  /** A chunk in which a block is no UTF-8: up to `#slowTo` its lines are decoded one by one. */
  #slowChunk: Uint8Array = nothing;
  #slowTo = 0;

  override next(): string | undefined {
    return this.#text !== '' || this.#openBlock() ? this.#line() : super.next();
  }

  override get rest(): Uint8Array {
    const rest = super.rest;
    if (this.#text === '') return rest;
    const left = this.#isAscii ? this.#block.subarray(this.#textAt) : encoder.encode(this.#text.slice(this.#textAt));
    const whole = new Uint8Array(left.length + rest.length);
    whole.set(left);
    whole.set(rest, left.length);
    return whole;
  }

  protected content(from: number, to: number): string {
    try {
      return decoder.decode(this.origin.view(from, to));
    } catch {
      const length = to - from;
      throw this.error('ERR_FRAME_CORRUPT', `a line of ${length} bytes is no UTF-8`, { length, resumable: true });
    }
  }

  #line(): string {
    const text = this.#text;
    const from = this.#textAt;
    const feed = text.indexOf('\n', from);
    const hasReturn = feed > from && text.charCodeAt(feed - 1) === carriageReturn;
    const line = text.slice(from, hasReturn ? feed - 1 : feed);
    const { origin } = this;
    if (origin.bytes !== this.#block) origin.moveTo(this.#block);
    origin.from = from;
    origin.to = this.#isAscii && hasReturn === this.writesReturn ? feed + 1 : 0;
    this.#textAt = feed + 1;
    if (this.#textAt === text.length) {
      this.#text = '';
      this.#block = nothing;
    }
    if (isLongerThan(line, this.maxBytes)) {
      this.cap = this.maxBytes;
      throw this.tooLong(utf8Length(line), 'bytes');
    }
    return line;
  }

  /** Decodes as many whole lines as fit into a block. False: there is none, or they are better looked at one by one. */
  #openBlock(): boolean {
    const { chunk, at } = this;
    if (at === chunk.length || this.held.bytes > 0 || this.skipping) return false;
    if (chunk === this.#slowChunk && at < this.#slowTo) return false;
    this.#slowChunk = nothing;
    const end = chunk.lastIndexOf(lineFeed, Math.min(at + blockBytes, chunk.length) - 1) + 1;
    if (end <= at) return false;
    this.#block = new Uint8Array(chunk.buffer, chunk.byteOffset + at, end - at);
    try {
      this.#text = decoder.decode(this.#block);
    } catch {
      this.#block = nothing;
      this.#slowChunk = chunk;
      this.#slowTo = end;
      return false;
    }
    this.#textAt = 0;
    this.#isAscii = this.#text.length === end - at;
    this.at = end;
    return true;
  }
}
