import { memoryNetwork } from '@stack/transport/memory';
import { describe, expect, test } from 'vitest';
import {
  directions,
  networkFixture,
  runCheck,
  type StreamCheck,
  streamChecks,
  type StreamContext,
  streamFixture,
} from './index.ts';

const net = memoryNetwork();
const fixture = networkFixture('memory', net, 'memory:pair');

const check = (run: (context: StreamContext) => Promise<void>, more: Partial<StreamCheck> = {}): StreamCheck => ({
  id: 'X1',
  title: 'something is so',
  run,
  ...more,
});

describe('runCheck()', () => {
  test('tells of a check that passed, with the seed it was given', async () => {
    let seen: unknown;
    const noted = check(async ({ seed, random, direction }) => {
      seen = { seed, first: random.uint32(), direction };
    });
    const result = await runCheck(noted, fixture, { seed: 7 });
    expect(result).toMatchObject({ outcome: 'passed', id: 'X1', title: 'something is so', seed: 7 });
    expect(result.name).toBe('memory X1 something is so');
    const first = seen;
    await runCheck(noted, fixture, { seed: 7 });
    expect(seen).toEqual(first);
  });

  test('tells of a check that failed: what, where, and the line that replays it', async () => {
    const cause = new Error('expected 1 to be 2');
    const failing = check(() => Promise.reject(cause));
    const result = await runCheck(failing, fixture, { seed: 7, direction: 'server→client' });
    expect(result).toMatchObject({ outcome: 'failed', replay: 'STACK_SEED=7 STACK_CHECK=X1', error: { cause } });
    expect(result).toHaveProperty(
      'error.message',
      'memory server→client X1 something is so: expected 1 to be 2\nReplay with STACK_SEED=7 STACK_CHECK=X1',
    );
  });

  test('tells of a check that throws at once, or throws no error', async () => {
    const throwing = check(() => {
      throw 'a text';
    });
    expect(await runCheck(throwing, fixture)).toMatchObject({ outcome: 'failed', error: { cause: 'a text' } });
  });

  test('makes a fresh seed where none is given, and tells it', async () => {
    const idle = check(async () => undefined);
    const seeds = [await runCheck(idle, fixture), await runCheck(idle, fixture)].map(({ seed }) => seed);
    expect(seeds[0]).not.toBe(seeds[1]);
  });

  test('gives near and far by direction', async () => {
    for (const direction of directions) {
      let nearIsServer: boolean | undefined;
      const look = check(async ({ pair }) => {
        const { near } = await pair();
        nearIsServer = near.local.family === 'name' && near.local.name === 'pair';
      });
      expect((await runCheck(look, fixture, { direction })).outcome).toBe('passed');
      expect(nearIsServer).toBe(direction === 'server→client');
    }
  });

  test('leaves out a check whose needs the driver lacks', async () => {
    const needy = check(async ({ pair }) => void (await pair()), { needs: ['halfClose', 'secure'] });
    expect(await runCheck(needy, fixture)).toMatchObject({ outcome: 'skipped', reason: 'the driver lacks secure' });
  });

  test('ends a check that hangs', async () => {
    const hanging = check(async ({ pair }) => void (await (await pair()).near.recv()));
    const result = await runCheck(hanging, fixture, { limitMs: 20 });
    expect(result).toMatchObject({
      outcome: 'failed',
      error: { cause: { message: 'it did not finish within 20 ms' } },
    });
  });

  test('closes what the check opened, also when it fails', async () => {
    const opened: StreamContext[] = [];
    const ends: { closed: Promise<{ how: string }> }[] = [];
    const leaving = check(async (context) => {
      opened.push(context);
      const { near, far } = await context.pair();
      ends.push(near, far);
      throw new Error('in the middle');
    });
    await runCheck(leaving, fixture);
    const hows = await Promise.all(ends.map(async ({ closed }) => (await closed).how));
    expect(hows).toHaveLength(2);
    expect(hows).toContain('aborted');
    await expect(opened[0]?.sleep(1)).rejects.toThrow('the check is over');
  });

  test('fails a check after which somebody listens on its signal', async () => {
    const leaking = check(async ({ controller }) => {
      controller().signal.addEventListener('abort', () => undefined);
    });
    const result = await runCheck(leaking, fixture);
    expect(result).toHaveProperty('error.message', expect.stringContaining('expected no listener to stay'));
  });

  test('fails a check whose pair cannot be made', async () => {
    const broken = streamFixture({ name: 'broken', pair: () => Promise.reject(new Error('no pair today')) });
    const result = await runCheck(
      check(async ({ pair }) => void (await pair())),
      broken,
    );
    expect(result).toHaveProperty('error.message', expect.stringContaining('no pair today'));
  });

  test('within() and staysPending() say what was expected', async () => {
    const late = check(({ within }) => within(5, 'the answer', new Promise(() => undefined)));
    const early = check(({ staysPending }) => staysPending(5, 'the question', Promise.resolve('asked')));
    expect(await runCheck(late, fixture)).toHaveProperty(
      'error.cause.message',
      'expected the answer to settle within 5 ms',
    );
    expect(await runCheck(early, fixture)).toHaveProperty(
      'error.cause.message',
      'expected the question to be pending for 5 ms, but it gave asked',
    );
  });
});

test('streamChecks have ids of their own, in order', () => {
  const ids = streamChecks.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const numbers = ids.map((id) => Number.parseInt(id.slice(1), 10));
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
});
