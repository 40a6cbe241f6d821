import type { Handler } from '@stack/session';
import {
  datagramHandler,
  type DatagramGuardOptions,
  type GuardedDatagramHandler,
  takesDatagrams,
} from './datagram-handler.ts';
import { handler } from './handler.ts';
import type { Protocol } from './protocol.ts';

/** Both halves of a protocol's service. It is a `Service` of `@stack/session`. */
export interface ProtocolService {
  readonly stream: Handler;
  /** Absent where the protocol answers `onlyByName`, and was not named: `serve` then takes no datagram sockets for it. */
  readonly datagram: GuardedDatagramHandler | undefined;
}

/**
 * Makes a service of a protocol, so that `serve` runs it on listeners and datagram sockets alike.
 *
 * @throws {TypeError} when `named` is not the protocol's name
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { service, upper } from '@stack/app';
 * import { serve } from '@stack/session';
 * import { memoryNetwork } from '@stack/transport/memory';
 *
 * const network = memoryNetwork();
 * const sources = [await network.listen('memory:shout'), await network.bind('memory:shout-once')];
 * const server = serve(sources, service(upper));
 *
 * const connection = await network.connect('memory:shout');
 * await connection.send('stream');
 * assert.equal(new TextDecoder().decode(await connection.recvExactly(6)), 'STREAM');
 *
 * const peer = await network.connectDatagram('memory:shout-once');
 * await peer.send('datagram');
 * assert.equal(new TextDecoder().decode(await peer.recv()), 'DATAGRAM');
 *
 * await Promise.all([connection.close(), peer.close(), server.drain({ graceMs: 1_000 })]);
 * ```
 */
export const service = <State>(protocol: Protocol<State>, options: DatagramGuardOptions = {}): ProtocolService => ({
  stream: handler(protocol),
  datagram:
    options.named === undefined && !takesDatagrams(protocol, options) ? undefined : datagramHandler(protocol, options),
});
