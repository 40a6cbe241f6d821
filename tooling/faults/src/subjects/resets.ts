import { randomFrom, growth, holdings, nothingLeft } from '@stack/interop';
import { type Connection, isTransportError, system } from '@stack/transport';
import { report, wishes } from './wishes.ts';

/** What `resets` is asked to do. */
export interface ResetWishes {
  /** Whom to dial, or where to listen. */
  readonly dial?: string;
  readonly listen?: string;
  /** Connections, each of which the peer drops. */
  readonly count: number;
  /** How many at a time, when dialling. */
  readonly atATime: number;
  readonly seed: number;
}

/** What became of them. */
export interface ResetReport {
  /** How many ended so: `send ECONNRESET` is what a send was told, `broken` is how the connection ended. */
  readonly tally: Readonly<Record<string, number>>;
  /** What is there now that was not before. */
  readonly left: readonly string[];
}

const { dial, listen, count, atATime, seed } = wishes<ResetWishes>();
const random = randomFrom(seed);
const data = new Uint8Array(262_144);
const tally: Record<string, number> = {};

const record = (what: string): void => {
  tally[what] = (tally[what] ?? 0) + 1;
};

const wordsFor = (error: unknown): string => (isTransportError(error) ? `${error.kind} ${error.code}` : String(error));

/** Sends without end, and reads meanwhile, until the peer drops it. */
const writeUntilItBreaks = async (connection: Connection): Promise<void> => {
  const reading = connection
    .consume(() => undefined)
    .then(
      () => record('recv: end'),
      (error: unknown) => record(`recv: ${wordsFor(error)}`),
    );
  try {
    for (;;) await connection.send(data.subarray(0, 1 + random.below(data.length)));
  } catch (error) {
    record(`send: ${wordsFor(error)}`);
  }
  await reading;
  record(`closed: ${(await connection.closed).how}`);
};

const dialAll = async (endpoint: string): Promise<void> => {
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await writeUntilItBreaks(await system.connect(endpoint));
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
};

const acceptAll = async (endpoint: string): Promise<void> => {
  const listener = await system.listen(endpoint);
  const [address] = listener.addresses;
  report({ port: address?.family === 'AF_INET' ? address.port : undefined });
  const running: Promise<void>[] = [];
  for (let accepted = 0; accepted < count; accepted += 1) {
    const connection = await listener.accept();
    if (connection !== null) running.push(writeUntilItBreaks(connection));
  }
  await Promise.all(running);
  await listener.close();
};

// What the first connection of all leaves behind for good is not what is looked for.
const warmUp = await system.listen('tcp://127.0.0.1:0');
await warmUp.close();
const before = holdings();
if (dial !== undefined) await dialAll(dial);
if (listen !== undefined) await acceptAll(listen);
await nothingLeft(before).catch(() => undefined);
report({ tally, left: growth(before, holdings()) } satisfies ResetReport);
