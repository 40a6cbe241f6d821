import {
  type Bytes,
  type Clock,
  type Datagram,
  type DatagramSocket,
  isTransportError,
  type Step,
} from '@stack/transport';
import type { DatagramHandler, ReplySocket } from './contract/handler.ts';
import { rest } from './rest.ts';

/** What a datagram loop needs of its server. */
export interface DatagramHost {
  handled(): void;
  /** Something went wrong with one datagram. */
  datagramFailed(error: unknown, datagram: Datagram): void;
  /** Something went wrong with the socket, which goes on if it can. */
  socketFailed(error: unknown): void;
  /** Settles after a pause, or as soon as the server has no patience left. */
  rest(clock: Clock): Promise<void>;
}

/** What a handler returns besides promises is of no meaning, whatever its type says. */
const isPending = (step: Step): step is Promise<void> =>
  typeof (step as { readonly then?: unknown } | undefined | null)?.then === 'function';

/** Serves one datagram socket: a datagram whose handler fails costs that datagram, never the loop. */
export class DatagramLoop implements ReplySocket {
  readonly socket: DatagramSocket;
  /** Settles when the socket gives nothing any more, with what broke it; `undefined`: nothing did. */
  readonly done: Promise<unknown>;
  readonly #handler: DatagramHandler;
  readonly #host: DatagramHost;
  #count = 0;
  /** The one handler that is under way. */
  #pending: Promise<void> | undefined;
  #failure: unknown;
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
    while (!this.#isClosed && this.#count !== before) {
      before = this.#count;
      await rest(this.socket.clock, 1);
      // One that never settles ends with the grace, which closes the socket over its head.
      await this.#pending;
    }
    await this.close();
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return this.socket.close();
  }

  async #run(): Promise<unknown> {
    const each = (datagram: Datagram): Step => this.#each(datagram);
    while (!this.#isClosed) {
      try {
        await this.socket.consume(each);
        return undefined;
      } catch (error) {
        if (this.#isClosed) return undefined;
        const isGone = isTransportError(error, 'ERR_CLOSED');
        // A broken socket has told why before it says that it is closed.
        if (isGone && this.#failure !== undefined) return this.#failure;
        this.#failure = error;
        this.#host.socketFailed(error);
        if (isGone) return error;
        await this.#host.rest(this.socket.clock);
      }
    }
    return undefined;
  }

  #each(datagram: Datagram): Step {
    this.#count += 1;
    this.#failure = undefined;
    this.#host.handled();
    let step: Step;
    try {
      step = this.#handler(datagram, this);
    } catch (error) {
      this.#host.datagramFailed(error, datagram);
      return undefined;
    }
    if (!isPending(step)) return undefined;
    this.#pending = Promise.resolve(step)
      .catch((error: unknown) => this.#host.datagramFailed(error, datagram))
      .finally(() => {
        this.#pending = undefined;
      });
    return this.#pending;
  }
}
