import type { TLSSocket } from 'node:tls';
import type { TlsInfo } from '../../contract/tls.ts';
import { toCertificate } from './certificate.ts';

/** Why the peer's certificate is not accepted; Node's types say error, and Node gives the code as text. */
export const refusalOf = (socket: TLSSocket): string | undefined => {
  const error: unknown = socket.authorizationError;
  if (error === undefined || error === null) return undefined;
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
};

/** What was negotiated on a socket whose handshake is done. */
export const tlsInfo = (socket: TLSSocket): TlsInfo => {
  const certificate = socket.getPeerX509Certificate();
  const { alpnProtocol, servername } = socket as { alpnProtocol: unknown; servername?: unknown };
  return {
    protocol: socket.getProtocol() === 'TLSv1.2' ? 'TLSv1.2' : 'TLSv1.3',
    cipher: socket.getCipher().standardName,
    alpn: typeof alpnProtocol === 'string' && alpnProtocol !== '' ? alpnProtocol : undefined,
    serverName: typeof servername === 'string' && servername !== '' ? servername : undefined,
    peerCertificate: certificate === undefined ? undefined : toCertificate(certificate),
    authorized: socket.authorized,
    authorizationError: certificate === undefined ? undefined : refusalOf(socket),
    resumed: socket.isSessionReused(),
  };
};
