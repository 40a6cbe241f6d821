import { type Clock, type Connection, isTransportError, type Listener } from '@stack/transport';

/** What an accept loop needs of its server. */
export interface AcceptHost {
  /** As many sessions are open as may be. */
  readonly full: boolean;
  /** Settles when `full` is worth another look. */
  room(): Promise<void>;
  start(connection: Connection): void;
  failed(error: unknown): void;
  /** Settles after a pause, or as soon as the server has no patience left. */
  rest(clock: Clock): Promise<void>;
}

/**
 * Takes connections from a listener until it gives no more, and tells what broke it; `undefined`: nothing did. Cannot die of
 * an error and never spins: when the system cannot give a connection (no descriptor, no memory), it tells, rests, and asks
 * again. A listener that is dead says so by `null`.
 */
export const acceptLoop = async (listener: Listener, host: AcceptHost): Promise<unknown> => {
  let failure: unknown;
  for (;;) {
    while (host.full) await host.room();
    try {
      const connection = await listener.accept();
      if (connection === null) return failure;
      failure = undefined;
      // The last room may have gone to another listener: the connection waits here, paused, and nothing more is accepted.
      while (host.full) await host.room();
      host.start(connection);
    } catch (error) {
      // A shortage of the machine passes, and is not what a listener ends of.
      failure = isTransportError(error) && error.kind === 'limit' ? undefined : error;
      host.failed(error);
      await host.rest(listener.clock);
    }
  }
};
