import type { CloseInfo, Connection } from './contract/connection.ts';
import { TransportError } from './contract/errors.ts';

/** As much of a connection of unit `'message'` as the edges use: no half-close, one recv a datagram, no end but its own. */
export class MessageConnection implements Pick<
  Connection,
  'unit' | 'caps' | 'recv' | 'send' | 'writable' | 'close' | 'closeRead' | 'abort' | 'closed'
> {
  readonly unit = 'message';
  readonly caps: Connection['caps'] = new Set(['pause'] as const);
  readonly sent: Uint8Array[] = [];
  readonly #closed: PromiseWithResolvers<CloseInfo> = Promise.withResolvers<CloseInfo>();
  readonly #inbox: Uint8Array[];
  #waiting: ((error: TransportError) => void) | undefined;

  constructor(inbox: readonly Uint8Array[]) {
    this.#inbox = [...inbox];
  }

  get closed(): Promise<CloseInfo> {
    return this.#closed.promise;
  }

  recv(): Promise<Uint8Array | null> {
    const message = this.#inbox.shift();
    if (message !== undefined) return Promise.resolve(message);
    return new Promise((_, reject) => {
      this.#waiting = reject;
    });
  }

  send(data: Parameters<Connection['send']>[0]): Promise<void> {
    if (!(data instanceof Uint8Array)) return Promise.reject(new TypeError('data must be a Uint8Array'));
    if (data.length > 10) return Promise.reject(new TransportError({ code: 'EMSGSIZE', op: 'send' }));
    this.sent.push(data);
    return Promise.resolve();
  }

  writable(): Promise<void> {
    return Promise.reject(new TransportError({ code: 'ERR_CLOSED', op: 'send' }));
  }

  close(): Promise<void> {
    return this.#end({ how: 'finished', clean: true, unsentBytes: 0 });
  }

  closeRead(): void {
    this.#waiting = undefined;
  }

  abort(): void {
    void this.#end({ how: 'aborted', clean: false, unsentBytes: 0 });
  }

  #end(info: CloseInfo): Promise<void> {
    this.#waiting?.(new TransportError({ code: 'ERR_CLOSED', op: 'recv' }));
    this.#closed.resolve(info);
    return Promise.resolve();
  }
}

/** A connection of unit `'message'` to which these datagrams have come. */
export const messageConnection = (...inbox: readonly Uint8Array[]): MessageConnection & Connection =>
  new MessageConnection(inbox) as MessageConnection & Connection;
