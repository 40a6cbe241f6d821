import type { Datagram } from '../contract/datagram.ts';
import type { DatagramQueueOptions } from '../contract/datagram-options.ts';
import type { ItemQueue } from './item-queue.ts';
import { countOption } from './limits.ts';

/** The bound of a queue, checked; one for all the queues of a listener. */
export interface QueueLimits {
  readonly packets: number;
  readonly bytes: number;
  readonly policy: 'newest' | 'oldest';
}

/** Checks the bound of a queue and fills in the defaults. */
export const queueLimits = (options: DatagramQueueOptions = {}): QueueLimits => {
  const packets = countOption('queue.packets', options.packets, 1024);
  const bytes = countOption('queue.bytes', options.bytes, 1_048_576);
  const { policy = 'newest' } = options;
  if (policy === 'newest' || policy === 'oldest') return { packets, bytes, policy };
  throw new RangeError(`queue.policy must be "newest" or "oldest", not "${String(policy)}"`);
};

/** Datagrams, with or without their sender, in order, up to a bound in packets and bytes; what finds no room is dropped by a policy, and counted. */
export class DatagramQueue<T extends Datagram | Uint8Array> implements ItemQueue<T> {
  readonly #limits: QueueLimits;
  /** Made when something has to wait: most queues of many peers never hold anything. */
  #items: T[] | undefined;
  #head = 0;
  #queuedBytes = 0;
  dropped = 0;
  /** Senders are held back when it is full: then nothing is dropped, and what comes before they stop finds room. */
  holdsAll = false;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#items === undefined ? 0 : this.#items.length - this.#head;
  }

  get full(): boolean {
    return this.size >= this.#limits.packets || this.#queuedBytes >= this.#limits.bytes;
  }

  push(item: T): void {
    const length = bytesOf(item);
    if (!this.holdsAll && !this.#makeRoom(length)) {
      this.dropped += 1;
      return;
    }
    (this.#items ??= []).push(item);
    this.#queuedBytes += length;
  }

  /** Puts something in front that was taken too early. It has found room before. */
  unshift(item: T): void {
    this.#items = [item, ...(this.#items?.slice(this.#head) ?? [])];
    this.#head = 0;
    this.#queuedBytes += bytesOf(item);
  }

  /** The next one, which stays. */
  get first(): T | undefined {
    return this.#items?.[this.#head];
  }

  shift(): T | undefined {
    const items = this.#items;
    const item = items?.[this.#head];
    if (items === undefined || item === undefined) return undefined;
    this.#head += 1;
    this.#queuedBytes -= bytesOf(item);
    if (this.#head === items.length) {
      this.#items = undefined;
      this.#head = 0;
    } else if (this.#head === 1024) {
      // The used front is cut off rarely, so that a shift costs the same whatever the length.
      this.#items = items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  clear(): void {
    this.#items = undefined;
    this.#head = 0;
    this.#queuedBytes = 0;
  }

  /** Makes room by the policy; false: there is none for this one. */
  #makeRoom(length: number): boolean {
    if (length > this.#limits.bytes) return false;
    while (!this.#fits(length)) {
      if (this.#limits.policy === 'newest') return false;
      this.shift();
      this.dropped += 1;
    }
    return true;
  }

  #fits(length: number): boolean {
    return this.size < this.#limits.packets && this.#queuedBytes + length <= this.#limits.bytes;
  }
}

const bytesOf = (item: Datagram | Uint8Array): number => (item instanceof Uint8Array ? item : item.data).length;
