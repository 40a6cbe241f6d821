import type { Address } from '@stack/address';
import type { Connection } from '@stack/transport';
import type { Session } from './contract/session.ts';

/** A session of a server: what handlers and layers see of it, and what the server does to it. */
export class ServedSession implements Session {
  readonly id: number;
  readonly connection: Connection;
  #isDraining = false;
  #killed: { readonly reason: unknown } | undefined;
  #controller: AbortController | undefined;
  #onDrain: (() => void)[] | undefined;
  #data: Map<symbol, unknown> | undefined;

  readonly #onKilled: (session: ServedSession) => void;

  constructor(id: number, connection: Connection, onKilled: (session: ServedSession) => void) {
    this.id = id;
    this.connection = connection;
    this.#onKilled = onKilled;
  }

  get peer(): Address {
    return this.connection.remote;
  }

  get draining(): boolean {
    return this.#isDraining;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#killed !== undefined) this.#controller.abort(this.#killed.reason);
    }
    return this.#controller.signal;
  }

  get data(): Map<symbol, unknown> {
    return (this.#data ??= new Map());
  }

  onDrain(f: () => void): void {
    if (this.#isDraining) f();
    else (this.#onDrain ??= []).push(f);
  }

  /** Tells those who asked that the server drains. Every one is told; the first error is thrown afterwards. */
  beginDrain(): void {
    this.#isDraining = true;
    const errors: unknown[] = [];
    for (const f of this.#onDrain?.splice(0) ?? []) {
      try {
        f();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  /** Drops the session: its signal aborts, and so does its connection. A handler that goes on all the same is on its own. */
  kill(reason: unknown): void {
    this.#killed ??= { reason };
    this.#controller?.abort(reason);
    this.connection.abort(reason);
    this.#onKilled(this);
  }
}
