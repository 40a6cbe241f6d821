import type { TransportErrorKind } from './error-kind.ts';

/** The codes of our own; everything else is the kernel's or the resolver's name (`ECONNRESET`, `ENOTFOUND`). */
export type OwnErrorCode =
  | 'ERR_CLOSED'
  | 'ERR_BUSY'
  | 'ERR_TIMEOUT'
  | 'ERR_EOF'
  | 'ERR_SEND_BUFFER'
  | 'ERR_RECV_BUFFER'
  | 'ERR_MESSAGE_SIZE'
  | 'ERR_PROXY_HEADER'
  | 'ERR_TLS'
  | 'ERR_TLS_CERTIFICATE'
  | 'ERR_DENIED'
  | 'ERR_UNSUPPORTED';

/** What is known of a code: its kind, how it reads, and whether the same call may succeed later. */
export interface ErrorCodeInfo {
  readonly kind: TransportErrorKind;
  readonly reason: string;
  readonly retryable: boolean;
}

const entry = (kind: TransportErrorKind, reason: string, retryable = false): ErrorCodeInfo => ({
  kind,
  reason,
  retryable,
});

/** Every code maps to one kind, here and nowhere else. */
const codes: ReadonlyMap<string, ErrorCodeInfo> = new Map(
  Object.entries<ErrorCodeInfo>({
    ERR_CLOSED: entry('closed', 'it is closed'),
    ERR_BUSY: entry('busy', 'another read is under way'),
    ERR_TIMEOUT: entry('timeout', 'timed out', true),
    ERR_EOF: entry('broken', 'the peer finished too early'),
    ERR_PROXY_HEADER: entry('broken', 'no valid PROXY header'),
    ERR_TLS: entry('broken', 'the TLS handshake failed'),
    ERR_SEND_BUFFER: entry('limit', 'too many bytes wait to be sent'),
    ERR_RECV_BUFFER: entry('limit', 'too many bytes wait to be read'),
    ERR_MESSAGE_SIZE: entry('limit', 'the message does not fit'),
    ERR_UNSUPPORTED: entry('unsupported', 'not supported here'),

    ECONNRESET: entry('broken', 'connection reset by the peer', true),
    EPIPE: entry('broken', 'the peer no longer receives', true),
    ECONNABORTED: entry('broken', 'connection aborted', true),
    ENOTCONN: entry('broken', 'not connected', true),
    ENETRESET: entry('broken', 'connection dropped by the network', true),
    EIO: entry('broken', 'input or output error'),
    ECONNREFUSED: entry('refused', 'connection refused', true),
    ENOTSOCK: entry('refused', 'not a socket'),
    EPROTOTYPE: entry('refused', 'a socket of another type'),
    ETIMEDOUT: entry('timeout', 'the peer did not answer in time', true),
    EHOSTUNREACH: entry('unreachable', 'host unreachable', true),
    EHOSTDOWN: entry('unreachable', 'host is down', true),
    ENETUNREACH: entry('unreachable', 'network unreachable', true),
    ENONET: entry('unreachable', 'this machine is not on a network', true),
    ENETDOWN: entry('unreachable', 'network is down', true),
    EADDRINUSE: entry('address', 'address already in use', true),
    EADDRNOTAVAIL: entry('address', 'address not available on this machine'),
    ERR_TLS_CERTIFICATE: entry('denied', 'its certificate is not accepted'),
    ERR_DENIED: entry('denied', 'not permitted'),
    EACCES: entry('denied', 'permission denied'),
    EPERM: entry('denied', 'operation not permitted'),
    EROFS: entry('denied', 'read-only file system'),
    ENOENT: entry('notFound', 'no such file or directory', true),
    ENOTDIR: entry('notFound', 'not a directory'),
    ELOOP: entry('notFound', 'too many symbolic links'),
    ENODEV: entry('notFound', 'no such device'),
    EBADF: entry('notFound', 'no such descriptor'),
    ENOTFOUND: entry('notFound', 'no such host'),
    EAI_AGAIN: entry('notFound', 'the name could not be looked up now', true),
    EAI_FAIL: entry('notFound', 'the name server failed'),
    EMFILE: entry('limit', 'too many open files in this process', true),
    ENFILE: entry('limit', 'too many open files on this machine', true),
    ENOBUFS: entry('limit', 'no buffer space', true),
    ENOMEM: entry('limit', 'out of memory', true),
    EAGAIN: entry('limit', 'the listener has no room', true),
    ENOSPC: entry('limit', 'no space left', true),
    EDQUOT: entry('limit', 'quota exceeded', true),
    EMSGSIZE: entry('limit', 'the message is too long'),
    ENAMETOOLONG: entry('limit', 'the name is too long'),
    EAFNOSUPPORT: entry('unsupported', 'address family not supported on this machine'),
    EPROTONOSUPPORT: entry('unsupported', 'protocol not supported on this machine'),
    EDESTADDRREQ: entry('unsupported', 'no destination'),
    EINVAL: entry('unsupported', 'invalid argument'),
  }),
);

/** What is known of `code`; a code that the table lacks counts as a broken connection and reads as itself. */
export const errorCodeInfo = (code: string): ErrorCodeInfo => codes.get(code) ?? entry('broken', code);

/** Every code in the table. */
export const knownErrorCodes = (): readonly string[] => [...codes.keys()];
