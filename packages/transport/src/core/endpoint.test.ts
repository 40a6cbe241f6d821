import { named, parseEndpoint } from '@stack/address';
import { describe, expect, test } from 'vitest';
import { TransportError, type TransportOp } from '../contract/errors.ts';
import { ScriptedBackend } from '../scripted-backend.test-fixture.ts';
import { atEndpoint, claim, expectUnit } from './endpoint.ts';

const backend = new ScriptedBackend();
const memory = { ...backend, schemes: ['memory'] } as unknown as ScriptedBackend;

describe('claim()', () => {
  test('takes text or an endpoint, and finds the first backend that claims its scheme', () => {
    const first = claim([memory, backend, new ScriptedBackend()], 'tcp://LOCALHOST:80', 'connect');
    expect(first.backend).toBe(backend);
    expect(first.text).toBe(claim([backend], parseEndpoint('tcp://LOCALHOST:80'), 'connect').text);
    expect(claim([backend, memory], { scheme: 'memory', address: named('memory', 'lab') }, 'listen').backend).toBe(
      memory,
    );
  });

  test('names a scheme that nobody claims, and the known ones', () => {
    expect(() => claim([backend, memory], 'ws://example.org', 'connect')).toThrow(
      expect.objectContaining({
        code: 'ERR_UNSUPPORTED',
        message: 'Cannot connect to ws://example.org: nothing here speaks "ws"; known are tcp, unix, udp, memory',
      }),
    );
  });

  test('text that is no endpoint is an error of the address', () => {
    expect(() => claim([backend], 'tcp://127.1:80', 'connect')).toThrow(
      expect.objectContaining({ name: 'AddressError' }),
    );
  });
});

describe('expectUnit()', () => {
  test.each<[string, 'stream' | 'datagram', TransportOp, string]>([
    ['udp://127.0.0.1:1', 'stream', 'connect', '"udp" is datagrams: use connectDatagram'],
    ['udp://127.0.0.1:1', 'stream', 'listen', '"udp" is datagrams: use bind'],
    ['tcp://127.0.0.1:1', 'datagram', 'bind', '"tcp" is a stream: use listen'],
    ['tcp://localhost:1', 'datagram', 'connect', '"tcp" is a stream: use connect'],
  ])('%s for a %s to %s: %s', (text, unit, op, reason) => {
    expect(() => expectUnit(claim([backend], text, op), unit, op)).toThrow(
      expect.objectContaining({ code: 'ERR_UNSUPPORTED', reason }),
    );
  });

  test('fits, or is a name that can be both', () => {
    for (const [text, unit] of [
      ['tcp://127.0.0.1:1', 'stream'],
      ['udp://127.0.0.1:1', 'datagram'],
      ['memory:x', 'stream'],
      ['memory:x', 'datagram'],
    ] as const) {
      expect(() => expectUnit(claim([backend, memory], text, 'bind'), unit, 'bind')).not.toThrow();
    }
  });
});

describe('atEndpoint()', () => {
  test('says the endpoint where a backend said the address, and keeps the rest', () => {
    const cause = new Error('why');
    const error = new TransportError({ code: 'EADDRINUSE', op: 'listen', at: '127.0.0.1:1', reason: 'taken', cause });
    expect(atEndpoint(error, claim([backend], 'tcp://localhost:1', 'listen'))).toMatchObject({
      message: 'Cannot listen on tcp://localhost:1: taken',
      code: 'EADDRINUSE',
      cause,
    });
  });

  test('leaves other errors alone', () => {
    expect(atEndpoint('reason', claim([backend], 'tcp://localhost:1', 'listen'))).toBe('reason');
  });
});
