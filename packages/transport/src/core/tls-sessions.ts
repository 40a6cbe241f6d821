import type { TlsSessions } from '../contract/tls.ts';
import { countOption } from './limits.ts';

/** How much to keep. */
export interface TlsSessionsOptions {
  /** Servers to keep a session of; past it the one that was used longest ago is forgotten. Default 100. */
  readonly maxServers?: number | undefined;
}

/** One session a server, in the order of their last use. */
class SessionMap implements TlsSessions {
  readonly #maxServers: number;
  readonly #sessions = new Map<string, Uint8Array>();

  constructor(maxServers: number) {
    this.#maxServers = maxServers;
  }

  get(server: string): Uint8Array | undefined {
    const session = this.#sessions.get(server);
    if (session !== undefined) this.put(server, session);
    return session;
  }

  put(server: string, session: Uint8Array): void {
    this.#sessions.delete(server);
    this.#sessions.set(server, session);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > this.#maxServers && oldest !== undefined) this.#sessions.delete(oldest);
  }
}

/**
 * Keeps TLS sessions in memory, so that a client that comes again is spared half of the handshake (RFC 8446 section 2.2).
 * Share it among the connections of one client, never among several: whoever watches the network can tell that two connections
 * that resume one session belong together.
 *
 * @throws {RangeError} when `maxServers` is less than 1
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { tlsSessions } from '@stack/transport';
 *
 * const sessions = tlsSessions();
 * sessions.put('example.com', Uint8Array.of(1, 2, 3));
 * assert.deepEqual(sessions.get('example.com'), Uint8Array.of(1, 2, 3));
 * assert.equal(sessions.get('example.org'), undefined);
 * ```
 */
export const tlsSessions = ({ maxServers }: TlsSessionsOptions = {}): TlsSessions =>
  new SessionMap(countOption('maxServers', maxServers, 100));
