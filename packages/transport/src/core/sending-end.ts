import type { Connection } from '../contract/connection.ts';

/** Finishes sending where that is a direction of its own; otherwise closes both. */
export const finishSending = (connection: Connection): Promise<void> =>
  connection.caps.has('halfClose') ? connection.closeWrite() : connection.close();

/** Why nothing more can be sent over a connection that is gone: what its next `send` would reject with. */
export const refusalOf = (connection: Connection): Promise<unknown> =>
  connection.writable().then(
    () => undefined,
    (error: unknown) => error,
  );
