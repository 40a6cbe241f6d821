import { once } from 'node:events';
import { growth, holdings, nothingLeft } from '@stack/interop';
import { type Connection, isTransportError, type Listener, system } from '@stack/transport';
import { report, wishes } from './wishes.ts';

/** What `echo` is asked to do: serve there until its input ends. */
export interface EchoWishes {
  readonly listen: string;
}

/** Said at the end. */
export interface EchoReport {
  /** How its connections ended. */
  readonly tally: Readonly<Record<string, number>>;
  readonly left: readonly string[];
}

const { listen } = wishes<EchoWishes>();
const tally: Record<string, number> = {};

const echo = async (connection: Connection): Promise<void> => {
  try {
    await connection.consume((chunk) => connection.send(chunk));
    await connection.closeWrite();
  } catch (error) {
    if (!isTransportError(error)) throw error;
    connection.abort(error);
  }
  const { how } = await connection.closed;
  tally[how] = (tally[how] ?? 0) + 1;
};

const serve = async (listener: Listener): Promise<void> => {
  const running: Promise<void>[] = [];
  for await (const connection of listener) running.push(echo(connection));
  await Promise.all(running);
};

// The input is watched from the beginning: it is nothing that was left.
process.stdin.resume();
const told = once(process.stdin, 'end');
const before = holdings();
const listener = await system.listen(listen, { maxUnclaimed: 1_000 });
const [address] = listener.addresses;
report({ port: address?.family === 'AF_INET' || address?.family === 'AF_INET6' ? address.port : undefined });
const serving = serve(listener);
await told;
await listener.close();
await serving;
await nothingLeft(before).catch(() => undefined);
report({ tally, left: growth(before, holdings()) } satisfies EchoReport);
