import { type Address, CidrSet, formatAddress } from '@stack/address';
import { type Connection, type ConnectOptions, isTransportError, type Listener, system } from '@stack/transport';
import { type NameRecord, startNameServer } from '../name-server.ts';
import { silentHost } from '../own-network.ts';
import { report } from './wishes.ts';

/** How a dial ended. */
export interface Ending {
  /** Who was reached. */
  readonly reached?: string;
  readonly code?: string;
  readonly kind?: string;
  readonly op?: string;
  readonly message?: string;
  /** Each attempt: `192.0.2.1:80 ECONNREFUSED`. */
  readonly attempts?: readonly string[];
  /** What was thrown, when it was no error of the transport. */
  readonly thrown?: string;
}

/** What became of everything. */
export interface NamesReport {
  readonly endings: Readonly<Record<string, Ending>>;
  /** In which order dials ended while the name server was silent. */
  readonly order: readonly string[];
  /** Connections that a listener had to give although nobody was permitted to reach it. */
  readonly reachedInside: number;
}

const hundred = Array.from({ length: 100 }, (_, i) => `127.0.1.${i + 1}`);
const mapped = '0:0:0:0:0:ffff:7f00:1';

const records: Readonly<Record<string, NameRecord>> = {
  'servfail.test': { failure: 'serverFailure' },
  'silent.test': { failure: 'silent' },
  'other-silent.test': { failure: 'silent' },
  'empty.test': {},
  'hundred.test': { A: hundred },
  'hundred-and-one.test': { A: [...hundred, '127.0.0.1'] },
  'six.test': { AAAA: ['2001:db8:0:0:0:0:0:1'] },
  'six-or-four.test': { A: ['127.0.0.1'], AAAA: ['2001:db8:0:0:0:0:0:1'] },
  'half-silent.test': { A: [silentHost, '127.0.0.1'] },
  'late.test': { A: [silentHost], afterMs: 100 },
  'inside.test': { A: ['127.0.0.1'], AAAA: [mapped] },
};

const ended = async (connecting: Promise<Connection>): Promise<Ending> => {
  try {
    const connection = await connecting;
    connection.abort();
    return { reached: formatAddress(connection.remote) };
  } catch (error) {
    if (!isTransportError(error)) return { thrown: String(error) };
    const { code, kind, op, message, attempts } = error;
    const told = attempts.map(({ code, remote }) => `${remote === undefined ? '?' : formatAddress(remote)} ${code}`);
    return { code, kind, op, message, attempts: told };
  }
};

/** A listener that says nothing to whom it accepts. */
const listening = async (endpoint: string): Promise<{ readonly listener: Listener; readonly port: number }> => {
  const listener = await system.listen(endpoint);
  const [address] = listener.addresses;
  if (address?.family !== 'AF_INET') throw new Error('no port');
  return { listener, port: address.port };
};

const countUnclaimed = async (listener: Listener): Promise<number> => {
  let count = 0;
  for (;;) {
    const connection = await listener.accept({ timeoutMs: 50 }).catch(() => null);
    if (connection === null) return count;
    connection.abort();
    count += 1;
  }
};

const isInside = CidrSet.of('127.0.0.0/8', '::1/128');
const outsideOnly = (address: Address): boolean => 'port' in address && !isInside.has(address);

await using _names = await startNameServer(records);
const { listener, port } = await listening('tcp://127.0.0.1:0');
const inside = await listening('tcp://127.0.0.1:0');
const closed = await listening('tcp://127.0.0.1:0');
await closed.listener.close();

const dial = (host: string, options: ConnectOptions = {}, at: number = port): Promise<Ending> =>
  ended(system.connect(`tcp://${host}:${at}`, options));

const endings: Record<string, Ending> = {};
endings['unknown'] = await dial('nobody.test');
endings['servfail'] = await dial('servfail.test');
endings['silent'] = await dial('silent.test');
endings['empty'] = await dial('empty.test');
endings['hundred'] = await dial('hundred.test', {}, closed.port);
endings['hundred and one'] = await dial('hundred-and-one.test');
endings['six'] = await dial('six.test');
endings['six or four'] = await dial('six-or-four.test');
endings['half silent'] = await dial('half-silent.test');
endings['late'] = await dial('late.test', { timeoutMs: 600 });
endings['deadline'] = await dial('silent.test', { timeoutMs: 50 });
endings['signal'] = await dial('silent.test', { signal: AbortSignal.timeout(50) });
endings['inside'] = await dial('inside.test', { permit: outsideOnly }, inside.port);
endings['inside, permitted'] = await dial('inside.test', { permit: (address) => !outsideOnly(address) });
const reachedInside = await countUnclaimed(inside.listener);

// As many look-ups as there are threads, and more: what needs none must not wait for them.
const order: string[] = [];
const noted = async (what: string, ending: Promise<Ending>): Promise<void> => {
  await ending;
  order.push(what);
};
const held = Array.from({ length: 8 }, (_, i) =>
  noted('silent', dial(i % 2 === 0 ? 'silent.test' : 'other-silent.test')),
);
const behind = noted('a name', dial('localhost'));
for (let i = 0; i < 10; i += 1) await noted('an address', dial('127.0.0.1'));
await Promise.all([...held, behind]);

await Promise.all([listener.close(), inside.listener.close()]);
report({ endings, order, reachedInside } satisfies NamesReport);
