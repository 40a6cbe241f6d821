import { describe, expect, it } from 'vitest';
import { descriptorsOf, memoryOf, tellsFigures } from './process-figures.ts';
import { run, start } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

const node = process.execPath;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('run()', () => {
  it('gives the outputs and the exit code', async () => {
    const script =
      'process.stdin.on("data", (d) => process.stdout.write(d)).on("end", () => { process.stderr.write("bye"); process.exitCode = 3 })';
    const { code, signal, stdout, stderr } = await run(node, ['-e', script], { input: 'hello' });
    expect({ code, signal, stdout: stdout.toString(), stderr }).toEqual({
      code: 3,
      signal: null,
      stdout: 'hello',
      stderr: 'bye',
    });
  });

  it('kills what runs too long', async () => {
    const { signal } = await run(node, ['-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 50 });
    expect(signal).toBe('SIGKILL');
  });

  it('fails when there is no such program', async () => {
    await expect(run('/nowhere/program', [])).rejects.toThrow('ENOENT');
  });
});

describe('start()', () => {
  it('leaves no process behind when it is disposed of, however busy', async () => {
    let pid = 0;
    {
      await using program = await start(node, [
        '-e',
        'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)',
      ]);
      pid = program.pid;
      expect(await program.nextLine()).toBe('up');
      expect(isAlive(pid)).toBe(true);
    }
    expect(isAlive(pid)).toBe(false);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'leaves no process behind when %s ends the tests',
    async (signal) => {
      const file = JSON.stringify(new URL('program.ts', import.meta.url).href);
      const script = `import { start } from ${file};
      const { pid } = await start(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      console.log(pid);
      setInterval(() => {}, 1000);`;
      await using tests = await start(node, ['--input-type=module', '-e', script]);
      const pid = Number(await tests.nextLine());
      expect(isAlive(pid)).toBe(true);
      tests.signal(signal);
      expect((await tests.exit).signal).toBe(signal);
      while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
    },
  );

  it('asks the leader of a group to end its group, before it is killed', async () => {
    using folder = temporaryFolder();
    const ended = folder.file('ended');
    const script = `process.once('SIGTERM', () => { require('fs').writeFileSync(${JSON.stringify(ended)}, ''); process.exit(); });
      console.log('up'); setInterval(() => {}, 1000);`;
    {
      await using leader = await start(node, ['-e', script], { group: true });
      await leader.nextLine();
    }
    expect(folder.names()).toEqual(['ended']);
  });

  it('says what the program said when a line is awaited in vain', async () => {
    await using program = await start(node, ['-e', 'process.stderr.write("no room")']);
    await expect(program.nextLine()).rejects.toThrow('no room');
  });
});

describe.skipIf(!tellsFigures)(
  `memoryOf() and descriptorsOf()${tellsFigures ? '' : ' (skipped: no /proc on this system)'}`,
  () => {
    it('tells memory and descriptors of this process', () => {
      const { nowBytes, peakBytes } = memoryOf(process.pid);
      expect(nowBytes).toBeGreaterThan(2 ** 20);
      expect(peakBytes).toBeGreaterThanOrEqual(nowBytes);
      expect(descriptorsOf(process.pid)).toBeGreaterThan(2);
    });
  },
);
