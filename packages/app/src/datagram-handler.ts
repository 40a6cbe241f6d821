import type { Address } from '@stack/address';
import type { ReplySocket } from '@stack/session';
import type { Datagram, Step } from '@stack/transport';
import { byteString } from './byte-string.ts';
import { DatagramExchange } from './datagram-exchange.ts';
import { isNobody, isOwnAddress, isWellKnownPort } from './datagram-guard.ts';
import type { Protocol } from './protocol.ts';

/** Whom a datagram handler leaves without an answer. */
export interface DatagramGuardOptions {
  /**
   * Whether somebody at this address would answer our answer, so that two servers could be set upon each other by one
   * forged datagram. Default: every port below 1,024.
   */
  readonly isResponder?: ((from: Address) => boolean) | undefined;
  /** The protocol's name, to say that its answers are wanted: one that is `onlyByName` takes no datagrams without it. */
  readonly named?: string | undefined;
}

/** Whether a protocol may answer datagrams here. */
export const takesDatagrams = <State>(protocol: Protocol<State>, { named }: DatagramGuardOptions): boolean =>
  named === undefined ? protocol.datagram?.onlyByName !== true : named === protocol.name;

/** A datagram handler that counts the answers it held back. */
export interface GuardedDatagramHandler {
  (datagram: Datagram, socket: ReplySocket): Step;
  /**
   * Answers that were not sent, over all sockets that this handler serves: they were longer than `maxReply` allows, their
   * receiver is a well-known responder, the socket itself or no single host, or the question was truncated.
   */
  readonly withheld: number;
}

/**
 * Makes the datagram handler of a protocol, for `serve`.
 *
 * Each datagram is an exchange of its own. The protocol's `datagram.answer` answers it, if there is one. Else the protocol
 * is opened, receives the datagram (an empty one too), ends and is closed, and everything it wrote is one answer: sent if
 * `write` was called at all, even with 0 bytes (echo), and not if it was not (discard). `ready` and `wakeAfter` mean
 * nothing here. A pending promise of `receive` or `end` pauses the socket.
 *
 * A source address can be forged, so an answer is held back, and counted, when it is longer than the protocol's
 * `datagram.maxReply` allows, or goes to a port where it would be answered again, or to a group. Truncated questions are not given to the
 * protocol: an answer to half a question looks like one to the whole.
 *
 * @throws {TypeError} when the protocol answers `onlyByName`, and was not named
 * @throws what a hook of the protocol threw, or the reason of its `out.abort()`; it costs this datagram only
 *
 * @see CVE-1999-0103 and CVE-2024-2169: services that answer each other without end
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { inet } from '@stack/address';
 * import { datagramHandler, echo } from '@stack/app';
 *
 * const handle = datagramHandler(echo);
 * const sent: Uint8Array[] = [];
 * const socket = { local: inet('127.0.0.1', 7777), reply: (_: unknown, data: Uint8Array) => sent.push(data) > 0 };
 * const data = new TextEncoder().encode('ping');
 *
 * handle({ data, from: inet('127.0.0.1', 50_000), truncated: false }, socket);
 * assert.deepEqual(sent, [data]);
 *
 * // Another echo service, or so the source address claims: an answer would go back and forth for ever.
 * handle({ data, from: inet('127.0.0.2', 7), truncated: false }, socket);
 * assert.equal(sent.length, 1);
 * assert.equal(handle.withheld, 1);
 * ```
 */
export const datagramHandler = <State>(
  protocol: Protocol<State>,
  options: DatagramGuardOptions = {},
): GuardedDatagramHandler => {
  const { isResponder = isWellKnownPort } = options;
  const rules = protocol.datagram;
  if (!takesDatagrams(protocol, options)) {
    const found = options.named === undefined ? '' : `, not "${options.named}"`;
    throw new TypeError(
      `Cannot answer datagrams with "${protocol.name}" unasked: expected its name as "named"${found}`,
    );
  }
  let withheld = 0;

  const maxReply = (question: Datagram): number => rules?.maxReply?.(question.data.length) ?? question.data.length;

  const reply = (question: Datagram, answer: Uint8Array, socket: ReplySocket): void => {
    const { from } = question;
    const isHeldBack =
      answer.length > maxReply(question) || isResponder(from) || isNobody(from) || isOwnAddress(from, socket.local);
    if (isHeldBack) withheld += 1;
    else socket.reply(question, answer);
  };

  const handle = (question: Datagram, socket: ReplySocket): Step => {
    if (question.truncated) {
      withheld += 1;
      return undefined;
    }
    if (rules?.answer === undefined) {
      const send = (answer: Uint8Array): void => reply(question, answer, socket);
      return new DatagramExchange(protocol, question, maxReply(question), send).run();
    }
    const answer = rules.answer(question.data, question.from);
    if (answer !== null) reply(question, byteString(answer), socket);
    return undefined;
  };

  return Object.defineProperty(handle, 'withheld', { get: () => withheld }) as GuardedDatagramHandler;
};
