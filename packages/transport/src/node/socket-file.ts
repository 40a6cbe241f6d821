import { unlinkSync } from 'node:fs';
import { lookAt } from './look-at.ts';

/**
 * The file of a listening socket, which is ours to remove.
 *
 * The socket holds on to its file even when the name is gone, so while it is open nobody else's file has its number: device
 * and number are enough to know it by, whatever became of its times and permissions since.
 */
export class SocketFile {
  readonly #path: string;
  readonly #device: bigint;
  readonly #number: bigint;

  constructor(path: string, { dev, ino }: { readonly dev: bigint; readonly ino: bigint }) {
    this.#path = path;
    this.#device = dev;
    this.#number = ino;
  }

  /** Removes it, if it is still the one at the path: before the socket closes. Failing to is no reason not to close. */
  remove(): void {
    const found = lookAt(this.#path);
    if (found?.ino !== this.#number || found.dev !== this.#device) return;
    try {
      unlinkSync(this.#path);
    } catch {
      // The directory has become read-only, or somebody else removed it just now.
    }
  }
}
