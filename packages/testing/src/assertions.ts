import assert from 'node:assert/strict';
import { type Connection, isTransportError, type TransportError, type TransportErrorKind } from '@stack/transport';

/** A failure as text, for messages. */
const describe = (value: unknown): string =>
  isTransportError(value) ? `${value.kind} ${value.code} (${value.message})` : String(value);

/** Tells that `error` is a `TransportError` of one of `kinds`. */
export function assertKind(
  error: unknown,
  what: string,
  ...kinds: readonly TransportErrorKind[]
): asserts error is TransportError {
  const wanted = `expected ${what} to fail with a TransportError of kind ${kinds.join(' or ')}`;
  assert(isTransportError(error), `${wanted}, but got ${describe(error)}`);
  assert(kinds.includes(error.kind), `${wanted}, but got ${describe(error)}`);
}

/** How `promise` failed; an `AssertionError` when it did not. */
export const failure = async (what: string, promise: Promise<unknown>): Promise<unknown> => {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome) return outcome.error;
  return assert.fail(`expected ${what} to fail, but it gave ${describe(outcome.value)}`);
};

/** Marks a promise that is awaited later: should the check fail before, its failure is no unhandled rejection. */
export const awaitedLater = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => undefined);
  return promise;
};

/** Tells that `promise` rejects with a `TransportError` of one of `kinds`, and gives it. */
export const rejectsKind = async (
  what: string,
  promise: Promise<unknown>,
  ...kinds: readonly TransportErrorKind[]
): Promise<TransportError> => {
  const error = await failure(what, promise);
  assertKind(error, what, ...kinds);
  return error;
};

/** Tells that `call` throws a `TransportError` of one of `kinds`. */
export const throwsKind = (what: string, call: () => unknown, ...kinds: readonly TransportErrorKind[]): void => {
  let outcome: unknown;
  try {
    outcome = call();
  } catch (error) {
    return assertKind(error, what, ...kinds);
  }
  assert.fail(`expected ${what} to throw, but it gave ${describe(outcome)}`);
};

/** Tells that bytes are the same, and if not, where they begin to differ. */
export const sameBytes = (what: string, actual: Uint8Array, expected: Uint8Array): void => {
  const shorter = Math.min(actual.length, expected.length);
  for (let i = 0; i < shorter; i += 1) {
    if (actual[i] === expected[i]) continue;
    assert.fail(`expected byte ${i} of ${what} to be ${expected[i]}, but it is ${actual[i]}`);
  }
  assert.equal(
    actual.length,
    expected.length,
    `expected ${what} to be ${expected.length} bytes, but it is ${actual.length}`,
  );
};

/** Joins chunks. */
export const join = (chunks: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const chunk of chunks) {
    whole.set(chunk, filled);
    filled += chunk.length;
  }
  return whole;
};

/** Everything that comes until the peer has finished. */
export const receiveAll = async (connection: Connection): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  for (let chunk = await connection.recv(); chunk !== null; chunk = await connection.recv()) {
    assert(chunk.length > 0, 'expected recv to give at least one byte, but it gave none');
    chunks.push(chunk);
  }
  return join(chunks);
};

/** Everything that comes until the peer has finished or the connection breaks, and how it broke. */
export const receiveUntilGone = async (connection: Connection): Promise<{ bytes: Uint8Array; error: unknown }> => {
  const chunks: Uint8Array[] = [];
  try {
    for (let chunk = await connection.recv(); chunk !== null; chunk = await connection.recv()) chunks.push(chunk);
    return { bytes: join(chunks), error: undefined };
  } catch (error) {
    return { bytes: join(chunks), error };
  }
};

/** Sends a byte each way and tells that both arrive: nothing strange is left on the connection. */
export const roundTrip = async (near: Connection, far: Connection): Promise<void> => {
  await near.send('ping');
  assert.equal(text(await far.recvExactly(4)), 'ping', 'expected the far end to get "ping" and nothing before it');
  await far.send('pong');
  assert.equal(text(await near.recvExactly(4)), 'pong', 'expected the near end to get "pong" and nothing before it');
};

/** Bytes as text. */
export const text = (bytes: Uint8Array | null): string | null => (bytes === null ? null : decoder.decode(bytes));

const decoder = new TextDecoder();

/** The text of `count` bytes of which a recv gave the first ones: a stream may be cut anywhere. */
export const textFrom = async (
  connection: Connection,
  first: Uint8Array | null,
  count: number,
): Promise<string | null> => {
  if (first === null) return null;
  return text(join([first, await connection.recvExactly(count - first.length)]));
};

/** Tells that the peer has finished: the next recv gives null. */
export const isFinished = async (what: string, connection: Connection): Promise<void> => {
  const chunk = await connection.recv();
  assert.equal(chunk, null, `expected the end (null) at ${what}, but recv gave ${chunk?.length} bytes`);
};
