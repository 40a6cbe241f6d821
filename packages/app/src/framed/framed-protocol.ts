import type { Address } from '@stack/address';
import type { Step } from '@stack/transport';
import type { Codec } from '../codec/codec.ts';
import type { FrameError } from '../codec/frame-error.ts';
import type { EndHow } from '../end.ts';
import type { DatagramRules, Protocol } from '../protocol.ts';
import { FramedRun } from './framed-run.ts';

/**
 * Where a protocol of frames writes: a `Sink` that takes frames. What is sent within one hook leaves in one write, and so does what
 * is sent for all the frames of one chunk.
 */
export interface FramedSink<Frame extends {}> {
  /**
   * Sends a frame. Bytes are not copied: do not change them afterwards. A frame that is sent back unchanged, while it is handled,
   * costs no encoding: it goes as it came.
   *
   * @returns as `Sink.write`
   * @throws {FrameError} when the codec cannot carry it; nothing is written then
   */
  send(frame: Frame): boolean;
  /** As `Sink.full`. */
  readonly full: boolean;
  /** As `Sink.end()`; what is behind this frame in its chunk is discarded too. */
  end(): void;
  /** As `Sink.abort()`. */
  abort(reason?: unknown): void;
  /** As `Sink.wakeAfter()`. */
  wakeAfter(ms: number | null): void;
}

/** What a protocol of frames does. Only `name`, `open` and `frame` are required; see `Protocol` for order and failure. */
export interface FramedHooks<Frame extends {}, State> {
  /** A short name for logs and messages. */
  readonly name: string;
  /** The number of the RFC that defines it. */
  readonly rfc?: number | undefined;

  /** Begins on a new connection. */
  open(out: FramedSink<Frame>, peer: Address): State;

  /**
   * Takes one frame, which is the protocol's for good.
   *
   * @returns a promise to have no further frame until it settles
   */
  frame(frame: Frame, out: FramedSink<Frame>, state: State): Step;

  /**
   * Takes notice of a frame that could not be decoded. Behind one that is `resumable` the next frame comes; after any other, `out.end()`
   * follows. Default: it is thrown, which aborts the connection.
   */
  invalid?(error: FrameError, out: FramedSink<Frame>, state: State): Step;

  /** The peer has finished sending, and every frame has come. Default: `out.end()`. */
  end?(out: FramedSink<Frame>, state: State): Step;
  /** As `Protocol.ready`. */
  ready?(out: FramedSink<Frame>, state: State): void;
  /** As `Protocol.wake`. */
  wake?(out: FramedSink<Frame>, state: State): void;
  /** As `Protocol.drain`. */
  drain?(out: FramedSink<Frame>, state: State): void;
  /** As `Protocol.close`. */
  close?(state: State, how: EndHow, error?: unknown): void;
  /** As `Protocol.endsInReset`. */
  readonly endsInReset?: boolean | undefined;
  /** As `Protocol.datagram`. By default each datagram is a stream of its own, and what is sent for its frames is one answer. */
  readonly datagram?: DatagramRules | undefined;
}

/**
 * Makes a protocol of one that knows frames: the codec marks them off, and the hooks say what they mean.
 *
 * Everything that is sent for the frames of one chunk leaves in one write. When more is sent than the peer takes, the remaining frames
 * wait, and nothing further is read: a peer that asks and never listens costs bounded memory.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { framedProtocol, transcript } from '@stack/app';
 * import { lines } from '@stack/app/codec';
 *
 * // Adds up numbers, one a line.
 * const sum = framedProtocol(lines(), {
 *   name: 'sum',
 *   open: () => ({ total: 0 }),
 *   frame(line, out, state) {
 *     state.total += Number(line);
 *     out.send(`${state.total}`);
 *   },
 * });
 *
 * const { replies } = transcript(sum, ['1\n2\n', '3', '\n']);
 * assert.deepEqual(replies.map((reply) => new TextDecoder().decode(reply)), ['1\n3\n', '', '6\n']);
 * ```
 */
export const framedProtocol = <Frame extends {}, State = void>(
  codec: Codec<Frame>,
  hooks: FramedHooks<Frame, State>,
): Protocol<unknown> => {
  const protocol: Protocol<FramedRun<Frame, State>> = {
    name: hooks.name,
    rfc: hooks.rfc,
    endsInReset: hooks.endsInReset,
    open: (out, peer) => new FramedRun(codec, hooks, out, peer),
    receive: (bytes, _, run) => run.receive(bytes),
    end: (_, run) => run.finish(),
    ready: (_, run) => run.ready(),
    ...(hooks.wake && { wake: (_, run) => run.wake() }),
    ...(hooks.drain && { drain: (_, run) => run.drain() }),
    close: (run, how, error) => run.close(how, error),
    datagram: hooks.datagram,
  };
  return protocol as Protocol<unknown>;
};
