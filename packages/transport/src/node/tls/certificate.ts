import type { X509Certificate } from 'node:crypto';
import type { TlsCertificate } from '../../contract/tls.ts';

/** A certificate as a record of ours. */
export const toCertificate = (certificate: X509Certificate): TlsCertificate => ({
  subject: certificate.subject,
  issuer: certificate.issuer,
  subjectAltName: certificate.subjectAltName,
  validFrom: new Date(certificate.validFrom),
  validTo: new Date(certificate.validTo),
  fingerprint256: certificate.fingerprint256,
  serialNumber: certificate.serialNumber,
  raw: new Uint8Array(certificate.raw),
});

const onOneLine = (name: string): string => name.replaceAll('\n', ', ');

/** A certificate in words, for the message that refuses it. */
export const describeCertificate = (certificate: TlsCertificate): string => {
  const { subject, issuer, subjectAltName, validFrom, validTo, fingerprint256 } = certificate;
  const names = subjectAltName === undefined ? '' : ` for ${subjectAltName}`;
  const from = validFrom.toISOString().slice(0, 10);
  const to = validTo.toISOString().slice(0, 10);
  const by = issuer === subject ? 'by itself' : `by ${onOneLine(issuer)}`;
  return `${onOneLine(subject)}${names}, issued ${by}, valid from ${from} to ${to}, SHA-256 ${fingerprint256}`;
};
