import type { Session, SessionRegistry } from './contract/session.ts';
import type { ServedSession } from './served-session.ts';

/** The open sessions by id, and those who wait for one to end. */
export class Registry implements SessionRegistry {
  readonly #sessions = new Map<number, ServedSession>();
  #onRemoved: (() => void)[] = [];

  get size(): number {
    return this.#sessions.size;
  }

  add(session: ServedSession): void {
    this.#sessions.set(session.id, session);
  }

  /** False: it was removed before. */
  remove(session: ServedSession): boolean {
    const wasThere = this.#sessions.delete(session.id);
    for (const f of this.#onRemoved.splice(0)) f();
    return wasThere;
  }

  kill(id: number, reason: unknown = new Error(`Session ${id} was killed`)): boolean {
    const session = this.#sessions.get(id);
    session?.kill(reason);
    return session !== undefined;
  }

  /** Settles when fewer than `size` sessions are open. */
  async untilBelow(size: number): Promise<void> {
    while (this.size >= size) await new Promise<void>((resolve) => this.#onRemoved.push(resolve));
  }

  /** The sessions of now: ones that come or go while it is walked change nothing. */
  served(): readonly ServedSession[] {
    return [...this.#sessions.values()];
  }

  *[Symbol.iterator](): Iterator<Session> {
    yield* this.served();
  }
}
