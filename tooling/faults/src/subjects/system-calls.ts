import { createInterface } from 'node:readline';
import { growth, holdings, nothingLeft } from '@stack/interop';
import { type Connection, isTransportError, type Listener, system } from '@stack/transport';
import { report, wishes } from './wishes.ts';

/** What `system-calls` is asked to do: a scenario for each line of its input. */
export interface SystemCallWishes {
  readonly listen: string;
}

/** What one scenario came to. */
export interface ScenarioReport {
  /** `ok`, or the code of why there was no listener. */
  readonly listening: string;
  /** Of each connection in turn: `ok`, or what was being done and its code. */
  readonly rounds: readonly string[];
  readonly left: readonly string[];
}

const { listen } = wishes<SystemCallWishes>();
const rounds = 3;
const within = { timeoutMs: 2_000 };

/** An error of ours in a word; anything else is no way for a system call to be told. */
const codeOf = (error: unknown): string => (isTransportError(error) ? error.code : `untyped ${String(error)}`);

/** Small, vectored and large, both ways, then both ends. */
const exchange = async (client: Connection, server: Connection): Promise<void> => {
  await client.send('hello', within);
  await server.recvExactly(5, within);
  await server.send([new Uint8Array(20_000), new Uint8Array(20_000)], within);
  await client.recvExactly(40_000, within);
  const sending = client.send(new Uint8Array(500_000), within);
  await server.recvExactly(500_000, within);
  await sending;
  await client.closeWrite(within);
  await server.recv(1, within);
  await Promise.all([server.close(within), client.recv(1, within)]);
};

const round = async (listener: Listener): Promise<string> => {
  const [address] = listener.addresses;
  if (address === undefined) return 'no address';
  const ends: Connection[] = [];
  const leaving = new AbortController();
  let doing = 'connect';
  try {
    const scheme = address.family === 'AF_UNIX' ? 'unix' : 'tcp';
    const accepting = listener.accept({ ...within, signal: leaving.signal });
    accepting.catch(() => undefined);
    const client = await system.connect({ scheme, address }, within);
    ends.push(client);
    doing = 'accept';
    const server = await accepting;
    if (server === null) return 'the listener ended';
    ends.push(server);
    doing = 'exchange';
    await exchange(client, server);
    return 'ok';
  } catch (error) {
    return `${doing} ${codeOf(error)}`;
  } finally {
    // Nobody may wait for what comes for the next round.
    leaving.abort();
    for (const end of ends) end.abort();
    await Promise.all(ends.map(({ closed }) => closed));
  }
};

const scenario = async (): Promise<ScenarioReport> => {
  const before = holdings();
  const outcomes: string[] = [];
  let listening = 'ok';
  try {
    const listener = await system.listen(listen);
    for (let n = 0; n < rounds; n += 1) outcomes.push(await round(listener));
    await listener.close();
  } catch (error) {
    listening = codeOf(error);
  }
  await nothingLeft(before).catch(() => undefined);
  return { listening, rounds: outcomes, left: growth(before, holdings()) };
};

report({ ready: true });
for await (const _ of createInterface({ input: process.stdin })) report(await scenario());
