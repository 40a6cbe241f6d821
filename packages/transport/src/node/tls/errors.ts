import { TransportError, type TransportErrorInit } from '../../contract/errors.ts';
import type { TlsCertificate } from '../../contract/tls.ts';
import { fromNodeError } from '../errors.ts';
import { describeCertificate } from './certificate.ts';

/** What is known of a handshake that failed. */
interface FailedHandshake extends Pick<TransportErrorInit, 'op' | 'at' | 'local' | 'remote'> {
  readonly certificate: TlsCertificate | undefined;
}

/** What OpenSSL says of a certificate, in the codes of Node; and what Node says itself. */
const certificateCodes: ReadonlySet<string> = new Set([
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_CRL',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_DECRYPT_CRL_SIGNATURE',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'CERT_SIGNATURE_FAILURE',
  'CRL_SIGNATURE_FAILURE',
  'CERT_NOT_YET_VALID',
  'CERT_HAS_EXPIRED',
  'CRL_NOT_YET_VALID',
  'CRL_HAS_EXPIRED',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'OUT_OF_MEM',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_CHAIN_TOO_LONG',
  'CERT_REVOKED',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'HOSTNAME_MISMATCH',
]);

/** The kernel's names, which stay what they are. */
const isErrno = (code: string): boolean => /^E[A-Z]+$/.test(code);

/** The error of a peer that is not accepted: it names the host, the reason and the certificate. */
export const certificateError = (
  reason: string,
  { certificate, ...where }: FailedHandshake,
  cause?: Error,
): TransportError => {
  const shown = certificate === undefined ? '' : `. It showed ${describeCertificate(certificate)}`;
  const why = `its certificate is not accepted: ${reason}${shown}`;
  return new TransportError({ code: 'ERR_TLS_CERTIFICATE', ...where, cause, reason: why });
};

/** The error of a handshake that failed. */
export const handshakeError = (error: NodeJS.ErrnoException, failed: FailedHandshake): TransportError => {
  const { code = '' } = error;
  if (certificateCodes.has(code)) return certificateError(error.message, failed, error);
  const { certificate: _, ...where } = failed;
  const reason = `TLS handshake: ${plain(error)}`;
  if (isErrno(code)) return fromNodeError(error, { ...where, reason });
  return new TransportError({ code: 'ERR_TLS', ...where, cause: error, reason });
};

/** OpenSSL's line, without the place in its source: `40E7…:error:0A00010B:SSL routines:…:wrong version number:../ssl/…`. */
const plain = (error: NodeJS.ErrnoException & { readonly reason?: unknown }): string =>
  typeof error.reason === 'string' ? error.reason : error.message;
