import { type Address, CidrSet, formatAddress, inet, named, parseEndpoint, unixPath } from '@stack/address';
import { describe, expect, test } from 'vitest';
import { isTransportError, type TransportError } from '../contract/errors.ts';
import type { ConnectOptions } from '../contract/network.ts';
import { ScriptedBackend } from '../scripted-backend.test-fixture.ts';
import { failure, ScriptedDriver, settle, state } from '../scripted-driver.test-fixture.ts';
import { connectDriver } from './connect.ts';
import { claim } from './endpoint.ts';

const bench = (endpoint: string, options: ConnectOptions) => {
  const backend = new ScriptedBackend();
  backend.names.set('both.test', ['::1', '10.0.0.1', '192.0.2.1']);
  backend.names.set('mapped.test', ['::ffff:127.0.0.1', '::ffff:7f00:2']);
  const start = () => connectDriver(claim([backend], parseEndpoint(endpoint), 'connect'), options);
  return { start, backend, dials: backend.dials, clock: backend.clock };
};

const inside = CidrSet.of('127.0.0.0/8', '10.0.0.0/8', '::1/128');
const outsideOnly = (address: Address): boolean => 'port' in address && !inside.has(address);

describe('permit', () => {
  test('is asked for every address before any is dialled; those it refuses are not dialled', async () => {
    const asked: string[] = [];
    const permit = (address: Address): boolean => {
      asked.push(formatAddress(address));
      return outsideOnly(address);
    };
    const { start, dials } = bench('tcp://both.test:80', { permit });
    const connecting = start();
    await settle();
    expect(asked).toEqual(['[::1]:80', '10.0.0.1:80', '192.0.2.1:80']);
    expect(dials.map(({ to }) => to)).toEqual(['192.0.2.1:80']);
    const driver = new ScriptedDriver();
    dials[0]?.arrive(driver);
    expect(await connecting).toBe(driver);
  });

  test('nothing is dialled while an answer is out, however it was permitted elsewhere', async () => {
    const slow = Promise.withResolvers<boolean>();
    const permit = (address: Address) => ('host' in address && address.host === '10.0.0.1' ? slow.promise : true);
    const { start, dials } = bench('tcp://both.test:80', { permit });
    const connecting = start();
    expect(await state(connecting)).toBe('pending');
    expect(dials).toEqual([]);
    slow.resolve(false);
    await settle();
    dials[0]?.fail('ECONNREFUSED');
    await settle();
    dials[1]?.fail('ENETUNREACH');
    const error = (await failure(connecting)) as TransportError;
    expect(error).toMatchObject({
      code: 'ECONNREFUSED',
      message:
        'Cannot connect to tcp://both.test:80: [::1]:80 connection refused; 192.0.2.1:80 network unreachable; ' +
        '10.0.0.1:80 not permitted',
    });
    expect(error.attempts.map(({ code }) => code)).toEqual(['ECONNREFUSED', 'ENETUNREACH', 'ERR_DENIED']);
  });

  test('all refused: one error of kind denied that names each', async () => {
    const { start, dials } = bench('tcp://both.test:80', { permit: () => false });
    const error = (await failure(start())) as TransportError;
    expect(error).toMatchObject({
      code: 'ERR_DENIED',
      kind: 'denied',
      retryable: false,
      message:
        'Cannot connect to tcp://both.test:80: [::1]:80 not permitted; 10.0.0.1:80 not permitted; 192.0.2.1:80 not permitted',
    });
    expect(error.attempts.map(({ remote }) => remote)).toEqual([
      inet('::1', 80),
      inet('10.0.0.1', 80),
      inet('192.0.2.1', 80),
    ]);
    expect(dials).toEqual([]);
  });

  test.each([
    ['a literal', 'tcp://127.0.0.1:80', ['127.0.0.1:80']],
    ['a literal of IPv6', 'tcp://[::1]:80', ['[::1]:80']],
    ['a mapped literal', 'tcp://[::ffff:127.0.0.1]:80', ['127.0.0.1:80']],
    ['a mapped literal in hexadecimal', 'tcp://[::ffff:7f00:1]:80', ['127.0.0.1:80']],
    ['a mapped literal in full', 'tcp://[0:0:0:0:0:ffff:a00:1]:80', ['10.0.0.1:80']],
    ['a name with mapped answers', 'tcp://mapped.test:80', ['127.0.0.1:80', '127.0.0.2:80']],
  ])('is asked for %s, which no spelling hides', async (_what, endpoint, expected) => {
    const asked: string[] = [];
    const permit = async (address: Address): Promise<boolean> => {
      asked.push(formatAddress(address));
      return outsideOnly(address);
    };
    const { start, dials } = bench(endpoint, { permit });
    expect(await failure(start())).toMatchObject({ code: 'ERR_DENIED', kind: 'denied' });
    expect([asked, dials]).toEqual([expected, []]);
  });

  test('is asked for places that are no addresses of a network too', async () => {
    const asked: Address[] = [];
    const permit = (address: Address): boolean => asked.push(address) === 0;
    for (const endpoint of ['unix:/run/x', 'memory:lab']) {
      const backend = Object.assign(new ScriptedBackend(), { schemes: ['unix', 'memory'] });
      const connecting = connectDriver(claim([backend], endpoint, 'connect'), { permit });
      expect(await failure(connecting)).toMatchObject({ code: 'ERR_DENIED', attempts: [{ code: 'ERR_DENIED' }] });
    }
    expect(asked).toEqual([unixPath('/run/x'), named('memory', 'lab')]);
  });

  test('only `true` permits', async () => {
    for (const answer of [undefined, 1, 'yes', {}, Promise.resolve(undefined)]) {
      const permit = (() => answer) as unknown as () => boolean;
      expect(isTransportError(await failure(bench('tcp://192.0.2.1:80', { permit }).start()), 'ERR_DENIED')).toBe(true);
    }
  });

  test('what it throws is what connect rejects with, and nothing is dialled', async () => {
    const cause = new Error('the rules could not be read');
    const throwing = () => {
      throw cause;
    };
    for (const permit of [throwing, () => Promise.reject(cause)]) {
      const { start, dials } = bench('tcp://both.test:80', { permit });
      expect(await failure(start())).toBe(cause);
      expect(dials).toEqual([]);
    }
  });

  test('the deadline and the signal cover it', async () => {
    const permit = () => new Promise<boolean>(() => undefined);
    const late = bench('tcp://both.test:80', { permit, timeoutMs: 50 });
    const timedOut = failure(late.start());
    await late.clock.advance(50);
    expect(await timedOut).toMatchObject({ code: 'ERR_TIMEOUT', op: 'connect' });

    const controller = new AbortController();
    const aborted = failure(bench('tcp://both.test:80', { permit, signal: controller.signal }).start());
    await settle();
    controller.abort('enough');
    expect(await aborted).toBe('enough');
    expect([late.dials, late.clock.pending]).toEqual([[], 0]);
  });

  test('is a function, or absent', async () => {
    const permit = 'all' as unknown as () => boolean;
    expect(await failure(bench('tcp://192.0.2.1:80', { permit }).start())).toEqual(
      new TypeError('permit must be a function, not string'),
    );
  });
});

test('an error of very many attempts names the first, and has them all', async () => {
  const hosts = Array.from({ length: 100 }, (_, i) => `192.0.2.${i + 1}`);
  const { start, backend, dials } = bench('tcp://many.test:80', {});
  backend.names.set('many.test', hosts);
  const connecting = failure(start());
  for (let i = 0; i < 100; i += 1) {
    await settle();
    dials[i]?.fail('ECONNREFUSED');
  }
  const error = (await connecting) as TransportError;
  expect(error.attempts).toHaveLength(100);
  expect(error.message).toMatch(/192\.0\.2\.16:80 connection refused; and 84 more$/);
});

test('called off between the look-up and the question: nobody is asked', async () => {
  const controller = new AbortController();
  const permit = () => new Promise<boolean>(() => undefined);
  const { start, backend } = bench('tcp://slow.test:80', { permit, signal: controller.signal });
  const hosts = Promise.withResolvers<readonly string[]>();
  backend.names.set('slow.test', hosts.promise);
  const connecting = failure(start());
  for (let turn = 0; turn < 20; turn += 1) {
    if (turn === 3) hosts.resolve(['192.0.2.1']);
    if (turn === 8) controller.abort('enough');
    await Promise.resolve();
  }
  expect(await connecting).toBe('enough');
});
