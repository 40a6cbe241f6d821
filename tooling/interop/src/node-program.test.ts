import { describe, expect, it } from 'vitest';
import { runTimed } from './node-program.ts';

describe('runTimed()', () => {
  it('counts waiting', async () => {
    const { ownMs, code } = await runTimed(['-e', 'setTimeout(() => process.exit(3), 300)']);
    expect(code).toBe(3);
    expect(ownMs).toBeGreaterThan(300);
  });

  it('counts work', async () => {
    const { ownMs } = await runTimed([
      '-e',
      'for (const end = process.cpuUsage().user + 300_000; process.cpuUsage().user < end;);',
    ]);
    expect(ownMs).toBeGreaterThan(300);
  });

  it('counts little where there is little of either', async () => {
    const { ownMs } = await runTimed(['-e', '0']);
    expect(ownMs).toBeGreaterThan(0);
    expect(ownMs).toBeLessThan(1_000);
  });
});
