import type { Connection } from '@stack/transport';
import { Attachment, type AttachedSession } from './attachment.ts';
import type { End } from './end.ts';
import type { Protocol } from './protocol.ts';

/**
 * Runs a protocol on a connection, an accepted or a dialled one, until it is over.
 *
 * It settles when the output of the protocol is over (`out.end()` was called, and the kernel has every byte), or when the
 * connection broke. It leaves the closing to the caller: `serve` closes in order what a handler returned from; whoever
 * dialled calls `connection.close()`.
 *
 * - **Writes**: everything written within one hook leaves in one write; a single part is not copied.
 * - **Back-pressure**: while the connection's queue is over its mark, nothing further is read, so that a peer that sends
 *   and never reads costs bounded memory. Past `maxQueuedBytes` the session is aborted.
 * - **Order**: while a promise of `receive` is pending, nothing further is read. When the peer breaks the connection
 *   meanwhile, the step is waited for, what had been read is received, and then comes `close(state, 'reset', error)`. When
 *   this side aborts or closes it, `close(state, 'aborted', reason)` comes at once.
 * - **Drain**: the protocol's `drain`; default: nothing further is read, and the output ends after the pending step.
 *
 * @param session - tells who the peer is (behind a proxy) and when the server drains. Absent: the connection's remote
 *   address, and no drain.
 * @returns how it ended; a broken or aborted connection is a value here
 * @throws what a hook of the protocol threw, after `close(state, 'aborted', error)`; the connection is aborted
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { attach, type Protocol, service, upper } from '@stack/app';
 * import { serve } from '@stack/session';
 * import { memoryNetwork } from '@stack/transport/memory';
 *
 * const network = memoryNetwork();
 * const server = serve([await network.listen('memory:shout')], service(upper));
 *
 * // A client is a protocol too: it says one thing and keeps the answer.
 * const ask: Protocol<{ answer: string }> = {
 *   name: 'ask',
 *   open(out) {
 *     out.write('hello');
 *     return { answer: '' };
 *   },
 *   receive(bytes, out, state) {
 *     state.answer += new TextDecoder().decode(bytes);
 *     if (state.answer.length === 5) out.end();
 *   },
 *   close(state, how) {
 *     assert.deepEqual([state.answer, how], ['HELLO', 'finished']);
 *   },
 * };
 * const connection = await network.connect('memory:shout');
 * const end = await attach(ask, connection);
 * assert.deepEqual(end, { how: 'finished' });
 *
 * await connection.close();
 * await server.drain({ graceMs: 1_000 });
 * ```
 */
export const attach = <State>(
  protocol: Protocol<State>,
  connection: Connection,
  session?: AttachedSession,
): Promise<End> => {
  try {
    return new Attachment(protocol, connection, session?.peer ?? connection.remote).run(session);
  } catch (error) {
    return Promise.reject(error);
  }
};
