import { AsyncLocalStorage } from 'node:async_hooks';
import type { Socket } from 'node:net';
import { createSecureContext, createServer, type SecureContext, type Server, type TLSSocket } from 'node:tls';
import type { AskIdentity, TlsCertificate, TlsIdentity, TlsServerOptions } from '../../contract/tls.ts';
import { toCertificate } from './certificate.ts';
import { refusalOf } from './info.ts';
import { pem, pems } from './pem.ts';

/** Told how one handshake ends. */
export interface HandshakeEvents {
  /** The peer showed this certificate; whether it is accepted is not known yet. */
  onCertificate(certificate: TlsCertificate): void;
  onSecure(socket: TLSSocket): void;
  onFailed(error: Error): void;
  /** The handshake is done, but the peer is not accepted. */
  onRefused(reason: string): void;
}

/**
 * Which handshake an event of the engine belongs to. A `tls.Server` tells only which of its sockets it is about, and they
 * are made inside; but what follows from `emit('connection')` runs in its context.
 */
const handshakes = new AsyncLocalStorage<HandshakeEvents>();

const credentials = ({
  certificate,
  key,
  passphrase,
}: TlsIdentity): { cert: Buffer; key: Buffer; passphrase?: string } => ({
  cert: pem(certificate),
  key: pem(key),
  ...(passphrase === undefined ? {} : { passphrase }),
});

/** Contexts by identity: parsing a chain costs more than a handshake. */
const contexts = new WeakMap<TlsIdentity, SecureContext>();

const contextOf = (identity: TlsIdentity, options: TlsServerOptions): SecureContext => {
  const known = contexts.get(identity);
  if (known !== undefined) return known;
  const { minVersion = 'TLSv1.2', maxVersion = 'TLSv1.3', ticketKeys, clientCa } = options;
  const made = createSecureContext({
    ...credentials(identity),
    minVersion,
    maxVersion,
    ...(ticketKeys === undefined ? {} : { ticketKeys: Buffer.from(ticketKeys) }),
    ...(clientCa === undefined ? {} : { ca: pems(clientCa) }),
  });
  contexts.set(identity, made);
  return made;
};

type SniDone = (error: Error | null, context?: SecureContext) => void;

const askByName =
  (ask: AskIdentity, options: TlsServerOptions) =>
  (serverName: string, done: SniDone): void => {
    new Promise<TlsIdentity | undefined>((resolve) => resolve(ask(serverName))).then(
      (identity) => (identity === undefined ? done(null) : done(null, contextOf(identity, options))),
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
    );
  };

/** A TLS server that listens nowhere: connections are put into it. */
const createEngine = (identity: TlsIdentity | undefined, options: TlsServerOptions): Server => {
  const {
    alpn,
    minVersion = 'TLSv1.2',
    maxVersion = 'TLSv1.3',
    clientCertificates = 'none',
    clientCa,
    ticketKeys,
  } = options;
  const engine = createServer({
    ...(identity === undefined ? {} : credentials(identity)),
    ...(typeof options.identity === 'function' ? { SNICallback: askByName(options.identity, options) } : {}),
    ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
    ...(clientCa === undefined ? {} : { ca: pems(clientCa) }),
    ...(ticketKeys === undefined ? {} : { ticketKeys: Buffer.from(ticketKeys) }),
    minVersion,
    maxVersion,
    requestCert: clientCertificates !== 'none',
    // Node would end such connections as if nothing were wrong: they are refused below.
    rejectUnauthorized: false,
    // Ours is on the connection's clock, and may be given in other terms.
    handshakeTimeout: 2 ** 31 - 1,
  });
  engine.on('secureConnection', (socket) => {
    const events = handshakes.getStore();
    socket.allowHalfOpen = true;
    const certificate = socket.getPeerX509Certificate();
    if (certificate !== undefined) events?.onCertificate(toCertificate(certificate));
    if (clientCertificates !== 'require' || socket.authorized) events?.onSecure(socket);
    else events?.onRefused(certificate === undefined ? 'there is none' : (refusalOf(socket) ?? 'it is not authorized'));
  });
  engine.on('tlsClientError', (error) => handshakes.getStore()?.onFailed(error));
  return engine;
};

const nobody: object = {};
/** Engines by options, then by the default identity. */
const engines = new WeakMap<TlsServerOptions, WeakMap<object, Server>>();

const engineOf = (identity: TlsIdentity | undefined, options: TlsServerOptions): Server => {
  const ofOptions = engines.get(options) ?? new WeakMap<object, Server>();
  engines.set(options, ofOptions);
  const known = ofOptions.get(identity ?? nobody);
  if (known !== undefined) return known;
  const made = createEngine(identity, options);
  ofOptions.set(identity ?? nobody, made);
  return made;
};

/** Begins the handshake of a server on a socket whose next bytes are the client's first. Throws what a function of names throws. */
export const startServerTls = async (
  raw: Socket,
  options: TlsServerOptions,
  events: HandshakeEvents,
): Promise<void> => {
  const { identity } = options;
  const known = typeof identity === 'function' ? await identity(undefined) : identity;
  if (raw.destroyed) return;
  // A client that finishes in the middle must not be waited for: the TLS socket takes this over from the raw one.
  raw.allowHalfOpen = false;
  handshakes.run(events, () => engineOf(known, options).emit('connection', raw));
};

/** Makes what a server's options stand for, so that bad ones are told before anybody connects. */
export const checkServerTls = (options: TlsServerOptions): void => {
  if (typeof options.identity !== 'function') engineOf(options.identity, options);
};
