import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';

/** The port at the end of an endpoint (`tcp://127.0.0.1:40123`). */
export const portOf = (endpoint: string | undefined): number => Number(/:(\d+)$/.exec(endpoint ?? '')?.[1]);

/** A client that is nothing of this project: a plain socket, and what came from it. It never closes by itself. */
export class Dialled implements Disposable {
  readonly socket: Socket;
  /** Settles when the connection is gone: the code of what broke it, or `null` after an orderly end. */
  readonly gone: Promise<string | null>;
  #chunks: Buffer[] = [];
  #pendingBytes = 0;
  #hasEnded = false;
  #wake = (): void => undefined;

  /** @param socket - connected, nothing read from it yet */
  constructor(socket: Socket) {
    this.socket = socket;
    const { promise, resolve } = Promise.withResolvers<string | null>();
    this.gone = promise;
    let failure: string | null = null;
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#pendingBytes += chunk.length;
      this.#wake();
    });
    socket.once('end', () => this.#end());
    socket.on('error', (error: NodeJS.ErrnoException) => {
      failure = error.code ?? error.message;
    });
    socket.once('close', () => {
      this.#end();
      resolve(failure);
    });
  }

  /** Bytes that came and were not taken yet. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Sends bytes at once. */
  send(data: string | Uint8Array): void {
    this.socket.write(data);
  }

  /** Waits for `bytes` bytes; gives fewer when the server finished or broke the connection before. */
  async take(bytes: number): Promise<Buffer> {
    while (this.#pendingBytes < bytes && !this.#hasEnded) await this.#more();
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all.subarray(bytes)];
    this.#pendingBytes = Math.max(0, all.length - bytes);
    return all.subarray(0, bytes);
  }

  /** Waits until the server has finished, and gives everything that was not taken. */
  async rest(): Promise<Buffer> {
    while (!this.#hasEnded) await this.#more();
    return this.take(this.#pendingBytes);
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #end(): void {
    this.#hasEnded = true;
    this.#wake();
  }
}

/** Dials an endpoint of a server under test (`tcp://127.0.0.1:40123` at `host`, or `unix:/path`). */
export const dial = async (endpoint: string | undefined, host = '127.0.0.1'): Promise<Dialled> => {
  const path = endpoint?.startsWith('unix:') === true ? endpoint.slice('unix:'.length) : undefined;
  const where = path === undefined ? { host, port: portOf(endpoint) } : { path };
  const socket = createConnection({ ...where, noDelay: true, allowHalfOpen: true });
  await once(socket, 'connect');
  return new Dialled(socket);
};
