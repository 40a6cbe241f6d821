/** Text in PEM, or its bytes; of certificates, a chain with the leaf first. */
export type Pem = string | Uint8Array;

/** Who this side is: a certificate and its key. */
export interface TlsIdentity {
  /** The chain, leaf first. */
  readonly certificate: Pem;
  /** The private key of the leaf. */
  readonly key: Pem;
  /** Of an encrypted key. */
  readonly passphrase?: string | undefined;
}

/** What both sides of TLS may choose. */
export interface TlsOptions {
  /** Protocols to agree on, the preferred one first (RFC 7301). Default: none is spoken of. */
  readonly alpn?: readonly string[] | undefined;
  /** The oldest version to speak. Default `'TLSv1.2'` (RFC 9325 section 3.1.1 forbids older ones). */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3' | undefined;
  /** The newest version to speak. Default `'TLSv1.3'`. */
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3' | undefined;
  /**
   * Milliseconds from the start of the handshake to its end; past it the connection is reset. Default 10,000; `Infinity`
   * only in so many words.
   */
  readonly handshakeTimeoutMs?: number | undefined;
}

/** How a server speaks TLS. */
export interface TlsServerOptions extends TlsOptions {
  /**
   * Who the server is; or a function of the name that the client asks for (SNI, RFC 6066 section 3), asked at each
   * handshake, so that certificates can be replaced at any time. It is asked with `undefined` first, for clients that name
   * nobody: what it gives is the default, and nothing refuses those clients. One that throws fails the handshake.
   * An identity object is read once: give the same object as long as nothing changes.
   */
  readonly identity: TlsIdentity | AskIdentity;
  /** Whether clients are asked for a certificate, or must have one that `clientCa` vouches for. Default `'none'`. */
  readonly clientCertificates?: 'none' | 'request' | 'require' | undefined;
  /** Who vouches for clients. Default: the authorities of the system, which is hardly what is meant. */
  readonly clientCa?: Pem | readonly Pem[] | undefined;
  /**
   * 48 bytes of secret that session tickets are made with: servers that share them resume each other's sessions. Change them
   * daily at least. Default: random, per listener.
   */
  readonly ticketKeys?: Uint8Array | undefined;
}

/** Tells who the server is under a name. */
export type AskIdentity = (
  serverName: string | undefined,
) => TlsIdentity | undefined | Promise<TlsIdentity | undefined>;

/** How a client speaks TLS. */
export interface TlsClientOptions extends TlsOptions {
  /**
   * The name that the server's certificate must be valid for, and that is asked for. Default: the host of the endpoint; a
   * Unix socket has none, there it must be given.
   */
  readonly serverName?: string | undefined;
  /** Who vouches for servers. Default: the authorities of the system. */
  readonly ca?: Pem | readonly Pem[] | undefined;
  /** A server whose certificate is not accepted is turned away. False: anyone may answer; `authorized` tells. Default true. */
  readonly verifyPeer?: boolean | undefined;
  /** Who the client is, for servers that ask. */
  readonly identity?: TlsIdentity | undefined;
  /** Where sessions are kept to be resumed, by server: `tlsSessions()`. Default: every handshake is a full one. */
  readonly sessions?: TlsSessions | undefined;
}

/** Keeps what is needed to resume sessions. */
export interface TlsSessions {
  /** The newest session with a server. */
  get(server: string): Uint8Array | undefined;
  put(server: string, session: Uint8Array): void;
}

/** What a connection becomes. */
export type UpgradeTlsOptions =
  | ({ readonly side: 'server' } & TlsServerOptions)
  | ({ readonly side: 'client' } & TlsClientOptions);

/** What was negotiated. */
export interface TlsInfo {
  readonly protocol: 'TLSv1.2' | 'TLSv1.3';
  /** The cipher suite, by its standard name. */
  readonly cipher: string;
  /** The protocol agreed on, if any was. */
  readonly alpn: string | undefined;
  /** The name that the client asked for. */
  readonly serverName: string | undefined;
  /** The peer's certificate, where it showed one. */
  readonly peerCertificate: TlsCertificate | undefined;
  /** The peer showed a certificate and it is accepted. */
  readonly authorized: boolean;
  /** Why it is not, where it showed one: `CERT_HAS_EXPIRED`. */
  readonly authorizationError: string | undefined;
  /** An earlier session was resumed. */
  readonly resumed: boolean;
}

/** A certificate (RFC 5280). */
export interface TlsCertificate {
  /** The distinguished name, one attribute a line: `CN=localhost`. */
  readonly subject: string;
  readonly issuer: string;
  /** What it is valid for: `DNS:localhost, IP Address:127.0.0.1`. */
  readonly subjectAltName: string | undefined;
  readonly validFrom: Date;
  readonly validTo: Date;
  /** SHA-256 over the certificate: pairs of hexadecimal digits, with colons between. */
  readonly fingerprint256: string;
  readonly serialNumber: string;
  /** DER. */
  readonly raw: Uint8Array;
}
