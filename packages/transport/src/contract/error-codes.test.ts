import { constants } from 'node:os';
import { describe, expect, test } from 'vitest';
import { errorCodeInfo, knownErrorCodes } from './error-codes.ts';

/** What the resolver says, which are no numbers of the kernel. */
const resolverCodes = /^(ENOTFOUND|EAI_[A-Z]+)$/;

describe('errorCodeInfo()', () => {
  test('every code reads as a reason: no capital, no full stop', () => {
    for (const code of knownErrorCodes()) {
      expect(errorCodeInfo(code).reason, code).toMatch(/^[a-z][^.]*[a-z]$/);
    }
  });

  test('every code is one of ours, of the resolver or of the kernel: no typing error', () => {
    const own = [
      'ERR_CLOSED',
      'ERR_BUSY',
      'ERR_TIMEOUT',
      'ERR_EOF',
      'ERR_SEND_BUFFER',
      'ERR_RECV_BUFFER',
      'ERR_MESSAGE_SIZE',
      'ERR_PROXY_HEADER',
      'ERR_TLS',
      'ERR_TLS_CERTIFICATE',
      'ERR_DENIED',
      'ERR_UNSUPPORTED',
    ];
    const unknown = knownErrorCodes().filter(
      (code) => !own.includes(code) && !resolverCodes.test(code) && !(code in constants.errno) && !elsewhere.has(code),
    );
    expect(unknown).toEqual([]);
    for (const code of own) expect(knownErrorCodes()).toContain(code);
  });

  test('a code that nobody knows counts as broken, and reads as itself', () => {
    for (const code of ['EWEIRD', 'constructor', '__proto__', '']) {
      expect(errorCodeInfo(code)).toEqual({ kind: 'broken', reason: code, retryable: false });
    }
  });
});

/** Codes of libuv and kernels that Node's list of numbers leaves out. */
const elsewhere: ReadonlySet<string> = new Set(['EHOSTDOWN', 'ENONET']);
