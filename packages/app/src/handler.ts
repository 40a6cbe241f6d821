import type { Handler } from '@stack/session';
import { attach } from './attach.ts';
import type { Protocol } from './protocol.ts';

/**
 * Makes the stream handler of a protocol, for `serve` and for layers around it.
 *
 * It returns when the protocol has ended in order (or was broken off, where the protocol `endsInReset`), and throws what broke or aborted the connection, as a handler of one's
 * own would.
 *
 * @throws {TransportError} `ECONNRESET` and the like when the peer broke the connection; the reason of an abort; what a
 *   hook threw
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { echo, handler } from '@stack/app';
 * import { serve } from '@stack/session';
 * import { memoryNetwork } from '@stack/transport/memory';
 *
 * const network = memoryNetwork();
 * const server = serve([await network.listen('memory:echo')], handler(echo));
 *
 * const connection = await network.connect('memory:echo');
 * await connection.send('same');
 * await connection.closeWrite();
 * assert.equal(new TextDecoder().decode(await connection.recvExactly(4)), 'same');
 * assert.equal(await connection.recv(), null);
 *
 * await connection.close();
 * await server.drain({ graceMs: 1_000 });
 * ```
 */
export const handler =
  <State>(protocol: Protocol<State>): Handler =>
  async (connection, session) => {
    const end = await attach(protocol, connection, session);
    if (end.how === 'reset' && protocol.endsInReset === true) return;
    if (end.how === 'reset' || end.how === 'aborted') throw end.error;
  };
