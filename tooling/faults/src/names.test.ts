import { nodeArguments, run, temporaryFolder } from '@stack/interop';
import { describe, expect, test } from 'vitest';
import { inOwnNetwork, whyNoOwnNetwork } from './own-network.ts';
import type { Ending, NamesReport } from './subjects/names.ts';

const absent = await whyNoOwnNetwork();

const look = async (): Promise<NamesReport> => {
  using folder = temporaryFolder();
  const node = [process.execPath, ...nodeArguments(new URL('subjects/names.ts', import.meta.url), [])];
  const [command = '', ...args] = inOwnNetwork(folder.path, node);
  const { code, stdout, stderr } = await run(command, args, { timeoutMs: 55_000 });
  if (code !== 0 || stderr !== '') throw new Error(`the subject ended with ${code}, and said: ${stderr}`);
  return JSON.parse(stdout.toString()) as NamesReport;
};

const reported = absent === undefined ? look() : undefined;
reported?.catch(() => undefined);

const ending = async (name: string): Promise<Ending> => (await reported)?.endings[name] ?? {};

/** How the C libraries name a failure that may pass, and one that may not. */
const tryAgain = expect.stringMatching(/^EAI_(AGAIN|FAIL)$/) as string;

describe.skipIf(absent !== undefined)(absent === undefined ? 'names' : `names: ${absent}`, () => {
  test.for([
    ['unknown', 'nobody.test', 'ENOTFOUND'],
    ['empty', 'empty.test', 'ENOTFOUND'],
    ['servfail', 'servfail.test', tryAgain],
    ['silent', 'silent.test', tryAgain],
  ] as const)('%s: not found, with the name and a code of the resolver', async ([what, name, code]) => {
    const { kind, op, message, ...rest } = await ending(what);
    expect({ kind, op, code: rest.code, attempts: rest.attempts }).toEqual({
      kind: 'notFound',
      op: 'resolve',
      code,
      attempts: [],
    });
    expect(message).toMatch(new RegExp(`^Cannot resolve .*${name.replace('.', '\\.')}`));
  });

  test('100 addresses where nobody listens: every attempt in the error, the first ones in its message', async () => {
    const { code, attempts, message } = await ending('hundred');
    expect(code).toBe('ECONNREFUSED');
    expect(attempts).toHaveLength(100);
    expect(new Set(attempts).size).toBe(100);
    expect(message).toMatch(/^Cannot connect to tcp:\/\/hundred\.test:\d+: 127\.0\.1\.\d+:\d+ connection refused; /);
    expect(message).toMatch(/; and 84 more$/);
  });

  test('100 addresses where nobody listens, and one where somebody does: it is reached', async () => {
    expect((await ending('hundred and one')).reached).toMatch(/^127\.0\.0\.1:/);
  });

  test('an answer of IPv6 alone without a route: unreachable, as the kernel says', async () => {
    const { code, kind, attempts } = await ending('six');
    expect([code, kind]).toEqual(['ENETUNREACH', 'unreachable']);
    expect(attempts).toEqual([expect.stringMatching(/^\[2001:db8::1\]:\d+ ENETUNREACH$/)]);
  });

  test.for(['six or four', 'half silent'])('%s: the address that answers is reached', async (what) => {
    expect((await ending(what)).reached).toMatch(/^127\.0\.0\.1:/);
  });

  test('one deadline is over the look-up and the attempts', async () => {
    const late = await ending('late');
    expect([late.code, late.kind, late.op]).toEqual(['ERR_TIMEOUT', 'timeout', 'connect']);
    expect(late.message).toMatch(/timed out after 600 ms$/);
    expect(late.attempts).toEqual([expect.stringMatching(/^192\.0\.2\.1:\d+ ERR_TIMEOUT$/)]);
    const deadline = await ending('deadline');
    expect([deadline.code, deadline.op]).toEqual(['ERR_TIMEOUT', 'connect']);
    expect((await ending('signal')).thrown).toMatch(/^TimeoutError/);
  });

  test('permit: a name cannot lead inside, not by a mapped address either', async () => {
    const { code, kind, attempts, message } = await ending('inside');
    expect([code, kind]).toEqual(['ERR_DENIED', 'denied']);
    expect(attempts?.length).toBeGreaterThan(0);
    for (const attempt of attempts ?? []) {
      expect(attempt).toMatch(/ ERR_DENIED$/);
      expect(message).toContain(attempt.split(' ')[0]);
    }
    expect((await reported)?.reachedInside).toBe(0);
    expect((await ending('inside, permitted')).reached).toMatch(/127\.0\.0\.1|7f00:1/);
  });

  test('a silent name server holds up no dial to an address', async () => {
    const order = (await reported)?.order ?? [];
    expect(order.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 'an address'));
    expect(order.filter((what) => what === 'silent')).toHaveLength(8);
    expect(order).toContain('a name');
  });
});
