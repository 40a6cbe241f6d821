import { type Connection, isTransportError } from '@stack/transport';
import type { Outlet } from './outlet.ts';

/**
 * Copies `source` to the connection and what comes back to `outlet`, each at the pace of the slower side, and finishes
 * sending when `source` ends. Settles when both directions have ended.
 *
 * @param silenceMs - the longest time in which nothing may come; default any
 * @throws the failure of either direction, with how many bytes went each way where the connection failed
 */
export const copy = async (
  connection: Connection,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  outlet: Outlet,
  silenceMs?: number,
): Promise<void> => {
  let sentBytes = 0;
  let receivedBytes = 0;

  const send = async (): Promise<void> => {
    for await (const chunk of source) {
      await connection.send(chunk);
      sentBytes += chunk.length;
    }
    await connection.closeWrite();
  };
  const receiving = connection.consume(
    (chunk) => {
      receivedBytes += chunk.length;
      return outlet.write(chunk);
    },
    { timeoutMs: silenceMs },
  );
  const sending = send().catch(async (error: unknown) => {
    // What the peer said before it broke the connection is still to be printed; then receiving ends by itself.
    if (isTransportError(error)) await receiving;
    throw error;
  });

  try {
    await Promise.all([receiving, sending]);
    await outlet.flush();
  } catch (error) {
    connection.abort(error);
    if (!isTransportError(error)) throw error;
    const figures = `after ${sentBytes} bytes sent and ${receivedBytes} bytes received`;
    throw new Error(`${error.message}, ${figures}`, { cause: error });
  }
};
