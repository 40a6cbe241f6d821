import { hostAddress, inet, unixPath } from '@stack/address';
import { describe, expect, test } from 'vitest';
import { failure } from '../scripted-driver.test-fixture.ts';
import { ScriptedBackend } from '../scripted-backend.test-fixture.ts';
import { fakeClock } from '../virtual/fake-clock.ts';
import { resolveAddress } from './resolve.ts';

const backend = new ScriptedBackend();
backend.names.set('both.test', ['::1', '127.0.0.1', '0:0::1']);
backend.names.set('none.test', []);

describe('resolveAddress()', () => {
  test('an address is itself', async () => {
    const address = unixPath('/run/x');
    expect(await resolveAddress(backend, address, 'x', {})).toEqual([address]);
  });

  test('the answers carry the port, each once, in order', async () => {
    const at = hostAddress('both.test', 80);
    expect(await resolveAddress(backend, at, 'x', {})).toEqual([inet('::1', 80), inet('127.0.0.1', 80)]);
  });

  test('a name without addresses, or unknown, is not found', async () => {
    for (const name of ['none.test', 'unknown.test']) {
      const error = await failure(resolveAddress(backend, hostAddress(name, 80), `tcp://${name}:80`, {}));
      expect(error).toMatchObject({ code: 'ENOTFOUND', kind: 'notFound', op: 'resolve' });
      expect((error as Error).message).toContain(name);
    }
  });

  test('a backend without names says so', async () => {
    const blind = { name: 'blind', clock: fakeClock() };
    expect(await failure(resolveAddress(blind, hostAddress('x.test', 80), 'x', {}))).toMatchObject({
      code: 'ERR_UNSUPPORTED',
      message: 'Cannot resolve x: the blind backend looks up no names',
    });
  });

  test('the deadline and the signal count, whatever the backend makes of them', async () => {
    const slow = new ScriptedBackend();
    slow.names.set('slow.test', new Promise(() => undefined));
    const at = hostAddress('slow.test', 80);
    const timedOut = failure(resolveAddress(slow, at, 'x', { timeoutMs: 10 }));
    const controller = new AbortController();
    const aborted = failure(resolveAddress(slow, at, 'x', { signal: controller.signal }));
    controller.abort('enough');
    await slow.clock.advance(10);
    expect(await timedOut).toMatchObject({ code: 'ERR_TIMEOUT', op: 'resolve' });
    expect(await aborted).toBe('enough');
    expect(await failure(resolveAddress(slow, inet('127.0.0.1', 1), 'x', { timeoutMs: 0 }))).toMatchObject({
      code: 'ERR_TIMEOUT',
    });
    expect(await failure(resolveAddress(slow, inet('127.0.0.1', 1), 'x', { timeoutMs: Number.NaN }))).toBeInstanceOf(
      RangeError,
    );
  });
});
