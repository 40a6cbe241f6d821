import type { Address } from '@stack/address';
import type { Connection, Datagram, DatagramSocket, Listener } from '@stack/transport';
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
import { checkGrace, type ServeSettings } from './serve-options.ts';
import { ServedSession } from './served-session.ts';
import { Lifecycle } from './server-state.ts';

/** Grace of `Symbol.asyncDispose`. */
const disposeGraceMs = 5_000;

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
  /** Settles when no source gives anything any more. */
  readonly #sourcesDone: Promise<unknown>;
  #drain: Drain | undefined;
  #lastError: unknown;
  #accepted = 0;
  #acceptedLate = 0;
  #finished = 0;
  #failed = 0;
  #datagrams = 0;
  #acceptErrors = 0;

  constructor(sources: readonly Source[], service: Service, settings: ServeSettings) {
    this.#settings = settings;
    this.#handler = service.stream;
    this.#listeners = sources.filter((source) => isListener(source));
    const { datagram } = service;
    const sockets = datagram === undefined ? [] : sources.filter((source) => isSocket(source));
    this.#loops = sockets.map((socket) => new DatagramLoop(socket, datagram ?? (() => undefined), this));
    const accepting = this.#listeners.map((listener) => acceptLoop(listener, this));
    this.#sourcesDone = Promise.all([...accepting, ...this.#loops.map((loop) => loop.done)]);
    this.done = this.#run();
  }

  get addresses(): readonly Address[] {
    return [...this.#listeners.flatMap(({ addresses }) => addresses), ...this.#loops.map(({ local }) => local)];
  }

  get acceptRetryMs(): number {
    return this.#settings.acceptRetryMs;
  }

  drain({ graceMs }: DrainOptions): Promise<DrainReport> {
    checkGrace(graceMs);
    if (this.#drain === undefined) {
      const wasDone = this.#life.state === 'done';
      if (!wasDone) this.#life.become('draining');
      this.#drain = new Drain(this.#clock, this.#drainHost, this.sessions.size);
      if (wasDone) this.#drain.finish();
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
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain({ graceMs: disposeGraceMs });
  }

  room(): Promise<void> {
    return this.sessions.untilBelow(this.#settings.maxSessions);
  }

  start(connection: Connection): void {
    this.#accepted += 1;
    const session = new ServedSession(this.#accepted, connection, this.#onKilled);
    this.sessions.add(session);
    if (this.#life.state === 'draining') {
      this.#acceptedLate += 1;
      this.#tell(session);
    }
    void this.#serve(session);
  }

  failed(error: unknown, datagram?: Datagram): void {
    if (datagram === undefined) {
      this.#acceptErrors += 1;
      this.#lastError = error;
      this.#report(error, { during: 'accept' });
    } else this.#report(error, { during: 'datagram', peer: datagram.from });
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
      for (const loop of this.#loops) void loop.drain();
      for (const session of this.sessions.served()) this.#tell(session);
    },
    force: () => {
      for (const listener of this.#listeners) void listener.close();
      for (const loop of this.#loops) void loop.close();
      const left = this.sessions.served();
      for (const session of left) session.kill(new Error('the grace of the drain is over'));
      return left.length;
    },
    acceptedLate: () => this.#acceptedLate,
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
    await this.#sourcesDone;
    await this.sessions.untilBelow(1);
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    this.#life.become('done');
    const report = this.#drain?.finish();
    if (report !== undefined) return { reason: 'drained', report };
    return this.#lastError === undefined ? { reason: 'drained' } : { reason: 'failed', error: this.#lastError };
  }

  #report(error: unknown, where: ErrorPlace): void {
    this.#settings.onError(error, where);
  }

  get #clock(): Listener['clock'] {
    const [source] = [...this.#listeners, ...this.#loops.map(({ socket }) => socket)];
    if (source === undefined) throw new TypeError('a server needs a source');
    return source.clock;
  }
}
