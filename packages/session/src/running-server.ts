import type { Address } from '@stack/address';
import type { Clock, Connection, Datagram, DatagramSocket, Listener } from '@stack/transport';
import { acceptLoop, type AcceptHost } from './accept-loop.ts';
import type { Handler, Service } from './contract/handler.ts';
import type {
  DrainOptions,
  DrainReport,
  ErrorPlace,
  Server,
  ServerExit,
  ServerSnapshot,
  Source,
} from './contract/server.ts';
import { type DatagramHost, DatagramLoop } from './datagram-loop.ts';
import { Drain, type DrainHost } from './drain.ts';
import { Registry } from './registry.ts';
import { Rests } from './rest.ts';
import { checkGrace, type ServeSettings } from './serve-options.ts';
import { ServedSession } from './served-session.ts';
import { Lifecycle } from './server-state.ts';

/** Grace of `Symbol.asyncDispose`. */
const disposeGraceMs = 5_000;

const graceOver = (): Error => new Error('The grace of the drain is over');

const isListener = (source: Source): source is Listener => 'accept' in source;
const isSocket = (source: Source): source is DatagramSocket => !isListener(source);

/** A server over its sources: one loop a source, one handler a session, counters, and the way out. */
export class RunningServer implements Server, AcceptHost, DatagramHost {
  readonly sessions: Registry = new Registry();
  readonly done: Promise<ServerExit>;
  readonly #settings: ServeSettings;
  readonly #handler: Handler | undefined;
  readonly #listeners: readonly Listener[];
  readonly #loops: readonly DatagramLoop[];
  readonly #life = new Lifecycle();
  readonly #rests = new Rests();
  /** Settles when no source gives anything any more, with what broke each; `undefined`: nothing did. */
  readonly #ends: Promise<readonly unknown[]>;
  #drain: Drain | undefined;
  #accepted = 0;
  #finished = 0;
  #failed = 0;
  #datagrams = 0;
  #acceptErrors = 0;
  #socketErrors = 0;

  constructor(sources: readonly Source[], service: Service, settings: ServeSettings) {
    this.#settings = settings;
    this.#handler = service.stream;
    this.#listeners = sources.filter((source) => isListener(source));
    const { datagram } = service;
    const sockets = datagram === undefined ? [] : sources.filter((source) => isSocket(source));
    this.#loops = sockets.map((socket) => new DatagramLoop(socket, datagram ?? (() => undefined), this));
    const accepting = this.#listeners.map((listener) => acceptLoop(listener, this));
    this.#ends = Promise.all([...accepting, ...this.#loops.map((loop) => loop.done)]);
    this.done = this.#run();
  }

  get addresses(): readonly Address[] {
    return [...this.#listeners.flatMap(({ addresses }) => addresses), ...this.#loops.map(({ local }) => local)];
  }

  drain({ graceMs }: DrainOptions): Promise<DrainReport> {
    checkGrace(graceMs);
    if (this.#drain === undefined) {
      this.#drain = new Drain(this.#clock, this.#drainHost, this.sessions.size);
      if (this.#life.state === 'done') this.#drain.finish();
      else {
        this.#life.become('draining');
        this.#drain.start();
      }
    }
    this.#drain.limit(graceMs);
    return this.#drain.report;
  }

  snapshot(): ServerSnapshot {
    return {
      state: this.#life.state,
      open: this.sessions.size,
      accepted: this.#accepted,
      finished: this.#finished,
      failed: this.#failed,
      refused: this.#listeners.reduce((sum, { refused }) => sum + refused, 0),
      datagrams: this.#datagrams,
      dropped: this.#loops.reduce((sum, { socket }) => sum + socket.dropped, 0),
      acceptErrors: this.#acceptErrors,
      socketErrors: this.#socketErrors,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain({ graceMs: disposeGraceMs });
  }

  get full(): boolean {
    return this.sessions.size >= this.#settings.maxSessions;
  }

  room(): Promise<void> {
    return this.sessions.untilBelow(this.#settings.maxSessions);
  }

  start(connection: Connection): void {
    this.#accepted += 1;
    const session = new ServedSession(this.#accepted, connection, this.#onKilled);
    this.sessions.add(session);
    if (this.#drain !== undefined) {
      if (!this.#drain.admit()) return session.kill(graceOver());
      this.#tell(session);
    }
    void this.#serve(session);
  }

  failed(error: unknown): void {
    this.#acceptErrors += 1;
    this.#report(error, { during: 'accept' });
  }

  datagramFailed(error: unknown, { from }: Datagram): void {
    this.#report(error, { during: 'datagram', peer: from });
  }

  socketFailed(error: unknown): void {
    this.#socketErrors += 1;
    this.#report(error, { during: 'socket' });
  }

  rest(clock: Clock): Promise<void> {
    return this.#rests.take(clock, this.#settings.acceptRetryMs);
  }

  handled(): void {
    this.#datagrams += 1;
  }

  async #serve(session: ServedSession): Promise<void> {
    const { connection } = session;
    try {
      await this.#handler?.(connection, session);
      await connection.close();
      if (this.sessions.remove(session)) this.#finished += 1;
    } catch (error) {
      connection.abort(error);
      if (!this.sessions.remove(session)) return;
      this.#failed += 1;
      this.#report(error, { during: 'session', peer: connection.remote, sessionId: session.id });
    }
  }

  /** A killed session is over at once, whatever its handler does. */
  readonly #onKilled = (session: ServedSession): void => {
    if (this.sessions.remove(session)) this.#failed += 1;
  };

  readonly #drainHost: DrainHost = {
    stop: () => {
      for (const listener of this.#listeners) listener.stop();
      for (const loop of this.#loops) void this.#closed(loop.drain());
      for (const session of this.sessions.served()) this.#tell(session);
    },
    force: () => {
      for (const source of [...this.#listeners, ...this.#loops]) void this.#closed(source.close());
      const left = this.sessions.served();
      for (const session of left) session.kill(graceOver());
      this.#rests.wake();
      return left.length;
    },
  };

  #tell(session: ServedSession): void {
    try {
      session.beginDrain();
    } catch (error) {
      this.#report(error, { during: 'drain', peer: session.peer, sessionId: session.id });
    }
    if (this.#settings.drain === 'between-reads') session.connection.closeRead();
  }

  async #run(): Promise<ServerExit> {
    const ends = await this.#ends;
    await this.sessions.untilBelow(1);
    await Promise.all([...this.#listeners, ...this.#loops].map((source) => this.#closed(source.close())));
    this.#life.become('done');
    const report = this.#drain?.finish();
    if (report !== undefined) return { reason: 'drained', report };
    const error = ends.findLast((end) => end !== undefined);
    return error === undefined ? { reason: 'drained' } : { reason: 'failed', error };
  }

  /** Waits for a source to close; one that cannot is told and holds nobody up. */
  #closed(closing: Promise<void>): Promise<void> {
    return closing.catch((error: unknown) => this.#report(error, { during: 'drain' }));
  }

  /** Tells of an error. What the one who is told throws, or rejects with, must not cost the server: it is lost. */
  #report(error: unknown, where: ErrorPlace): void {
    new Promise<void>((resolve) => resolve(this.#settings.onError(error, where))).catch(() => undefined);
  }

  get #clock(): Clock {
    const [source] = [...this.#listeners, ...this.#loops.map(({ socket }) => socket)];
    if (source === undefined) throw new TypeError('a server needs a source');
    return source.clock;
  }
}
