import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Inet4Address } from '@stack/address';
import { system } from '@stack/transport';
import { afterEach, describe, expect, test } from 'vitest';

const program = fileURLToPath(new URL('run-main.test-fixture.ts', import.meta.url));
const children: ChildProcess[] = [];

interface Running {
  readonly child: ChildProcess;
  readonly address: Inet4Address;
  line(): Promise<string>;
  exit(): Promise<{ code: number | null; signal: string | null }>;
}

const start = async (...args: readonly string[]): Promise<Running> => {
  const child = spawn(process.execPath, ['--conditions=@stack/source', program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const ended = once(child, 'close').then(
    ([code, signal]) => ({ code, signal }) as { code: number | null; signal: string | null },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => String((await lines.next()).value);
  return { child, address: JSON.parse(await line()) as Inet4Address, line, exit: () => ended };
};

afterEach(() => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
});

describe('runMain()', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s drains and exits with 0', async (signal) => {
    const { child, address, line, exit } = await start();
    const client = await system.connect({ scheme: 'tcp', address });
    await client.send('hello');
    await client.recvExactly(5);
    child.kill(signal);
    expect(await line()).toBe(signal);
    await client.send('still served');
    expect((await client.recvExactly(12)).length).toBe(12);
    await client.close();
    expect(await line()).toBe('finished 1, forced 0');
    expect(await exit()).toEqual({ code: 0, signal: null });
  });

  test('a grace that runs out forces what is left, and still exits with 0', async () => {
    const { child, address, line, exit } = await start('50');
    const client = await system.connect({ scheme: 'tcp', address });
    await client.send('hello');
    await client.recvExactly(5);
    child.kill('SIGTERM');
    expect(await line()).toBe('SIGTERM');
    expect(await line()).toBe('finished 0, forced 1');
    expect(await exit()).toEqual({ code: 0, signal: null });
    client.abort();
  });

  test('S42 a second signal ends at once with 128+n', async () => {
    const { child, address, line, exit } = await start('60000');
    const client = await system.connect({ scheme: 'tcp', address });
    await client.send('hello');
    await client.recvExactly(5);
    child.kill('SIGTERM');
    expect(await line()).toBe('SIGTERM');
    child.kill('SIGINT');
    expect(await exit()).toEqual({ code: 130, signal: null });
    client.abort();
  });

  test('a server that ends by itself exits with 0 where nothing failed', async () => {
    const { exit } = await start('5000', 'closes');
    expect(await exit()).toEqual({ code: 0, signal: null });
  });
});
