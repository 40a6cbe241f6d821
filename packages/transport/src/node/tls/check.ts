import { createSecureContext } from 'node:tls';
import type { Pem, UpgradeTlsOptions } from '../../contract/tls.ts';
import { durationOption } from '../../core/limits.ts';
import { pem, pems } from './pem.ts';
import { checkServerTls } from './server.ts';

const versions = ['TLSv1.2', 'TLSv1.3'];

const checkVersion = (name: string, value: string | undefined): void => {
  if (value === undefined || versions.includes(value)) return;
  throw new TypeError(`tls.${name} must be ${versions.map((version) => `"${version}"`).join(' or ')}, not "${value}"`);
};

const isPem = (value: unknown): value is Pem => typeof value === 'string' || value instanceof Uint8Array;

const checkPem = (name: string, value: unknown): void => {
  if (isPem(value)) return;
  throw new TypeError(`tls.${name} must be PEM text or its bytes, not ${value === null ? 'null' : typeof value}`);
};

/** Runs what reads certificates and keys; what OpenSSL says of them is told with the option. */
const readable = (name: string, read: () => unknown): void => {
  try {
    read();
  } catch (cause) {
    throw new TypeError(`${name} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
};

/** OpenSSL takes text without any certificate for no authorities at all. */
const checkAuthorities = (name: string, values: Pem | readonly Pem[] | undefined): void => {
  if (values === undefined) return;
  for (const value of pems(values)) {
    if (!value.includes('-----BEGIN CERTIFICATE-----')) throw new TypeError(`tls.${name} holds no certificate in PEM`);
  }
  readable(`tls.${name}`, () => createSecureContext({ ca: pems(values) }));
};

const checkShared = ({ alpn = [], minVersion, maxVersion, handshakeTimeoutMs }: UpgradeTlsOptions): void => {
  checkVersion('minVersion', minVersion);
  checkVersion('maxVersion', maxVersion);
  if (minVersion === 'TLSv1.3' && maxVersion === 'TLSv1.2') {
    throw new RangeError('tls.minVersion must not be newer than tls.maxVersion');
  }
  durationOption('tls.handshakeTimeoutMs', handshakeTimeoutMs, 0);
  for (const protocol of alpn) {
    // RFC 7301 section 3.1: 1 to 255 bytes each.
    const bytes = Buffer.byteLength(protocol);
    if (bytes < 1 || bytes > 255) throw new RangeError(`tls.alpn: "${protocol}" has ${bytes} bytes, not 1 to 255`);
  }
};

const checkAll = (options: UpgradeTlsOptions): void => {
  checkShared(options);
  const { identity } = options;
  if (typeof identity !== 'function' && identity !== undefined) {
    checkPem('identity.certificate', identity.certificate);
    checkPem('identity.key', identity.key);
    const { certificate, key, passphrase } = identity;
    readable('tls.identity', () => createSecureContext({ cert: pem(certificate), key: pem(key), passphrase }));
  }
  if (options.side === 'client') {
    checkAuthorities('ca', options.ca);
    return;
  }
  if (identity === undefined) throw new TypeError('tls.identity is missing: a server needs a certificate and a key');
  const { clientCertificates = 'none', ticketKeys } = options;
  if (!['none', 'request', 'require'].includes(clientCertificates)) {
    throw new TypeError(`tls.clientCertificates must be "none", "request" or "require", not "${clientCertificates}"`);
  }
  if (ticketKeys !== undefined && ticketKeys.length !== 48) {
    throw new RangeError(`tls.ticketKeys must have 48 bytes, not ${ticketKeys.length}`);
  }
  checkAuthorities('clientCa', options.clientCa);
  readable('tls', () => checkServerTls(options));
};

/** Reading certificates takes longer than a handshake: once for each object will do. */
const checked = new WeakSet<UpgradeTlsOptions>();

/**
 * Throws what is wrong with options, before anybody connects.
 *
 * @throws {TypeError | RangeError} that names the option
 */
export const checkTls = (options: UpgradeTlsOptions): void => {
  if (checked.has(options)) return;
  checkAll(options);
  checked.add(options);
};
