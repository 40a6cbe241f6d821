import { type Address, named } from '@stack/address';
import type { Bytes, Step } from '@stack/transport';
import { abortReason } from './abort-reason.ts';
import { Batch } from './batch.ts';
import { byteString } from './byte-string.ts';
import type { End } from './end.ts';
import { MemorySink } from './memory-sink.ts';
import type { Protocol } from './protocol.ts';

/** What one turn may write before the sink is full: as much as on a connection, by default. */
const markBytes = 65_536;

/** What a protocol wrote, hook by hook, each as one. */
export interface Transcript {
  /** By `open`, and by the `ready` that follows it. */
  readonly opened: Uint8Array;
  /** By each `receive`, in order; there are fewer than chunks when the protocol ended before. */
  readonly replies: readonly Uint8Array[];
  /** By `end`. */
  readonly ended: Uint8Array;
  /** All of it, as the peer sees it. */
  readonly output: Uint8Array;
  /** `finished`, or `aborted` with the reason. */
  readonly end: End;
}

/** How to run a transcript. */
export interface TranscriptOptions {
  /** Who the peer is. Default `memory:transcript`. */
  readonly peer?: Address | undefined;
}

/**
 * Runs a protocol over chunks in memory: opens it, has it receive each chunk, ends and closes it, and tells what it wrote.
 * No network, no time: `wakeAfter` does nothing, and the output is the same at every run.
 *
 * @param chunks - what the peer sends, as it is cut; text is UTF-8. After the last one the peer finishes.
 * @throws {TypeError} when a hook returns a promise: such a protocol needs a connection
 * @throws what a hook threw, after `close(state, 'aborted', error)`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { transcript, upperUtf8 } from '@stack/app';
 *
 * const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
 * const whole = new TextEncoder().encode('straße');
 *
 * // A character that is cut comes out with its last byte.
 * const { replies, output } = transcript(upperUtf8, [whole.subarray(0, 5), whole.subarray(5)]);
 * assert.deepEqual(replies.map(text), ['STRA', 'SSE']);
 * assert.equal(text(output), 'STRASSE');
 * ```
 */
export const transcript = <State>(
  protocol: Protocol<State>,
  chunks: Iterable<Bytes>,
  options: TranscriptOptions = {},
): Transcript => {
  const sink = new MemorySink(markBytes, 'go');
  const state = protocol.open(sink, options.peer ?? named('memory', 'transcript'));
  let parts: Parts;
  try {
    parts = play(protocol, state, sink, chunks);
  } catch (error) {
    sink.end();
    protocol.close?.(state, 'aborted', error);
    throw error;
  }
  sink.end();
  const { aborted } = sink;
  const end: End =
    aborted === undefined ? { how: 'finished' } : { how: 'aborted', error: abortReason(protocol.name, aborted.reason) };
  protocol.close?.(state, end.how, end.error);
  return { ...parts, output: join([parts.opened, ...parts.replies, parts.ended]), end };
};

type Parts = Pick<Transcript, 'opened' | 'replies' | 'ended'>;

const play = <State>(protocol: Protocol<State>, state: State, sink: MemorySink, chunks: Iterable<Bytes>): Parts => {
  if (sink.isOpen && !sink.full) protocol.ready?.(sink, state);
  const opened = sink.take();
  const replies: Uint8Array[] = [];
  for (const chunk of chunks) {
    if (!sink.isOpen) break;
    mustBeOver(protocol.receive(byteString(chunk), sink, state), protocol.name, 'receive');
    replies.push(sink.take());
  }
  if (sink.isOpen) mustBeOver(protocol.end?.(sink, state), protocol.name, 'end');
  return { opened, replies, ended: sink.take() };
};

const mustBeOver = (step: Step, name: string, hook: string): void => {
  if (step === undefined) return;
  step.catch(() => undefined);
  throw new TypeError(
    `Cannot make a transcript of the protocol "${name}": ${hook}() returned a promise, and only a connection can wait`,
  );
};

const join = (parts: readonly Uint8Array[]): Uint8Array => {
  const batch = new Batch();
  for (const part of parts) batch.add(part);
  return batch.take();
};
