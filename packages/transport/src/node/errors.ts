import { isTransportError, TransportError, type TransportErrorInit } from '../contract/errors.ts';

/** What is known of a failure besides the error of Node. */
type Where = Pick<TransportErrorInit, 'op' | 'at' | 'local' | 'remote' | 'reason'>;

const codeOf = (error: unknown): string => {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : 'ERR_UNSUPPORTED';
};

/** Node's own codes that stand for what the kernel would have said. */
const kernelCodes: Readonly<Record<string, string>> = {
  ERR_SOCKET_CLOSED: 'EPIPE',
  ERR_STREAM_DESTROYED: 'EPIPE',
  ERR_STREAM_WRITE_AFTER_END: 'EPIPE',
  ERR_STREAM_PREMATURE_CLOSE: 'ECONNRESET',
  ERR_SOCKET_BAD_PORT: 'EINVAL',
  ERR_SOCKET_DGRAM_NOT_RUNNING: 'ERR_CLOSED',
  // What still waited to be sent when the socket was closed.
  ECANCELED: 'ERR_CLOSED',
  ENOTSUP: 'ERR_UNSUPPORTED',
};

/** An error of Node as a record of ours; the kernel's name is kept. One that is ours already stays as it is. */
export const fromNodeError = (error: unknown, where: Where): TransportError => {
  if (isTransportError(error)) return error;
  const code = codeOf(error);
  return new TransportError({ code: kernelCodes[code] ?? code, cause: error, ...where });
};
