import { TransportError } from '../contract/errors.ts';

/** The error of a header that is not one: `reason` says what is wrong and what would be right. */
export const headerFault = (reason: string, cause?: unknown): TransportError =>
  new TransportError({
    code: 'ERR_PROXY_HEADER',
    op: 'recv',
    at: 'the proxy',
    reason: `no valid PROXY header: ${reason}`,
    cause,
  });

/** Runs a reader of a part; what it refuses is a fault of the header. */
export const partOf = <T>(what: string, read: () => T): T => {
  try {
    return read();
  } catch (cause) {
    throw headerFault(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
};
