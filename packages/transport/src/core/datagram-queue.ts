import type { Datagram } from '../contract/datagram.ts';
import type { DatagramQueueOptions } from '../contract/network.ts';
import type { ItemQueue } from './item-queue.ts';
import { countOption } from './limits.ts';

/** Datagrams in order, up to a bound in packets and bytes; what finds no room is dropped by a policy, and counted. */
export class DatagramQueue implements ItemQueue<Datagram> {
  readonly #packets: number;
  readonly #bytes: number;
  readonly #policy: 'newest' | 'oldest';
  #items: Datagram[] = [];
  #head = 0;
  #queuedBytes = 0;
  dropped = 0;

  constructor(options: DatagramQueueOptions = {}) {
    this.#packets = countOption('queue.packets', options.packets, 1024);
    this.#bytes = countOption('queue.bytes', options.bytes, 1_048_576);
    const { policy = 'newest' } = options;
    if (policy !== 'newest' && policy !== 'oldest') {
      throw new RangeError(`queue.policy must be "newest" or "oldest", not "${String(policy)}"`);
    }
    this.#policy = policy;
  }

  get size(): number {
    return this.#items.length - this.#head;
  }

  get full(): boolean {
    return this.size >= this.#packets || this.#queuedBytes >= this.#bytes;
  }

  push(datagram: Datagram): void {
    const { length } = datagram.data;
    if (length > this.#bytes || (this.#policy === 'newest' && !this.#fits(length))) {
      this.dropped += 1;
      return;
    }
    while (!this.#fits(length)) {
      this.shift();
      this.dropped += 1;
    }
    this.#items.push(datagram);
    this.#queuedBytes += length;
  }

  shift(): Datagram | undefined {
    const datagram = this.#items[this.#head];
    if (datagram === undefined) return undefined;
    this.#head += 1;
    this.#queuedBytes -= datagram.data.length;
    // The used front is cut off rarely, so that a shift costs the same whatever the length.
    if (this.#head === this.#items.length || this.#head === 1024) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return datagram;
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
    this.#queuedBytes = 0;
  }

  #fits(length: number): boolean {
    return this.size < this.#packets && this.#queuedBytes + length <= this.#bytes;
  }
}
