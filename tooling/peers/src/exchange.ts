import { randomBytes } from 'node:crypto';
import type { Connection, Listener } from '@stack/transport';

/** Sends every byte back, and finishes when the peer has. */
export const echo = async (connection: Connection): Promise<void> => {
  await connection.consume((chunk) => connection.send(chunk));
  await connection.closeWrite();
  await connection.close();
};

/** Reads until the peer has finished. */
const readAll = async (connection: Connection): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  await connection.consume((chunk) => void chunks.push(chunk));
  return Buffer.concat(chunks);
};

/** Sends `bytes` random bytes and finishes, then tells whether exactly these came back before the peer finished too. */
export const isEchoed = async (connection: Connection, bytes: number = 2 ** 20): Promise<boolean> => {
  const sent = randomBytes(bytes);
  const received = readAll(connection);
  await connection.send(sent);
  await connection.closeWrite();
  return sent.equals(await received);
};

/** A listener's connections, each served on its own; what a test wants to know of them, and how they failed. */
export class Served<T> implements AsyncDisposable {
  readonly #listener: Listener;
  readonly #told: Promise<T>[] = [];
  readonly #waiting: ((told: Promise<T>) => void)[] = [];
  readonly #connections: Connection[] = [];

  /** @param serve - tells what there is to know of a connection, once `tell` is called; runs to the connection's end */
  constructor(listener: Listener, serve: (connection: Connection, tell: (told: T) => void) => Promise<void>) {
    this.#listener = listener;
    void (async () => {
      for await (const connection of listener) {
        this.#connections.push(connection);
        const { promise, resolve, reject } = Promise.withResolvers<T>();
        promise.catch(() => undefined);
        serve(connection, resolve).catch((error: unknown) => {
          reject(error);
          connection.abort();
        });
        const waiting = this.#waiting.shift();
        if (waiting === undefined) this.#told.push(promise);
        else waiting(promise);
      }
    })();
  }

  /** What is told of the next connection. */
  next(): Promise<T> {
    return this.#told.shift() ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener.close();
    for (const connection of this.#connections) connection.abort();
  }
}
