import type { Program } from '@stack/interop';
import { type Connection, type ConnectOptions, type EndpointLike, isTransportError, system } from '@stack/transport';

/** Connects to a program that has just been started, as soon as it listens. Fails with what it said when it ends before. */
export const connectTo = async (
  program: Program,
  endpoint: EndpointLike,
  options: ConnectOptions = {},
): Promise<Connection> => {
  let end: string | undefined;
  void program.exit.then(({ code }) => (end = `exit ${code}: ${program.stderr.text}`));
  for (;;) {
    try {
      return await system.connect(endpoint, { timeoutMs: 10_000, ...options });
    } catch (error) {
      if (end !== undefined) throw new Error(`It does not listen: ${end}`, { cause: error });
      if (!isTransportError(error, 'ECONNREFUSED') && !isTransportError(error, 'ENOENT')) throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
};
