import { Duplex } from 'node:stream';
import type { Connection } from '../contract/connection.ts';
import { finishSending, refusalOf } from '../core/sending-end.ts';
import { isTransportError } from '../contract/errors.ts';

type Callback = (error?: Error | null) => void;

/** Views bytes as the `Buffer` that users of `node:stream` expect. */
const toBuffer = (chunk: Uint8Array): Buffer => Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);

class ConnectionDuplex extends Duplex {
  readonly #connection: Connection;
  #isClosing = false;

  constructor(connection: Connection) {
    const isMessages = connection.unit === 'message';
    /** Writes that gathered behind one under way leave as one. */
    const sendAll = (writes: readonly { readonly chunk: Buffer }[], done: Callback): void => {
      connection.send(writes.map(({ chunk }) => chunk)).then(() => done(), done);
    };
    super({
      allowHalfOpen: true,
      // Destroying a `Readable` drops what it holds. With a mark of 0 it holds nothing, so that what came before a failure is
      // given before it; reading ahead is the connection's.
      readableHighWaterMark: 0,
      readableObjectMode: isMessages,
      ...(isMessages ? {} : { writev: sendAll }),
    });
    this.#connection = connection;
    void connection.closed.then(({ how }) => this.#onGone(how === 'aborted'));
  }

  override _read(): void {
    this.#connection.recv().then(
      (chunk) => void this.push(chunk === null ? null : toBuffer(chunk)),
      (error: Error) => {
        // Where ending one direction closes both, what is read then is the end, no failure.
        if (this.#isClosing) this.push(null);
        else this.destroy(error);
      },
    );
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Callback): void {
    this.#connection.send(chunk).then(() => done(), done);
  }

  override _final(done: Callback): void {
    this.#isClosing = !this.#connection.caps.has('halfClose');
    finishSending(this.#connection).then(() => done(), done);
  }

  override _destroy(error: Error | null, done: Callback): void {
    if (isTransportError(error, 'ERR_BUSY')) return done(error);
    if (this.readableEnded && this.writableFinished) void this.#connection.close();
    else this.#connection.abort(error ?? undefined);
    void this.#connection.closed.then(() => done(error));
  }

  /** Node would destroy it at the end of a loop, in the middle of what is still being written. */
  override [Symbol.asyncIterator](): NodeJS.AsyncIterator<Buffer> {
    return this.iterator({ destroyOnReturn: false });
  }

  /** What an aborted connection still held is refused; what a broken one held is read first, and tells the failure. */
  async #onGone(wasAborted: boolean): Promise<void> {
    if (!wasAborted && !this.readableEnded) return;
    if (this.readableEnded && this.writableFinished) return;
    this.destroy((await refusalOf(this.#connection)) as Error);
  }
}

/**
 * Makes a `Duplex` of a connection, for `pipeline` and everything else that speaks `node:stream`: an edge, dearer a chunk than
 * `consume`.
 *
 * - **Back-pressure** holds both ways. The duplex reads on demand and holds one chunk at most, so that what came before a
 *   failure is given before it; reading ahead is the connection's. A `read(n)` for more than has come makes Node gather, and a
 *   failure drops what was gathered.
 * - **Ends**: `end()` finishes sending (where `caps` lacks `halfClose`, it closes both directions, and reading ends); the peer's end is
 *   `'end'`, and the other direction goes on. After both, the connection is closed and `'close'` follows.
 * - **`destroy()`** is `abort()`: an end would make a cut message look whole. `'close'` comes when the connection is gone. An abort
 *   of the connection destroys the duplex.
 * - **`for await`** leaves the duplex open however the loop ends, as it leaves a connection.
 * - **Failures** are the `TransportError`s of `recv` and `send`, as `'error'`. `ERR_BUSY`, where somebody else reads the
 *   connection, ends the duplex and harms nobody.
 *
 * With the unit `'message'` the readable side is in object mode: one chunk is one datagram, empty ones too. Each write is one.
 *
 * @example Piping through a transform of Node
 * ```ts
 * import assert from 'node:assert/strict';
 * import { pipeline } from 'node:stream/promises';
 * import { createGunzip, createGzip } from 'node:zlib';
 * import { memoryNetwork } from '@stack/transport/memory';
 * import { toNode } from '@stack/transport/node';
 *
 * const net = memoryNetwork();
 * const listener = await net.listen('tcp://127.0.0.1:9090');
 * const [client, server] = await Promise.all([net.connect('tcp://127.0.0.1:9090'), listener.accept()]);
 * assert(server !== null);
 *
 * const duplex = toNode(server);
 * const upper = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<string> {
 *   for await (const chunk of source) yield chunk.toString().toUpperCase();
 * };
 * const received: Buffer[] = [];
 * await Promise.all([
 *   pipeline(['hello'], createGzip(), toNode(client), async (source: AsyncIterable<Buffer>) => {
 *     for await (const chunk of source) received.push(chunk);
 *   }),
 *   pipeline(duplex, createGunzip(), upper, duplex),
 * ]);
 * assert.equal(Buffer.concat(received).toString(), 'HELLO');
 * await listener.close();
 * ```
 */
export const toNode = (connection: Connection): Duplex => new ConnectionDuplex(connection);
