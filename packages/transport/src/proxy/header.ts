import type { Address } from '@stack/address';

/**
 * What a PROXY header says of the connection it stands before.
 *
 * It is a claim: whoever may speak first may claim anything. Whom to believe is the caller's to decide, by the address that the
 * kernel tells.
 */
export interface ProxyHeader {
  /** 1: a line of text; 2: binary. */
  readonly version: 1 | 2;
  /**
   * - `proxy`: on behalf of another, whose addresses these are
   * - `local`: the proxy's own doing (a health check); the addresses of the connection itself count
   */
  readonly command: 'proxy' | 'local';
  /** What the proxied connection is; `undefined` where the header does not say. */
  readonly transport: 'stream' | 'datagram' | undefined;
  /** Who connected to the proxy; `undefined` where the header does not say (`UNKNOWN`, `UNSPEC`, `local`). */
  readonly source: Address | undefined;
  /** Where it connected to; known exactly when `source` is. */
  readonly destination: Address | undefined;
  /** What the proxy tells besides. Empty in version 1. */
  readonly details: ProxyDetails;
}

/** What a header of version 2 may tell besides addresses. */
export interface ProxyDetails {
  /** The protocol that was negotiated, as in RFC 7301 section 3.1: bytes, mostly of ASCII text. */
  readonly alpn?: Uint8Array;
  /** The host name that the client asked for: the server name of TLS (RFC 6066 section 3). */
  readonly authority?: string;
  /** What tells this connection from all others, at most 128 bytes. */
  readonly uniqueId?: Uint8Array;
  /** The connection of the client to the proxy was over TLS, or could have been. */
  readonly tls?: ProxyTls;
  /** The network namespace that the connection came in by. */
  readonly namespace?: string;
  /** Every other item, in order: of types 0xE0 to 0xEF, which are free for applications, and what this version does not know. */
  readonly others: readonly ProxyItem[];
}

/** What a proxy tells of the client's TLS. Texts are the proxy's own words, in no standard form. */
export interface ProxyTls {
  /** The client came over TLS. */
  readonly isUsed: boolean;
  /** The client showed a certificate on this connection. */
  readonly hasCertificate: boolean;
  /** The client showed a certificate at least once in this TLS session. */
  readonly hasSessionCertificate: boolean;
  /** The client showed a certificate, and it was verified. */
  readonly isVerified: boolean;
  /** `TLSv1.3` */
  readonly version?: string;
  /** The common name of the client's certificate. */
  readonly commonName?: string;
  /** `TLS_AES_256_GCM_SHA384` */
  readonly cipher?: string;
  /** How the proxy's certificate is signed: `RSA-SHA256`. */
  readonly signatureAlgorithm?: string;
  /** The key of the proxy's certificate: `RSA2048`. */
  readonly keyAlgorithm?: string;
  /** Every other item, in order. */
  readonly others: readonly ProxyItem[];
}

/** One type-length-value item. */
export interface ProxyItem {
  /** 0 to 255. */
  readonly type: number;
  /** At most 65,535 bytes. */
  readonly value: Uint8Array;
}
