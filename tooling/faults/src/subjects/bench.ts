import type { Random } from '@stack/interop';
import { type Connection, type EndpointLike, isTransportError, type Listener, type Network } from '@stack/transport';

/** What a way to end a connection works with. */
export interface Bench {
  readonly network: Network;
  /** Where a listener can be opened beside the one of the bench. */
  readonly elsewhere: () => EndpointLike;
  readonly random: Random;
  /** A signal that outlives every operation: none may leave a listener on it. */
  readonly signal: AbortSignal;
  /** Of the endpoints of the network. */
  readonly scheme: string;
  readonly listener: Listener;
  /** Where the listener is. */
  readonly endpoint: EndpointLike;
  /** Two connected ends. */
  pair(): Promise<readonly [Connection, Connection]>;
}

/** Where a listener is. */
export const endpointOf = ({ addresses: [address] }: Listener, scheme: string): EndpointLike => {
  if (address === undefined) throw new Error('the listener has no address');
  return { scheme, address };
};

/** A bench around a listener. */
export const benchOf = (parts: Omit<Bench, 'pair' | 'endpoint'>): Bench => {
  const endpoint = endpointOf(parts.listener, parts.scheme);
  const pair = async (): Promise<readonly [Connection, Connection]> => {
    const [client, server] = await Promise.all([
      parts.network.connect(endpoint, { signal: parts.signal }),
      parts.listener.accept({ signal: parts.signal }),
    ]);
    if (server === null) throw new Error('the listener ended');
    return [client, server];
  };
  return { ...parts, endpoint, pair };
};

/** Waits until both are gone. */
export const gone = async (...connections: readonly Connection[]): Promise<void> => {
  await Promise.all(connections.map(({ closed }) => closed));
};

/** What must fail, and in our words, or with the reason of a signal. */
export const fails = async (what: string, work: Promise<unknown>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    if (isTransportError(error) || (error instanceof Error && error.name === 'AbortError')) return;
    throw error;
  }
  throw new Error(`expected ${what} to fail`);
};

/** More than a kernel holds between two sockets (some 4 MiB in each buffer): the rest of it waits, whatever happens next. */
const flood = new Uint8Array(16 * 2 ** 20);

/** Sends more than fits: gives the send, which waits. */
export const clog = (connection: Connection): Promise<void> => connection.send(flood);
