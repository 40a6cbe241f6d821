import type { Origin } from './chunk-decoder.ts';
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
  /** The bytes that it, or the last one, was made of; empty: the last line was none of a block. */
  #block: Uint8Array = nothing;
  #isAscii = false;
  #hasReturns = false;
  /** Where the last line stands in the block, with its end; 0 where it would be written otherwise. */
  #lineFrom = 0;
  #lineTo = 0;
  /** A chunk in which a block is no UTF-8: up to `#slowTo` its lines are decoded one by one. */
  #slowChunk: Uint8Array = nothing;
  #slowTo = 0;

  override next(): string | undefined {
    if (this.#text !== '' || this.#openBlock()) return this.#line();
    if (this.#block !== nothing) this.#block = nothing;
    return super.next();
  }

  /** Of a line in a block it is only put together when it is asked for: most are not. */
  override get origin(): Origin {
    const origin = super.origin;
    if (this.#block === nothing) return origin;
    if (origin.bytes !== this.#block) origin.moveTo(this.#block);
    origin.from = this.#lineFrom;
    origin.to = this.#lineTo;
    return origin;
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
    this.#textAt = feed + 1;
    if (feed + 1 === text.length) this.#text = '';
    const hasReturn = this.#hasReturns && feed > from && text.charCodeAt(feed - 1) === carriageReturn;
    this.#lineFrom = from;
    this.#lineTo = this.#isAscii && hasReturn === this.writesReturn ? feed + 1 : 0;
    const line = text.slice(from, hasReturn ? feed - 1 : feed);
    if (line.length * 3 > this.maxBytes) this.#check(line);
    return line;
  }

  #check(line: string): void {
    if (!isLongerThan(line, this.maxBytes)) return;
    this.cap = this.maxBytes;
    throw this.tooLong(utf8Length(line), 'bytes');
  }

  /** Decodes as many whole lines as fit into a block. False: there is none, or they are better looked at one by one. */
  #openBlock(): boolean {
    const { chunk, at } = this;
    if (at === chunk.length || this.held.bytes > 0 || this.skipping) return false;
    if (chunk === this.#slowChunk && at < this.#slowTo) return false;
    this.#slowChunk = nothing;
    const last = Math.min(at + blockBytes, chunk.length) - 1;
    const end = (chunk[last] === lineFeed ? last : chunk.lastIndexOf(lineFeed, last)) + 1;
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
    this.#hasReturns = this.#text.includes('\r');
    this.at = end;
    return true;
  }
}
