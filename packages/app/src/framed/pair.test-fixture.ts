import type { Clock, Connection, StreamOptions } from '@stack/transport';
import { memoryNetwork } from '@stack/transport/memory';

/** Two ends of one connection in memory. */
export const pair = async (
  options: StreamOptions & { readonly windowBytes?: number; readonly clock?: Clock } = {},
): Promise<{ peer: Connection; connection: Connection }> => {
  const { windowBytes, clock, ...streamOptions } = options;
  const network = memoryNetwork({ ...(windowBytes && { windowBytes }), ...(clock && { clock }) });
  const listener = await network.listen('memory:frames', streamOptions);
  const peer = await network.connect('memory:frames');
  const connection = await listener.accept();
  await listener.close();
  if (connection === null) throw new Error('no connection was accepted');
  return { peer, connection };
};

/** Lets everything happen that is about to. */
export const turns = async (count = 3): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};
