import { formatAddress } from '@stack/address';
import type { Connection } from '../contract/connection.ts';
import { isTransportError, TransportError } from '../contract/errors.ts';
import type { Op } from '../contract/op.ts';
import { type DecodedProxyHeader, type ProxyDecoder, type ProxyDecoderOptions, proxyDecoder } from './decoder.ts';
import { headerFault } from './fault.ts';
import type { ProxyHeader } from './header.ts';

/** How to read a header off a connection. */
export interface RecvProxyHeaderOptions extends ProxyDecoderOptions, Op {}

const take = (decoder: ProxyDecoder, chunk: Uint8Array | null): DecodedProxyHeader | undefined => {
  if (chunk === null) throw headerFault(`the peer finished after ${decoder.heldBytes} bytes of it`);
  return decoder.push(chunk);
};

/** Runs a step of the decoder; an error of it names the peer. */
const named = <T>({ local, remote }: Connection, step: () => T): T => {
  try {
    return step();
  } catch (error) {
    if (!isTransportError(error)) throw error;
    const { code, op, reason, cause } = error;
    throw new TransportError({ code, op, at: formatAddress(remote), reason, cause, local, remote });
  }
};

/**
 * Reads the PROXY header that a connection begins with, and leaves what follows for the next read.
 *
 * Call it before anything else is read, on connections from proxies that you trust, and there always: the standard forbids
 * to guess whether there is a header. It gives no byte to anyone before the header is whole. `timeoutMs` is for the whole
 * header: the standard asks for 3 seconds at least, to outlast a lost packet.
 *
 * After a failure nothing can be made of the connection: abort it.
 *
 * @throws {TransportError} `ERR_PROXY_HEADER` when what came is no header, or ended before it did; otherwise as `recv`
 * @throws {RangeError} when `maxHeaderBytes` is less than 16
 * @see PROXY protocol, versions 1 and 2, section 2
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { memoryNetwork } from '@stack/transport/memory';
 * import { encodeProxyHeader, recvProxyHeader } from '@stack/transport/proxy';
 *
 * const network = memoryNetwork();
 * const listener = await network.listen('memory:behind-a-proxy');
 * const proxy = await network.connect('memory:behind-a-proxy');
 * await proxy.send([encodeProxyHeader({ command: 'local' }), 'hello']);
 *
 * const connection = await listener.accept();
 * assert(connection !== null);
 * const header = await recvProxyHeader(connection, { timeoutMs: 5_000 });
 * assert.equal(header.command, 'local');
 * assert.equal(new TextDecoder().decode((await connection.recv()) ?? undefined), 'hello');
 * await Promise.all([proxy.close(), connection.close(), listener.close()]);
 * ```
 */
export const recvProxyHeader = async (
  connection: Connection,
  options: RecvProxyHeaderOptions = {},
): Promise<ProxyHeader> => {
  const decoder = proxyDecoder(options);
  const { signal, timeoutMs } = options;
  const endMs = connection.clock.now() + (timeoutMs ?? Infinity);
  for (;;) {
    const chunk = await connection.recv(undefined, { signal, timeoutMs: endMs - connection.clock.now() });
    const decoded = named(connection, () => take(decoder, chunk));
    if (decoded === undefined) continue;
    if (decoded.rest.length > 0) connection.unrecv(decoded.rest);
    return decoded.header;
  }
};
