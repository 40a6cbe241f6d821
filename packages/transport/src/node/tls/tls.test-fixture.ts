import { type Authority, type Issued, makeAuthority } from '@stack/certificates';
import type { Address } from '@stack/address';
import type { Connection } from '../../contract/connection.ts';
import type { Listener } from '../../contract/listener.ts';
import type { TlsClientOptions, TlsServerOptions } from '../../contract/tls.ts';
import { system } from '../../system.ts';

export const authority: Authority = makeAuthority();
export const identity: Issued = authority.issue();

const cleanups: (() => unknown)[] = [];

/** Closes what the tests opened. */
export const cleanUp = async (): Promise<void> => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
};

export const addressOf = ({ addresses: [address] }: Listener): Address => {
  if (address === undefined) throw new Error('no address');
  return address;
};

export const owned = (connection: Connection): Connection => {
  cleanups.push(() => connection.abort());
  return connection;
};

export const listen = async (
  options: Partial<TlsServerOptions> = {},
  endpoint = 'tls://127.0.0.1:0',
): Promise<Listener> => {
  const listener = await system.listen(endpoint, { tls: { identity, ...options } });
  cleanups.push(() => listener.close());
  return listener;
};

export const plainListen = async (endpoint = 'tcp://127.0.0.1:0'): Promise<Listener> => {
  const listener = await system.listen(endpoint);
  cleanups.push(() => listener.close());
  return listener;
};

/** Dials, trusting the authority. */
export const dial = async (
  listener: Listener,
  options: TlsClientOptions = {},
  timeoutMs = 10_000,
): Promise<Connection> => {
  const tls = { ca: authority.certificate, serverName: 'localhost', ...options };
  const address = addressOf(listener);
  const scheme = address.family === 'AF_UNIX' ? 'unix' : 'tls';
  return owned(await system.connect({ scheme, address }, { tls, timeoutMs }));
};

export const accept = async (listener: Listener): Promise<Connection> => {
  const connection = await listener.accept();
  if (connection === null) throw new Error('no connection');
  return owned(connection);
};

/** Both ends, with their handshake done. */
export const pair = async (
  server: Partial<TlsServerOptions> = {},
  client: TlsClientOptions = {},
  endpoint?: string,
): Promise<[Connection, Connection]> => {
  const listener = await listen(server, endpoint);
  return connected(listener, client);
};

export const connected = async (
  listener: Listener,
  client: TlsClientOptions = {},
): Promise<[Connection, Connection]> => {
  const accepted = accept(listener).then(async (connection) => {
    await connection.secured?.catch(() => undefined);
    return connection;
  });
  const dialled = dial(listener, client);
  dialled.catch(() => undefined);
  return Promise.all([dialled, accepted]);
};

export const failureOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

export const text = (bytes: Uint8Array | null): string => new TextDecoder().decode(bytes ?? undefined);
