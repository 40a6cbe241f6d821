import { describe, expect, test } from 'vitest';
import { failure } from '../scripted-driver.test-fixture.ts';
import { system } from '../system.ts';
import { resolveNode } from './resolve.ts';

describe('resolveNode()', () => {
  test('knows localhost, in the order of the system', async () => {
    const hosts = await resolveNode('localhost');
    expect(hosts.length).toBeGreaterThan(0);
    for (const host of hosts) expect(['127.0.0.1', '::1']).toContain(host);
  });

  test('a name that cannot be found says so, once, with its name', async () => {
    // RFC 6761 section 6.4: "invalid." never resolves.
    const error = await failure(system.connect('tcp://nowhere.invalid:80', { timeoutMs: 10_000 }));
    expect(error).toMatchObject({ kind: 'notFound', op: 'resolve' });
    expect((error as Error).message).toMatch(/^Cannot resolve nowhere\.invalid: /);
    expect((error as { code: string }).code).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
  });
});
