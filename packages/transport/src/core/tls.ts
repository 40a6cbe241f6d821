import type { DriverTlsOptions, SecureDriver, StreamDriver } from '../contract/driver.ts';
import { TransportError, type TransportOp } from '../contract/errors.ts';
import type { ConnectOptions, ListenOptions } from '../contract/network.ts';
import type { UpgradeTlsOptions } from '../contract/tls.ts';
import type { Claimed } from './endpoint.ts';

/** It speaks TLS. */
export const isSecure = (driver: StreamDriver): driver is SecureDriver => 'secured' in driver;

/** A handshake at the beginning of a connection: nothing was read before it. */
const nothing = (): Uint8Array => new Uint8Array(0);

const check = ({ backend, text }: Claimed, tls: UpgradeTlsOptions, op: TransportOp): void => {
  if (!backend.caps.has('tls')) {
    throw new TransportError({
      code: 'ERR_UNSUPPORTED',
      op,
      at: text,
      reason: `the ${backend.name} backend has no TLS`,
    });
  }
  backend.checkTls?.(tls);
};

/** How a listener's connections speak TLS; `undefined`: they do not. */
export const listenTls = (claimed: Claimed, { tls }: ListenOptions): DriverTlsOptions | undefined => {
  if (tls === undefined) {
    if (claimed.endpoint.scheme !== 'tls') return undefined;
    throw new TypeError(`tls is missing: to listen on ${claimed.text} takes a certificate and a key`);
  }
  const options = { side: 'server', ...tls } as const;
  check(claimed, options, 'listen');
  return { tls: options, head: nothing, server: '' };
};

/** The name that a server's certificate must be valid for. */
export const serverNameOf = (tls: UpgradeTlsOptions, host: string | undefined): string => {
  if (tls.side === 'server') return '';
  const name = tls.serverName ?? host;
  if (name !== undefined && name !== '') return name;
  if (tls.verifyPeer === false) return '';
  throw new TypeError('tls.serverName is missing: without a host there is no name to check the certificate for');
};

/** How a connection to an endpoint speaks TLS; `undefined`: it does not. */
export const connectTls = (claimed: Claimed, { tls }: ConnectOptions): DriverTlsOptions | undefined => {
  const { address, scheme } = claimed.endpoint;
  if (tls === undefined && scheme !== 'tls') return undefined;
  const options = { side: 'client', ...tls } as const;
  check(claimed, options, 'connect');
  return { tls: options, head: nothing, server: serverNameOf(options, 'host' in address ? address.host : undefined) };
};
