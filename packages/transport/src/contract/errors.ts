import { type Address, printable } from '@stack/address';
import { errorCodeInfo, type OwnErrorCode } from './error-codes.ts';
import type { TransportErrorKind } from './error-kind.ts';

/** A code of ours, or the kernel's name for what happened. */
export type TransportErrorCode = OwnErrorCode | (string & {});

/** What was being done. */
export type TransportOp =
  | 'resolve'
  | 'connect'
  | 'listen'
  | 'accept'
  | 'bind'
  | 'configure'
  | 'recv'
  | 'send'
  | 'close'
  | 'use';

/** The parts of a `TransportError`. */
export interface TransportErrorInit {
  /** What happened; it decides the kind, and the reason unless one is given. */
  readonly code: TransportErrorCode;
  /** What was being done. */
  readonly op: TransportOp;
  /** The place in words, for the message: `tcp://127.0.0.1:7`. */
  readonly at?: string | undefined;
  /** Replaces the reason that the code stands for. */
  readonly reason?: string | undefined;
  /** This side's address, where it is known. */
  readonly local?: Address | undefined;
  /** The other side's address, where it is known. */
  readonly remote?: Address | undefined;
  /** What lies behind it: the error of the system, or the reason of an abort. */
  readonly cause?: unknown;
  /** Of a `connect`: one error an address that was tried. */
  readonly attempts?: readonly TransportError[] | undefined;
  /** Of `ERR_EOF`: the bytes that came before the end. */
  readonly partial?: Uint8Array | undefined;
}

const brand: symbol = Symbol.for('@stack/transport.error');

const phrase: Readonly<Record<TransportOp, string>> = {
  resolve: 'Cannot resolve',
  connect: 'Cannot connect to',
  listen: 'Cannot listen on',
  accept: 'Cannot accept on',
  bind: 'Cannot bind',
  configure: 'Cannot configure',
  recv: 'Cannot receive from',
  send: 'Cannot send to',
  close: 'Cannot close',
  use: 'Cannot use',
};

/**
 * A failure, as a record: what was done, where, and why not.
 *
 * Switch on `kind`, or on `code` where one exact cause matters; never match the message.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { isTransportError, system } from '@stack/transport';
 *
 * const listener = await system.listen('tcp://127.0.0.1:0');
 * const [address] = listener.addresses;
 * await listener.close();
 * assert(address?.family === 'AF_INET');
 *
 * const error = await system.connect(`tcp://127.0.0.1:${address.port}`).catch((error: unknown) => error);
 * assert(isTransportError(error, 'ECONNREFUSED'));
 * assert.equal(error.kind, 'refused');
 * assert.equal(error.message, `Cannot connect to tcp://127.0.0.1:${address.port}: connection refused`);
 * ```
 */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  /** The kernel's name whenever the kernel spoke (`ECONNRESET`), else one of ours (`ERR_TIMEOUT`). */
  readonly code: TransportErrorCode;
  /** What to switch on: every code has one kind. */
  readonly kind: TransportErrorKind;
  /** What was being done. */
  readonly op: TransportOp;
  /** Why not, in words: the end of the message. */
  readonly reason: string;
  /** This side's address, where it is known. */
  readonly local: Address | undefined;
  /** The other side's address, where it is known. */
  readonly remote: Address | undefined;
  /** The same call may succeed later. */
  readonly retryable: boolean;
  /** Of a `connect`: one error an address that was tried. */
  readonly attempts: readonly TransportError[];
  /** Of `ERR_EOF`: the bytes that came before the end. */
  readonly partial: Uint8Array | undefined;

  constructor(init: TransportErrorInit) {
    const info = errorCodeInfo(init.code);
    const reason = init.reason ?? info.reason;
    super(
      `${phrase[init.op]} ${printable(init.at ?? 'the socket')}: ${printable(reason)}`,
      init.cause === undefined ? {} : { cause: init.cause },
    );
    this.code = init.code;
    this.reason = reason;
    this.kind = info.kind;
    this.op = init.op;
    this.local = init.local;
    this.remote = init.remote;
    this.retryable = info.retryable;
    this.attempts = init.attempts ?? [];
    this.partial = init.partial;
    Object.defineProperty(this, brand, { value: true });
  }
}

/**
 * Tells whether `value` is a `TransportError`, of any copy of this package, and of `code` where one is given.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { isTransportError, TransportError } from '@stack/transport';
 *
 * const error = new TransportError({ code: 'ECONNRESET', op: 'recv' });
 * assert(isTransportError(error));
 * assert(isTransportError(error, 'ECONNRESET'));
 * assert(!isTransportError(error, 'EPIPE'));
 * assert(!isTransportError(new Error('ECONNRESET')));
 * ```
 */
export const isTransportError = (value: unknown, code?: TransportErrorCode): value is TransportError =>
  typeof value === 'object' &&
  value !== null &&
  brand in value &&
  (code === undefined || (value as TransportError).code === code);
