import { formatAddress } from '@stack/address';
import { type Bytes, type Connection, type Op, TransportError, type TransportErrorCode } from '@stack/transport';
import type { Codec, Decoder } from '../codec/codec.ts';
import { isFrameError } from '../codec/frame-error.ts';
import { FrameWriter } from './frame-writer.ts';

/**
 * A connection that carries frames. Iterating gives every frame until the peer has finished; `break` leaves the connection open.
 *
 * Closing and aborting are the connection's business: `framed.connection.close()`.
 */
export interface Framed<Frame extends {}> extends AsyncIterable<Frame> {
  /** What carries the frames. Do not read from it before `detach()`. */
  readonly connection: Connection;
  /** The cap of what is received, in bytes of content. A change holds for the frames that begin after it. */
  maxBytes: number;

  /**
   * The next frame; `null`: the peer has finished sending, on the border of a frame.
   *
   * A cancelled `recv` loses nothing. `op.timeoutMs` is for the whole frame, in however many pieces it comes. Where the unit of the
   * connection is `'message'`, each message is a stream of its own: no frame goes over its end.
   *
   * @throws {FrameError} what is wrong with a frame, in its place; when it is `resumable`, the next `recv` goes on behind it
   * @throws {TransportError} as `Connection.recv`: `ERR_BUSY` when another `recv` is under way, `ERR_TIMEOUT`, `ERR_CLOSED`, the
   *   kernel's code
   */
  recv(op?: Op): Promise<Frame | null>;

  /**
   * Sends a frame. It settles as `Connection.send` does, and is marked handled as that: when nobody awaits it, the next operation and
   * `connection.closed` tell the failure.
   *
   * @throws {FrameError} when the codec cannot carry it; nothing is sent then
   * @throws {TransportError} as `Connection.send`
   */
  send(frame: Frame, op?: Op): Promise<void>;

  /** Sends frames in one write; otherwise as `send`. */
  sendAll(frames: Iterable<Frame>, op?: Op): Promise<void>;

  /**
   * Ends the framing, for a protocol that changes in mid-stream: gives the connection back, and the bytes that were read too far.
   * `connection.unrecv(rest)` puts them before what comes. From then on `recv` and `send` are refused.
   *
   * @throws {TransportError} `ERR_BUSY` while a `recv` is under way; `ERR_CLOSED` after the first time
   */
  detach(): { readonly connection: Connection; readonly rest: Uint8Array };
}

/**
 * Reads and writes frames on a connection, an accepted or a dialled one.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { framed } from '@stack/app';
 * import { lines } from '@stack/app/codec';
 * import { memoryNetwork } from '@stack/transport/memory';
 *
 * const network = memoryNetwork();
 * const listener = await network.listen('memory:lines');
 * const [client, server] = await Promise.all([network.connect('memory:lines'), listener.accept()]);
 * assert(server !== null);
 *
 * const [asking, answering] = [framed(client, lines()), framed(server, lines())];
 * await asking.sendAll(['one', 'two']);
 * await client.closeWrite();
 * for await (const line of answering) await answering.send(line.toUpperCase());
 * assert.deepEqual([await asking.recv(), await asking.recv()], ['ONE', 'TWO']);
 *
 * await Promise.all([client.close(), server.close(), listener.close()]);
 * ```
 */
export const framed = <Frame extends {}>(connection: Connection, codec: Codec<Frame>): Framed<Frame> =>
  new FramedConnection(connection, codec);

class FramedConnection<Frame extends {}> implements Framed<Frame> {
  readonly connection: Connection;
  readonly #codec: Codec<Frame>;
  #decoder: Decoder<Frame>;
  /** A `recv` waits for bytes. */
  #isReceiving = false;
  #hasEnded = false;
  #isDetached = false;

  constructor(connection: Connection, codec: Codec<Frame>) {
    this.connection = connection;
    this.#codec = codec;
    this.#decoder = codec.decoder();
  }

  get maxBytes(): number {
    return this.#decoder.maxBytes;
  }

  set maxBytes(maxBytes: number) {
    this.#decoder.maxBytes = maxBytes;
  }

  recv(op?: Op): Promise<Frame | null> {
    try {
      this.#admit('recv', op);
      const frame = this.#next();
      if (frame !== undefined) return Promise.resolve(frame);
      return this.#hasEnded ? Promise.resolve(null) : this.#receive(op);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Frame> {
    for (let frame = await this.recv(); frame !== null; frame = await this.recv()) yield frame;
  }

  send(frame: Frame, op?: Op): Promise<void> {
    return this.sendAll([frame], op);
  }

  sendAll(frames: Iterable<Frame>, op?: Op): Promise<void> {
    try {
      if (this.#isDetached) throw this.#refusal('ERR_CLOSED', 'send', 'it was detached from its frames');
      const parts: Bytes[] = [];
      const writer = new FrameWriter(this.#codec, { write: (data) => void parts.push(data) });
      for (const frame of frames) writer.send(frame);
      writer.flush();
      return this.connection.send(parts, op);
    } catch (error) {
      const refused = Promise.reject(error);
      refused.catch(() => undefined);
      return refused;
    }
  }

  detach(): { readonly connection: Connection; readonly rest: Uint8Array } {
    this.#admit('use', undefined);
    this.#isDetached = true;
    return { connection: this.connection, rest: this.#decoder.rest };
  }

  async #receive(op: Op | undefined): Promise<Frame | null> {
    const { connection } = this;
    const untilMs = op?.timeoutMs === undefined ? undefined : connection.clock.now() + op.timeoutMs;
    let left = op;
    this.#isReceiving = true;
    try {
      for (;;) {
        const bytes = await connection.recv(undefined, left);
        this.#take(bytes);
        const frame = this.#next();
        if (frame !== undefined) return frame;
        if (this.#hasEnded) return null;
        if (untilMs !== undefined) left = { signal: op?.signal, timeoutMs: untilMs - connection.clock.now() };
      }
    } finally {
      this.#isReceiving = false;
    }
  }

  #take(bytes: Uint8Array | null): void {
    if (bytes === null) {
      this.#hasEnded = true;
      this.#decoder.end();
      return;
    }
    if (this.connection.unit === 'message') {
      this.#renew();
      this.#decoder.push(bytes);
      this.#decoder.end();
    } else {
      this.#decoder.push(bytes);
    }
  }

  #next(): Frame | undefined {
    try {
      return this.#decoder.next();
    } catch (error) {
      // What is wrong with one message says nothing of the next.
      if (this.connection.unit === 'message' && !(isFrameError(error) && error.resumable)) this.#renew();
      throw error;
    }
  }

  #renew(): void {
    const { maxBytes } = this.#decoder;
    this.#decoder = this.#codec.decoder();
    this.#decoder.maxBytes = maxBytes;
  }

  #admit(op: 'recv' | 'use', { signal, timeoutMs }: Op = {}): void {
    if (this.#isDetached) throw this.#refusal('ERR_CLOSED', op, 'it was detached from its frames');
    if (this.#isReceiving) throw this.#refusal('ERR_BUSY', op, 'another recv is under way');
    if (signal?.aborted === true) throw signal.reason;
    if (timeoutMs !== undefined && timeoutMs <= 0) throw this.#refusal('ERR_TIMEOUT', op);
  }

  #refusal(code: TransportErrorCode, op: 'recv' | 'send' | 'use', reason?: string): TransportError {
    const { local, remote } = this.connection;
    return new TransportError({ code, op, at: formatAddress(remote), reason, local, remote });
  }
}
