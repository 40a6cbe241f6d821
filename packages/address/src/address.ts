/** An IPv4 socket address. `host` is the dotted text of four octets. */
export interface Inet4Address {
  readonly family: 'AF_INET';
  readonly host: string;
  readonly port: number;
}

/**
 * An IPv6 socket address. `host` is the canonical text of RFC 5952, without brackets and without the zone.
 *
 * `zone` is an interface name or index (RFC 4007, section 11), kept as written, and part of the identity.
 */
export interface Inet6Address {
  readonly family: 'AF_INET6';
  readonly host: string;
  readonly port: number;
  readonly zone?: string;
}

/** An IP address of either family, with its port. */
export type InetAddress = Inet4Address | Inet6Address;

/**
 * A Unix socket address.
 *
 * `path` is a file path, or for `'abstract'` the name without its leading NUL, or `''` for `'unnamed'` (what a socket
 * has that was never bound).
 */
export interface UnixAddress {
  readonly family: 'AF_UNIX';
  readonly kind: 'path' | 'abstract' | 'unnamed';
  readonly path: string;
}

/** A place that only some backend understands: `memory:lab` has the scheme `memory` and the name `lab`. */
export interface NamedAddress {
  readonly family: 'name';
  readonly scheme: string;
  readonly name: string;
}

/** A host name and a port: no address yet, DNS has to be asked first. */
export interface HostAddress {
  readonly family: 'host';
  readonly host: string;
  readonly port: number;
}

/**
 * Where a socket is. A closed union: switch on `family`.
 *
 * Values made by this package are frozen, canonical, plain to look at, to compare in a test and to write as JSON.
 */
export type Address = InetAddress | UnixAddress | NamedAddress;

/** A place and how to talk to it: what `tcp://127.0.0.1:9090` says. */
export interface Endpoint {
  /** `tcp`, `udp`, `tls`, `unix`, `unixgram`, or the scheme of a named address. In lower case. */
  readonly scheme: string;
  readonly address: Address | HostAddress;
}
