import type { Address } from '@stack/address';

// RFC 6335 section 6: the System Ports, also known as the Well Known Ports, are 0-1023.
const lastSystemPort = 1_023;

/**
 * Whether datagrams from this place are answered by whoever listens there, at least possibly: every well-known port is,
 * since echo, daytime, chargen, time, DNS, TFTP and NTP live there (CVE-1999-0103, CVE-2024-2169).
 */
export const isWellKnownPort = (from: Address): boolean => portOf(from) <= lastSystemPort;

// RFC 1122 section 3.2.1.3: 0.0.0.0/8 is this host, 224.0.0.0/4 and up are groups, reserved, or everybody. RFC 4291 section 2.7: ff00::/8
// are groups; section 2.5.2: "::" is no address. Hosts are canonical text.
const noHost = /^(?:::ffff:)?(?:0|22[4-9]|2[3-9]\d)\.|^ff[0-9a-f]{2}:|^::$/;

/** Whether a datagram claims to come from where no single host is: its answer would go to many, or to this one. */
export const isNobody = (from: Address): boolean => 'host' in from && noHost.test(from.host);

/** Whether a datagram claims to come from the very socket that received it: its answer would be the next question. */
export const isOwnAddress = (from: Address, local: Address): boolean => {
  if ('port' in from && 'port' in local) return from.port === local.port && isSameHost(from.host, local.host);
  if (from.family === 'AF_UNIX' && local.family === 'AF_UNIX')
    return from.kind === local.kind && from.path === local.path;
  if (from.family === 'name' && local.family === 'name')
    return from.scheme === local.scheme && from.name === local.name;
  return false;
};

const portOf = (address: Address): number => ('port' in address ? address.port : Number.POSITIVE_INFINITY);

/** A socket on a wildcard address is reached at every address of this machine; the ones known for certain are loopback's. */
const isSameHost = (from: string, local: string): boolean =>
  from === local || ((local === '0.0.0.0' || local === '::') && isLoopback(from));

const isLoopback = (host: string): boolean =>
  host.startsWith('127.') || host === '::1' || host.startsWith('::ffff:127.');
