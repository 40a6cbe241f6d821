import type { Connection, Listener } from '@stack/transport';
import { rest } from './rest.ts';

/** What an accept loop needs of its server. */
export interface AcceptHost {
  readonly acceptRetryMs: number;
  /** Settles when one more session may be open. */
  room(): Promise<void>;
  start(connection: Connection): void;
  failed(error: unknown): void;
}

/**
 * Takes connections from a listener until it gives no more. Cannot die of an error and never spins: when the system cannot
 * give a connection (no descriptor, no memory), it tells, rests, and asks again. A listener that is dead says so by `null`.
 */
export const acceptLoop = async (listener: Listener, host: AcceptHost): Promise<void> => {
  for (;;) {
    await host.room();
    try {
      const connection = await listener.accept();
      if (connection === null) return;
      host.start(connection);
    } catch (error) {
      host.failed(error);
      await rest(listener.clock, host.acceptRetryMs);
    }
  }
};
