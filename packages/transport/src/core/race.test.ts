import { formatAddress, inet } from '@stack/address';
import { describe, expect, test } from 'vitest';
import { failure, ScriptedDriver, settle, state } from '../scripted-driver.test-fixture.ts';
import { ScriptedBackend } from '../scripted-backend.test-fixture.ts';
import { driverConnectOptions } from './connect-options.ts';
import { interleave, race } from './race.ts';

const addresses = (...hosts: readonly string[]) => hosts.map((host) => inet(host, 1));

const bench = (...hosts: readonly string[]) => {
  const backend = new ScriptedBackend();
  const controller = new AbortController();
  const outcome = race(addresses(...hosts), {
    clock: backend.clock,
    attemptDelayMs: 250,
    signal: controller.signal,
    dial: (address, signal) => backend.connect(address, { ...driverConnectOptions({}), signal }),
  });
  return { ...backend, clock: backend.clock, dials: backend.dials, controller, outcome };
};

const started = ({ dials }: { dials: ScriptedBackend['dials'] }): [string, number][] =>
  dials.map(({ to, atMs }) => [to, atMs]);

describe('interleave()', () => {
  test.each([
    [
      ['::1', '::2', '::3', '1.1.1.1'],
      ['::1', '1.1.1.1', '::2', '::3'],
    ],
    [
      ['1.1.1.1', '::1', '::2'],
      ['1.1.1.1', '::1', '::2'],
    ],
    [
      ['1.1.1.1', '2.2.2.2'],
      ['1.1.1.1', '2.2.2.2'],
    ],
    [[], []],
  ])('%j becomes %j', (hosts, expected) => {
    expect(interleave(addresses(...hosts)).map((address) => 'host' in address && address.host)).toEqual(expected);
  });
});

describe('race()', () => {
  test('of no addresses is lost at once', async () => {
    const { outcome, clock } = bench();
    expect(await outcome).toEqual({ failures: [], unanswered: [] });
    expect(clock.pending).toBe(0);
  });

  test('staggers the attempts, and the first to arrive wins', async () => {
    const bed = bench('1.1.1.1', '2.2.2.2', '3.3.3.3');
    await bed.clock.advance(499);
    expect(started(bed)).toEqual([
      ['1.1.1.1:1', 0],
      ['2.2.2.2:1', 250],
    ]);
    const driver = new ScriptedDriver();
    bed.dials[1]?.arrive(driver);
    expect(await bed.outcome).toBe(driver);
    await bed.clock.advance(10_000);
    expect(bed.dials).toHaveLength(2);
    expect(bed.clock.pending).toBe(0);
  });

  test('an attempt that fails starts the next at once, which has the whole delay for itself', async () => {
    const bed = bench('1.1.1.1', '2.2.2.2', '3.3.3.3');
    await bed.clock.advance(100);
    bed.dials[0]?.fail('ECONNREFUSED');
    await bed.clock.advance(249);
    expect(started(bed)).toEqual([
      ['1.1.1.1:1', 0],
      ['2.2.2.2:1', 100],
    ]);
    await bed.clock.advance(1);
    expect(started(bed)[2]).toEqual(['3.3.3.3:1', 350]);
    bed.controller.abort();
  });

  test('losers are called off, and one that arrives all the same is reset', async () => {
    const bed = bench('1.1.1.1', '2.2.2.2');
    await bed.clock.advance(250);
    bed.dials[0]?.arrive(new ScriptedDriver());
    await bed.outcome;
    expect(bed.dials[1]?.options.signal?.aborted).toBe(true);
    const late = new ScriptedDriver();
    bed.dials[1]?.arrive(late);
    await settle();
    expect(late.log).toEqual(['reset']);
  });

  test('two that arrive in one turn: one wins, the other is reset', async () => {
    const bed = bench('1.1.1.1', '2.2.2.2');
    await bed.clock.advance(250);
    const drivers = [new ScriptedDriver(), new ScriptedDriver()];
    drivers.forEach((driver, i) => bed.dials[i]?.arrive(driver));
    expect(await bed.outcome).toBe(drivers[0]);
    await settle();
    expect(drivers.map(({ log }) => log)).toEqual([[], ['reset']]);
  });

  test('all fail: each failure, in the order they came, and no timer', async () => {
    const bed = bench('1.1.1.1', '2.2.2.2');
    await bed.clock.advance(250);
    bed.dials[1]?.fail('ENETUNREACH');
    expect(await state(bed.outcome)).toBe('pending');
    await settle();
    bed.dials[0]?.fail('ECONNREFUSED');
    const outcome = await bed.outcome;
    const failures = 'failures' in outcome ? outcome.failures : [];
    expect(failures.map(({ address, error }) => [formatAddress(address), (error as { code: string }).code])).toEqual([
      ['2.2.2.2:1', 'ENETUNREACH'],
      ['1.1.1.1:1', 'ECONNREFUSED'],
    ]);
    expect(bed.clock.pending).toBe(0);
  });

  test('the last attempt is not staggered against anything', async () => {
    const bed = bench('1.1.1.1');
    await settle();
    expect(bed.clock.pending).toBe(0);
    bed.controller.abort();
    await bed.outcome;
  });

  test('aborted before: nothing is dialled', async () => {
    const backend = new ScriptedBackend();
    const outcome = await race(addresses('1.1.1.1'), {
      clock: backend.clock,
      attemptDelayMs: 250,
      signal: AbortSignal.abort(),
      dial: () => failure(Promise.resolve()) as never,
    });
    expect(outcome).toEqual({ failures: [], unanswered: [] });
  });

  test('aborted while it runs: everything is called off at once, and late arrivals are reset', async () => {
    const bed = bench('1.1.1.1', '2.2.2.2', '3.3.3.3');
    await bed.clock.advance(260);
    bed.dials[0]?.fail('ECONNREFUSED');
    await settle();
    bed.controller.abort();
    expect(await bed.outcome).toMatchObject({
      failures: [{ error: { code: 'ECONNREFUSED' } }],
      unanswered: addresses('2.2.2.2', '3.3.3.3'),
    });
    expect(bed.dials.map(({ options }) => options.signal?.aborted)).toEqual([true, true, true]);
    const late = new ScriptedDriver();
    bed.dials[1]?.arrive(late);
    bed.dials[2]?.fail('ECONNREFUSED');
    await bed.clock.advance(10_000);
    expect([late.log, bed.dials.length, bed.clock.pending]).toEqual([['reset'], 3, 0]);
  });
});
