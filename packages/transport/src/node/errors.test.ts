import { describe, expect, test } from 'vitest';
import { TransportError } from '../contract/errors.ts';
import { fromNodeError } from './errors.ts';

const where = { op: 'send', at: 'x' } as const;

describe('fromNodeError()', () => {
  test('keeps the name that the kernel gave, and the error as cause', () => {
    const cause = Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' });
    expect(fromNodeError(cause, where)).toMatchObject({ code: 'EPIPE', kind: 'broken', op: 'send', cause });
  });

  test.each([
    ['ERR_STREAM_DESTROYED', 'EPIPE'],
    ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET'],
    ['ERR_SOCKET_BAD_PORT', 'EINVAL'],
    ['ERR_SOCKET_DGRAM_NOT_RUNNING', 'ERR_CLOSED'],
  ])('%s of Node stands for %s', (code, kernel) => {
    expect(fromNodeError(Object.assign(new Error('x'), { code }), where)).toMatchObject({ code: kernel });
  });

  test('an error of ours stays as it is, one without a code is unsupported', () => {
    const own = new TransportError({ code: 'ERR_UNSUPPORTED', op: 'send', reason: 'because' });
    expect(fromNodeError(own, where)).toBe(own);
    expect(fromNodeError(new Error('x'), where)).toMatchObject({ code: 'ERR_UNSUPPORTED' });
  });
});
