import type { Address } from '@stack/address';
import type { Clock } from '../contract/clock.ts';
import type { Outgoing } from '../contract/datagram.ts';
import type { DatagramDriver, OutgoingBytes, SendReceipt } from '../contract/driver.ts';
import { TransportError } from '../contract/errors.ts';
import type { Bytes, Op } from '../contract/op.ts';
import { stoppedBefore, watch } from './deadline.ts';
import { handled, toBytes } from './write-side.ts';

/** What the sending half of a datagram socket needs of it. */
export interface OutHost {
  readonly clock: Clock;
  readonly at: string;
  readonly driver: DatagramDriver;
  /** Why nothing is sent any more; `undefined` while the socket is open. */
  refusal(): TransportError | undefined;
  /** A send that nobody waits for failed. */
  onUnwatched(error: TransportError): void;
}

/** What may be on its way to the kernel. */
export interface OutLimits {
  readonly maxQueuedBytes: number;
  readonly maxQueuedPackets: number;
}

/** Those who wait for room. */
interface Hopeful {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
  release: (() => void) | undefined;
}

const settled: Promise<void> = Promise.resolve();

/** Waits until the kernel has said of every one of some datagrams what became of it; the first failure counts. */
class Receipt implements SendReceipt {
  readonly #out: DatagramOut;
  readonly #outcome = Promise.withResolvers<void>();
  #left: number;
  #failure: TransportError | null = null;
  #release: (() => void) | undefined;

  constructor(out: DatagramOut, count: number, op: Op | undefined, host: OutHost) {
    this.#out = out;
    this.#left = count;
    if (op !== undefined) this.#release = watch(op, host.clock, 'send', host.at, (reason) => this.#fail(reason));
  }

  get promise(): Promise<void> {
    return this.#outcome.promise;
  }

  onSent(error: TransportError | null): void {
    this.#left -= 1;
    this.#failure ??= error;
    if (this.#left === 0) {
      this.#release?.();
      if (this.#failure === null) this.#outcome.resolve();
      else this.#fail(this.#failure);
    }
    this.#out.heard();
  }

  /** A forgotten `await` must not end the process: marked when it fails, which is cheaper than always. */
  #fail(reason: unknown): void {
    void handled(this.#outcome.promise);
    this.#outcome.reject(reason);
  }
}

/**
 * The sending half of a datagram socket. Everything goes to the driver at once; what the kernel has not been heard of is
 * counted, awaited or not, and past a bound nothing more is taken.
 */
export class DatagramOut {
  readonly #host: OutHost;
  readonly #limits: OutLimits;
  /** Datagrams given to the driver and not heard of. */
  #unheard = 0;
  #hopeful: Hopeful[] | undefined;
  /** One for all that nobody waits for. */
  readonly #unwatched: SendReceipt;

  constructor(host: OutHost, limits: OutLimits) {
    this.#host = host;
    this.#limits = limits;
    this.#unwatched = {
      onSent: (error) => {
        if (error !== null) host.onUnwatched(error);
        this.heard();
      },
    };
  }

  send(data: Bytes, to: Address | undefined, op: Op | undefined): Promise<void> {
    try {
      this.#admit(op);
      checkReceiver(to);
      const bytes = toBytes(data);
      if (!this.#hasRoom) throw this.#full();
      const receipt = new Receipt(this, 1, op, this.#host);
      this.#unheard += 1;
      this.#host.driver.send(bytes, to, receipt);
      return receipt.promise;
    } catch (error) {
      return handled(Promise.reject(error));
    }
  }

  trySend(data: Bytes, to: Address | undefined): boolean {
    this.#admit(undefined);
    checkReceiver(to);
    const bytes = toBytes(data);
    if (!this.#hasRoom) return false;
    this.#unheard += 1;
    this.#host.driver.send(bytes, to, this.#unwatched);
    return true;
  }

  sendMany(batch: readonly Outgoing[], op: Op | undefined): Promise<number> {
    return handled(this.#sendMany(batch, op));
  }

  async #sendMany(batch: readonly Outgoing[], op: Op | undefined): Promise<number> {
    this.#admit(op);
    // All of it is checked before any of it is sent.
    const all = batch.map(({ data, to }): OutgoingBytes => {
      checkReceiver(to);
      return { data: toBytes(data), to };
    });
    const count = this.#fitting(all);
    if (count === 0) return 0;
    const receipt = new Receipt(this, count, op, this.#host);
    this.#unheard += count;
    this.#host.driver.sendMany(all, count, receipt);
    await receipt.promise;
    return count;
  }

  writable(op: Op | undefined): Promise<void> {
    try {
      this.#admit(op);
    } catch (error) {
      return handled(Promise.reject(error));
    }
    if (this.#hasRoom) return settled;
    const among = (this.#hopeful ??= []);
    return handled(
      new Promise<void>((resolve, reject) => {
        const hopeful: Hopeful = { resolve, reject, release: undefined };
        among.push(hopeful);
        if (op === undefined) return;
        hopeful.release = watch(op, this.#host.clock, 'send', this.#host.at, (reason) => {
          among.splice(among.indexOf(hopeful), 1);
          reject(reason);
        });
      }),
    );
  }

  /** The kernel was heard of one datagram more. */
  heard(): void {
    this.#unheard -= 1;
    if (this.#hopeful === undefined || !this.#hasRoom) return;
    const hopeful = this.#hopeful;
    this.#hopeful = undefined;
    for (const { release, resolve } of hopeful) {
      release?.();
      resolve();
    }
  }

  /** Rejects those who wait for room. Sends are told by the driver what became of them. */
  refuse(error: () => unknown): void {
    const hopeful = this.#hopeful ?? [];
    this.#hopeful = undefined;
    for (const { release, reject } of hopeful) {
      release?.();
      reject(error());
    }
  }

  get #hasRoom(): boolean {
    if (this.#unheard === 0) return true;
    const { maxQueuedBytes, maxQueuedPackets } = this.#limits;
    return this.#unheard < maxQueuedPackets && this.#host.driver.queued < maxQueuedBytes;
  }

  /** How many of a batch there is room for, as if they were sent one after another. */
  #fitting(all: readonly OutgoingBytes[]): number {
    const { maxQueuedBytes, maxQueuedPackets } = this.#limits;
    let queued = this.#unheard === 0 ? 0 : this.#host.driver.queued;
    const most = Math.min(all.length, Math.max(maxQueuedPackets - this.#unheard, 0));
    let count = 0;
    while (count < most && queued < maxQueuedBytes) {
      queued += all[count]?.data.length ?? 0;
      count += 1;
    }
    return count;
  }

  #admit(op: Op | undefined): void {
    const stopped = op === undefined ? undefined : stoppedBefore(op, 'send', this.#host.at);
    if (stopped !== undefined) throw stopped.reason;
    const refusal = this.#host.refusal();
    if (refusal !== undefined) throw refusal;
  }

  #full(): TransportError {
    const { queued } = this.#host.driver;
    const { maxQueuedBytes, maxQueuedPackets } = this.#limits;
    const reason =
      `${this.#unheard} datagrams (${queued} bytes) wait to be sent, ` +
      `and at most ${maxQueuedPackets} (${maxQueuedBytes} bytes) may`;
    return new TransportError({ code: 'ERR_SEND_BUFFER', op: 'send', at: this.#host.at, reason });
  }
}

/** A datagram of a Unix socket without a name cannot be answered. */
const checkReceiver = (to: Address | undefined): void => {
  if (to === undefined || to.family !== 'AF_UNIX' || to.kind !== 'unnamed') return;
  const reason = 'that socket has no name, so nothing can be sent to it';
  throw new TransportError({ code: 'EDESTADDRREQ', op: 'send', at: 'unix:unnamed', reason, remote: to });
};
