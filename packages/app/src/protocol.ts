import type { Address } from '@stack/address';
import type { Bytes, Step } from '@stack/transport';
import type { EndHow } from './end.ts';
import type { Sink } from './sink.ts';

/**
 * An application protocol as a value: it knows bytes, and nothing of sockets, addresses families or time.
 *
 * One value serves any number of connections at once; what belongs to one connection is its `State`, made by `open`. From
 * the same value come a stream handler, a datagram handler, a client and a golden transcript.
 *
 * **Order**: `open` first, then `ready` once, then `receive` for every chunk, `end`, and `close` last. `receive` and `end`
 * never overlap: while a promise that one of them returned is pending, nothing further is read. `ready`, `wake` and
 * `drain` may come while such a promise is pending. How the stream is cut into chunks means nothing.
 *
 * **Failure**: what a hook throws (or a promise it returned rejects with) aborts the connection, and is the rejection of
 * `attach()`. A promise that is still pending at the close is not waited for, and what it rejects with later is dropped.
 *
 * @typeParam State - what `open` returns, and every other hook is given back
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { type Protocol, transcript } from '@stack/app';
 *
 * // Answers with how many bytes have come so far.
 * const counter: Protocol<{ bytes: number }> = {
 *   name: 'counter',
 *   open: () => ({ bytes: 0 }),
 *   receive(bytes, out, state) {
 *     state.bytes += bytes.length;
 *     out.write(`${state.bytes}\n`);
 *   },
 * };
 *
 * const { replies } = transcript(counter, ['abc', 'de']);
 * assert.deepEqual(replies.map((reply) => new TextDecoder().decode(reply)), ['3\n', '5\n']);
 * ```
 */
export interface Protocol<State = void> {
  /** A short name for logs and messages: `echo`. */
  readonly name: string;
  /** The number of the RFC that defines it. */
  readonly rfc?: number | undefined;

  /** Begins on a new connection. When it throws there is no state, and `close` is not called. */
  open(out: Sink, peer: Address): State;

  /**
   * Takes what the peer sent: the bytes are the protocol's for good, and may be written out as they are.
   *
   * @returns a promise to have nothing further read until it settles
   */
  receive(bytes: Uint8Array, out: Sink, state: State): Step;

  /** The peer has finished sending. Default: `out.end()`. A protocol that goes on writing ends when it calls `out.end()`. */
  end?(out: Sink, state: State): Step;

  /**
   * There is room to write: once after `open`, and whenever room came back after `write` returned false. Also when writing has failed, so
   * that nobody waits in vain: `out.full` stays true then, and what is written is dropped.
   */
  ready?(out: Sink, state: State): void;

  /** The time asked for by `out.wakeAfter()` is over. */
  wake?(out: Sink, state: State): void;

  /**
   * The server drains: finish what is under way, then `out.end()`. Default: nothing further is read, and `out.end()` once
   * the output of a pending step is out. What lasts longer than the server's grace is aborted.
   */
  drain?(out: Sink, state: State): void;

  /**
   * The last call, exactly once for every `open` that returned, whatever happened. The sink is dead.
   *
   * @param error - of `reset` the failure, of `aborted` the reason
   */
  close?(state: State, how: EndHow, error?: unknown): void;

  /**
   * A peer that breaks the connection off is how it usually ends: `handler` then returns as after an end in order, and nothing is
   * reported. Default false.
   */
  readonly endsInReset?: boolean | undefined;

  /** How the protocol answers datagrams; see `datagramHandler`. */
  readonly datagram?: DatagramRules | undefined;
}

/** What a protocol says about datagrams. */
export interface DatagramRules {
  /**
   * Answers a datagram with a datagram, which may be empty; `null`: no answer. Default: the protocol is opened, receives
   * the datagram, ends and is closed, and everything it wrote is the answer.
   */
  answer?(question: Uint8Array, peer: Address): Bytes | null;

  /**
   * The most bytes that an answer to so many bytes may have; a longer answer is withheld, so that nobody can use the
   * server to multiply traffic towards a forged source. Default: the length of the question.
   */
  maxReply?(questionBytes: number): number;

  /**
   * It says more than it is asked, or answers anybody: `service` and `datagramHandler` take datagrams for it only where they are given
   * its name (`DatagramGuardOptions.named`). Default false.
   */
  readonly onlyByName?: boolean | undefined;
}
