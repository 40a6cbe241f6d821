import { formatAddress } from '@stack/address';
import { isTransportError, type Op, TransportError } from '@stack/transport';
import { isFrameError } from '../codec/frame-error.ts';
import type { Framed } from './framed.ts';
import { RequestError } from './request-error.ts';

/** Tells which answer belongs to which request. */
export interface Matching<Frame> {
  /** The id that a request carries. */
  request(frame: Frame): unknown;
  /** The id of the request that a frame answers; `undefined`: it answers none. Ids are compared as `Map` compares keys. */
  answer(frame: Frame): unknown;
}

/** How requests are matched, and how many may be under way. */
export interface RequestsOptions<Frame> {
  /** Default: the answers come in the order of the requests, one each. */
  readonly match?: Matching<Frame> | undefined;
  /** The most requests under way, 1 or more. One whose caller gave up counts until its answer has come. Default 1,024. */
  readonly maxInFlight?: number | undefined;
  /** Takes frames that answer nothing (notices of the server). Default: they are `ERR_UNKNOWN_ANSWER`. */
  readonly unasked?: ((frame: Frame) => void) | undefined;
}

/** A connection on which each request is a promise of its answer. */
export interface Requests<Frame> {
  /**
   * Sends a request at once, whatever is under way, and waits for its answer.
   *
   * @param op - for all of it; who gives up early leaves the others unharmed: the answer is dropped when it comes
   * @throws {RequestError} `ERR_TOO_MANY_REQUESTS`, `ERR_DUPLICATE_ID`: it was not sent; `ERR_UNKNOWN_ANSWER` as every request
   *   under way
   * @throws {FrameError} when the codec cannot carry it; when a frame of the peer is wrong, as every request under way
   * @throws {TransportError} `ERR_TIMEOUT`; `ERR_EOF` when the peer finished before it answered; `ERR_CLOSED` and the kernel's codes
   */
  request(frame: Frame, op?: Op): Promise<Frame>;
  /** How many are under way. */
  readonly inFlight: number;
}

interface Pending<Frame> {
  /** `undefined`: nobody waits any more. */
  settle: PromiseWithResolvers<Frame> | undefined;
  release: (() => void) | undefined;
}

/**
 * Matches answers with requests, pipelined: a request is sent without waiting for the answers before it.
 *
 * From now on it is the one reader of the connection. When the connection ends, breaks or is closed, every request under way rejects; so
 * does every later one. A frame that is wrong and an answer that nobody asked for abort the connection: what follows could be
 * given to the wrong caller.
 *
 * @throws {RangeError} when `maxInFlight` is no whole number of at least 1
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { framed, framedProtocol, requests, service } from '@stack/app';
 * import { lines } from '@stack/app/codec';
 * import { serve } from '@stack/session';
 * import { memoryNetwork } from '@stack/transport/memory';
 *
 * const double = framedProtocol(lines(), {
 *   name: 'double',
 *   open: () => undefined,
 *   frame: (line, out) => void out.send(`${Number(line) * 2}`),
 * });
 * const network = memoryNetwork();
 * const server = serve(await network.listen('memory:double'), service(double));
 *
 * const connection = await network.connect('memory:double');
 * const { request } = requests(framed(connection, lines()));
 * assert.deepEqual(await Promise.all([request('1'), request('20', { timeoutMs: 1_000 })]), ['2', '40']);
 *
 * await connection.close();
 * await server.drain({ graceMs: 1_000 });
 * ```
 */
export const requests = <Frame extends {}>(
  framed: Framed<Frame>,
  options: RequestsOptions<Frame> = {},
): Requests<Frame> => {
  const { maxInFlight = 1_024, unasked } = options;
  if (!Number.isInteger(maxInFlight) || maxInFlight < 1) {
    throw new RangeError(`Cannot have ${maxInFlight} requests under way: expected a whole number of at least 1`);
  }
  const { connection } = framed;
  const pending = new Map<unknown, Pending<Frame>>();
  const match = options.match ?? inOrder(pending);
  let failure: { readonly error: unknown } | undefined;

  const fail = (error: unknown): void => {
    failure ??= { error };
    const all = [...pending.values()];
    pending.clear();
    for (const one of all) {
      one.release?.();
      one.settle?.reject(error);
    }
  };

  const giveUp = (one: Pending<Frame>, error: unknown): void => {
    one.release?.();
    one.settle?.reject(error);
    one.settle = undefined;
  };

  const answered = (frame: Frame): void => {
    const id = match.answer(frame);
    const one = id === undefined ? undefined : pending.get(id);
    if (one !== undefined) {
      pending.delete(id);
      one.release?.();
      one.settle?.resolve(frame);
    } else if (id === undefined && unasked !== undefined) {
      unasked(frame);
    } else {
      throw new RequestError('ERR_UNKNOWN_ANSWER', `Cannot match an answer: ${inWords(id)} is not under way`);
    }
  };

  const read = async (): Promise<void> => {
    try {
      for await (const frame of framed) answered(frame);
      const reason = 'the peer finished before it answered';
      const { local, remote } = connection;
      fail(new TransportError({ code: 'ERR_EOF', op: 'recv', at: formatAddress(remote), reason, local, remote }));
    } catch (error) {
      fail(error);
      // What the connection tells is over, or about to be in order; anything else is wrong with the stream that it carries.
      if (!isTransportError(error)) connection.abort(error);
    }
  };

  const request = (frame: Frame, op: Op = {}): Promise<Frame> => {
    if (failure !== undefined) return Promise.reject(failure.error);
    if (pending.size >= maxInFlight) {
      const message = `Cannot request: ${pending.size} are under way, and no more than ${maxInFlight} may be`;
      return Promise.reject(new RequestError('ERR_TOO_MANY_REQUESTS', message));
    }
    const obstacle = obstacleOf(op);
    if (obstacle !== undefined) return Promise.reject(obstacle.error);
    const id = match.request(frame);
    if (pending.has(id)) {
      return Promise.reject(new RequestError('ERR_DUPLICATE_ID', `Cannot request: ${inWords(id)} is under way`));
    }
    const settle = Promise.withResolvers<Frame>();
    const one: Pending<Frame> = { settle, release: undefined };
    pending.set(id, one);
    one.release = watch(op, (error) => giveUp(one, error));
    framed.send(frame).catch((error: unknown) => {
      // What was not sent is not answered; otherwise the reader hears of it too.
      if (isFrameError(error)) pending.delete(id);
      giveUp(one, error);
    });
    return settle.promise;
  };

  const timeout = (): TransportError => {
    const { local, remote } = connection;
    return new TransportError({ code: 'ERR_TIMEOUT', op: 'recv', at: formatAddress(remote), local, remote });
  };

  const obstacleOf = ({ signal, timeoutMs }: Op): { readonly error: unknown } | undefined => {
    if (Number.isNaN(timeoutMs)) return { error: new RangeError('Cannot wait for NaN ms: expected a number') };
    if (signal?.aborted === true) return { error: signal.reason };
    return timeoutMs !== undefined && timeoutMs <= 0 ? { error: timeout() } : undefined;
  };

  const watch = ({ signal, timeoutMs }: Op, stop: (error: unknown) => void): (() => void) => {
    const onAbort = (): void => stop(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    const isFinite = timeoutMs !== undefined && timeoutMs !== Number.POSITIVE_INFINITY;
    const cancel = isFinite ? connection.clock.after(timeoutMs, () => stop(timeout())) : undefined;
    return () => {
      signal?.removeEventListener('abort', onAbort);
      cancel?.();
    };
  };

  void read();
  return {
    request,
    get inFlight() {
      return pending.size;
    },
  };
};

/** Numbers what goes and what comes. */
const inOrder = <Frame>(pending: ReadonlyMap<unknown, unknown>): Matching<Frame> => {
  let asked = 0;
  let answered = 0;
  const answer = (): number | undefined => {
    while (answered < asked) {
      answered += 1;
      // One that could not be encoded was not sent, and is not answered.
      if (pending.has(answered)) return answered;
    }
    return undefined;
  };
  return { request: () => (asked += 1), answer };
};

const inWords = (id: unknown): string => (id === undefined ? 'what it answers' : `the id ${JSON.stringify(id)}`);
