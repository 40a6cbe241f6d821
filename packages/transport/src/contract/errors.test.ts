import { inet } from '@stack/address';
import { describe, expect, test } from 'vitest';
import { isTransportError, TransportError, type TransportOp } from './errors.ts';

describe('TransportError', () => {
  test('is a record: what was done, where, why not, and how it may be switched on', () => {
    const cause = new Error('read ECONNRESET');
    const local = inet('127.0.0.1', 1);
    const remote = inet('127.0.0.1', 2);
    const error = new TransportError({ code: 'ECONNRESET', op: 'recv', at: '127.0.0.1:2', local, remote, cause });
    expect(error).toMatchObject({
      name: 'TransportError',
      message: 'Cannot receive from 127.0.0.1:2: connection reset by the peer',
      code: 'ECONNRESET',
      kind: 'broken',
      op: 'recv',
      reason: 'connection reset by the peer',
      local,
      remote,
      retryable: true,
      attempts: [],
      partial: undefined,
      cause,
    });
    expect(error).toBeInstanceOf(Error);
  });

  test.each<[TransportOp, string]>([
    ['resolve', 'Cannot resolve x: timed out'],
    ['connect', 'Cannot connect to x: timed out'],
    ['listen', 'Cannot listen on x: timed out'],
    ['accept', 'Cannot accept on x: timed out'],
    ['bind', 'Cannot bind x: timed out'],
    ['configure', 'Cannot configure x: timed out'],
    ['recv', 'Cannot receive from x: timed out'],
    ['send', 'Cannot send to x: timed out'],
    ['close', 'Cannot close x: timed out'],
    ['use', 'Cannot use x: timed out'],
  ])('of %s reads as a sentence', (op, message) => {
    expect(new TransportError({ code: 'ERR_TIMEOUT', op, at: 'x' }).message).toBe(message);
  });

  test('without a place or a cause it has neither', () => {
    const error = new TransportError({ code: 'ERR_CLOSED', op: 'use', reason: 'it was aborted' });
    expect(error.message).toBe('Cannot use the socket: it was aborted');
    expect('cause' in error).toBe(false);
  });
});

describe('isTransportError()', () => {
  test('knows our errors, of any copy of the package, and the code if one is given', () => {
    const error = new TransportError({ code: 'EPIPE', op: 'send' });
    expect([isTransportError(error), isTransportError(error, 'EPIPE'), isTransportError(error, 'EIO')]).toEqual([
      true,
      true,
      false,
    ]);
    const other = Object.assign(new Error('of another copy'), {
      code: 'EPIPE',
      [Symbol.for('@stack/transport.error')]: true,
    });
    expect(isTransportError(other, 'EPIPE')).toBe(true);
  });

  test.each([undefined, null, 'EPIPE', 5, {}, Object.assign(new Error('x'), { code: 'EPIPE' })])(
    '%o is none',
    (value) => {
      expect(isTransportError(value)).toBe(false);
    },
  );

  test('the brand is no part of what an error shows', () => {
    expect(Object.getOwnPropertySymbols({ ...new TransportError({ code: 'EPIPE', op: 'send' }) })).toEqual([]);
  });
});
