import { isIP, type Socket } from 'node:net';
import { connect, type ConnectionOptions } from 'node:tls';
import type { TlsClientOptions } from '../../contract/tls.ts';
import { toCertificate } from './certificate.ts';
import { pem, pems } from './pem.ts';
import type { HandshakeEvents } from './server.ts';

const clientOptions = (options: TlsClientOptions, server: string): ConnectionOptions => {
  const { alpn, ca, identity, minVersion = 'TLSv1.2', maxVersion = 'TLSv1.3', verifyPeer = true } = options;
  return {
    // RFC 6066 section 3: an address is no name to ask for; it is checked all the same.
    ...(isIP(server) === 0 && server !== '' ? { servername: server } : {}),
    host: server,
    minVersion,
    maxVersion,
    rejectUnauthorized: verifyPeer,
    ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
    ...(ca === undefined ? {} : { ca: pems(ca) }),
    ...(identity === undefined ? {} : { cert: pem(identity.certificate), key: pem(identity.key) }),
    ...(identity?.passphrase === undefined ? {} : { passphrase: identity.passphrase }),
  };
};

/** Begins the handshake of a client on a connected socket. */
export const startClientTls = (
  raw: Socket,
  options: TlsClientOptions,
  server: string,
  events: HandshakeEvents,
): void => {
  const { sessions } = options;
  const session = sessions?.get(server);
  const nodeOptions: ConnectionOptions & { highWaterMark: number } = {
    ...clientOptions(options, server),
    socket: raw,
    // Nothing rests in Node: see the stream driver.
    highWaterMark: 1,
    ...(session === undefined ? {} : { session: Buffer.from(session) }),
  };
  const socket = connect(nodeOptions);
  // Before Node looks at the certificate: one that it does not accept is gone with the socket.
  socket.prependListener('secure', () => {
    const certificate = socket.getPeerX509Certificate();
    if (certificate !== undefined) events.onCertificate(toCertificate(certificate));
  });
  if (sessions !== undefined) socket.on('session', (ticket) => sessions.put(server, new Uint8Array(ticket)));
  const onError = (error: NodeJS.ErrnoException): void => events.onFailed(error);
  socket.once('error', onError);
  socket.once('secureConnect', () => {
    socket.off('error', onError);
    events.onSecure(socket);
  });
};
