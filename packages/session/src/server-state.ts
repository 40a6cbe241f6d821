import type { ServerState } from './contract/server.ts';

/** Where each state of a server may lead. A server whose sources all ended is done without a drain. */
const next: Readonly<Record<ServerState, readonly ServerState[]>> = {
  serving: ['draining', 'done'],
  draining: ['done'],
  done: [],
};

/** The state of a server; `become` is the one thing that changes it. */
export class Lifecycle {
  #state: ServerState = 'serving';

  get state(): ServerState {
    return this.#state;
  }

  become(state: ServerState): void {
    if (!next[this.#state].includes(state)) throw new Error(`Cannot go from ${this.#state} to ${state}`);
    this.#state = state;
  }
}
