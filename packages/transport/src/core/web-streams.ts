import type { Connection } from '../contract/connection.ts';
import type { WebStreams } from '../contract/web-streams.ts';
import { finishSending, refusalOf } from './sending-end.ts';

/** What the controllers of both kinds of readable have in common. */
interface ReadableController {
  /** Of a byte stream: the buffer that a reader waits with. */
  readonly byobRequest?: { readonly view: ArrayBufferView | null; respond(bytes: number): void } | null;
  enqueue(chunk: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

/**
 * Enqueued in a byte stream, the memory of a chunk is transferred: that must not take along what other chunks, still in the
 * queue, share with it.
 */
const ownMemory = (chunk: Uint8Array): Uint8Array<ArrayBuffer> =>
  chunk.buffer instanceof ArrayBuffer && chunk.byteLength === chunk.buffer.byteLength
    ? (chunk as Uint8Array<ArrayBuffer>)
    : new Uint8Array(chunk);

/** A connection between its two streams. */
class Edge {
  readonly #connection: Connection;
  /** Directions that are over. */
  #over = 0;
  #isCancelled = false;
  /** This side closed both directions by ending one: what is read then is the end, no failure. */
  #isClosing = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async pull(controller: ReadableController): Promise<void> {
    // Never more than a reader's own buffer takes: what is read too far would be lost to direct reads.
    const chunk = await this.#recv(controller.byobRequest?.view?.byteLength);
    if (this.#isCancelled) return;
    if (chunk !== null) return controller.enqueue(ownMemory(chunk));
    controller.close();
    // A read that waits with a buffer gets it back empty.
    controller.byobRequest?.respond(0);
    this.#end();
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#connection.closeRead();
    this.#end();
  }

  start(controller: WritableStreamDefaultController): void {
    const connection = this.#connection;
    // Not the sink's `abort`: that would wait for a write that is under way, and so for a peer that may never read.
    controller.signal.addEventListener('abort', () => connection.abort(controller.signal.reason));
    // Whoever has nothing to write at the moment learns of it too.
    void connection.closed.then(() => refusalOf(connection)).then((error) => controller.error(error));
  }

  async write(chunk: Uint8Array): Promise<void> {
    try {
      await this.#connection.send(chunk);
    } catch (error) {
      // The stream is lost and can never be closed: without this, the peer would wait for the rest.
      if (error instanceof TypeError) this.#connection.abort(error);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#isClosing = !this.#connection.caps.has('halfClose');
    await finishSending(this.#connection);
    this.#end();
  }

  async #recv(max: number | undefined): Promise<Uint8Array | null> {
    try {
      return await this.#connection.recv(max);
    } catch (error) {
      if (this.#isClosing) return null;
      throw error;
    }
  }

  /** A direction is over. After both nobody holds the connection any more, and a peer that does not finish must not either. */
  #end(): void {
    this.#over += 1;
    if (this.#over === 2) void this.#connection.close();
  }
}

/** See `Connection.toWeb`. */
export const toWebStreams = (connection: Connection): WebStreams => {
  const edge = new Edge(connection);
  const pull = (controller: ReadableController): Promise<void> => edge.pull(controller);
  const cancel = (): void => edge.cancel();
  // A byte stream does not promise to keep the boundaries of datagrams, and takes no empty one.
  const source = connection.unit === 'message' ? { pull, cancel } : { pull, cancel, type: 'bytes' as const };
  const writable = new WritableStream<Uint8Array>({
    start: (controller) => edge.start(controller),
    write: (chunk) => edge.write(chunk),
    close: () => edge.close(),
  });
  // A mark of 0: nothing is read before somebody reads.
  return { readable: new ReadableStream(source, { highWaterMark: 0 }), writable };
};
