import type { Writable } from 'node:stream';
import { ReaderGone } from './failure.ts';

/** Writes to an output at the pace of whoever reads it. */
export class Outlet {
  readonly #output: Writable;
  #error: Error | undefined;
  #waiting: PromiseWithResolvers<void> | undefined;

  constructor(output: Writable) {
    this.#output = output;
    output.on('drain', this.#onDrain);
    output.on('error', this.#onError);
  }

  /**
   * Writes bytes. A promise asks to wait before more is written.
   *
   * @throws {ReaderGone} when nobody reads any more
   */
  write(data: Uint8Array | string): Promise<void> | undefined {
    if (this.#error !== undefined) throw this.#error;
    if (this.#output.write(data)) return undefined;
    this.#waiting ??= Promise.withResolvers<void>();
    return this.#waiting.promise;
  }

  /** Waits until everything was taken, or fails as `write` does. */
  async flush(): Promise<void> {
    if (this.#error !== undefined) throw this.#error;
    await new Promise<void>((resolve, reject) => {
      this.#output.write('', (error) => (error ? reject(this.#failure(error)) : resolve()));
    });
  }

  #onDrain = (): void => {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  };

  #onError = (error: Error): void => {
    this.#error ??= this.#failure(error);
    this.#waiting?.reject(this.#error);
    this.#waiting = undefined;
  };

  #failure(cause: Error): Error {
    if ('code' in cause && cause.code === 'EPIPE')
      return new ReaderGone('Cannot write the output: nobody reads it', { cause });
    return new Error(`Cannot write the output: ${cause.message}`, { cause });
  }
}
