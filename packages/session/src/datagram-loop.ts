import { type Bytes, type Datagram, type DatagramSocket, isTransportError, type Step } from '@stack/transport';
import type { DatagramHandler, ReplySocket } from './contract/handler.ts';
import { rest } from './rest.ts';

/** What a datagram loop needs of its server. */
export interface DatagramHost {
  readonly acceptRetryMs: number;
  handled(): void;
  /** Something went wrong: with one datagram, or with the socket where there is none. */
  failed(error: unknown, datagram?: Datagram): void;
}

/** Serves one datagram socket: a datagram whose handler fails costs that datagram, never the loop. */
export class DatagramLoop implements ReplySocket {
  readonly socket: DatagramSocket;
  /** Settles when the socket is closed. */
  readonly done: Promise<void>;
  readonly #handler: DatagramHandler;
  readonly #host: DatagramHost;
  #count = 0;
  #pending = 0;
  #isClosed = false;

  constructor(socket: DatagramSocket, handler: DatagramHandler, host: DatagramHost) {
    this.socket = socket;
    this.#handler = handler;
    this.#host = host;
    this.done = this.#run();
  }

  get local(): DatagramSocket['local'] {
    return this.socket.local;
  }

  reply(to: Datagram, data: Bytes): boolean {
    return !this.#isClosed && this.socket.trySendTo(data, to.from);
  }

  /** Serves what came until a whole turn brought nothing, then closes. */
  async drain(): Promise<void> {
    let before = -1;
    while (!this.#isClosed && (this.#pending > 0 || this.#count !== before)) {
      before = this.#count;
      await rest(this.socket.clock, 1);
    }
    await this.close();
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return this.socket.close();
  }

  async #run(): Promise<void> {
    const each = (datagram: Datagram): Step => this.#each(datagram);
    while (!this.#isClosed) {
      try {
        await this.socket.consume(each);
        return;
      } catch (error) {
        if (this.#isClosed) return;
        this.#host.failed(error);
        if (isTransportError(error, 'ERR_CLOSED')) return;
        await rest(this.socket.clock, this.#host.acceptRetryMs);
      }
    }
  }

  #each(datagram: Datagram): Step {
    this.#count += 1;
    this.#host.handled();
    let step: Step;
    try {
      step = this.#handler(datagram, this);
    } catch (error) {
      this.#host.failed(error, datagram);
      return undefined;
    }
    if (step === undefined) return undefined;
    this.#pending += 1;
    return step
      .catch((error: unknown) => this.#host.failed(error, datagram))
      .finally(() => {
        this.#pending -= 1;
      });
  }
}
