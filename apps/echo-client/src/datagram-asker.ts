import { type DatagramPeer, isTransportError } from '@stack/transport';
import type { Asker } from './asker.ts';

/** Asks by datagrams: one question, one answer. There is no end but silence. */
export class DatagramAsker implements Asker {
  readonly #peer: DatagramPeer;
  readonly #name: string;
  readonly #timeoutMs: number;
  readonly left: AbortSignal = new AbortController().signal;

  constructor(peer: DatagramPeer, name: string, timeoutMs: number) {
    this.#peer = peer;
    this.#name = name;
    this.#timeoutMs = timeoutMs;
  }

  async ask(question: Uint8Array): Promise<Uint8Array> {
    await this.#peer.send(question);
    try {
      return await this.#peer.recv({ timeoutMs: this.#timeoutMs });
    } catch (error) {
      if (!isTransportError(error, 'ERR_TIMEOUT')) throw error;
      throw new Error(`Cannot receive from ${this.#name}: no reply within ${this.#timeoutMs} ms`, { cause: error });
    }
  }
}
