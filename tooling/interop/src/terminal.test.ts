import { describe, expect, it } from 'vitest';
import { python, withoutPython } from './python.ts';
import { startInTerminal } from './terminal.ts';

describe.skipIf(python === undefined)(`startInTerminal()${withoutPython}`, () => {
  it('gives the command a terminal, types into it, and exits as it does', async () => {
    const script = `
      console.log([process.stdin, process.stdout, process.stderr].map(({ isTTY }) => isTTY).join(" "));
      process.stdin.once('data', (typed) => { console.log('typed', String(typed).trim()); process.exit(3); });`;
    await using program = await startInTerminal(process.execPath, ['-e', script]);
    expect(await program.nextLine()).toContain('true true true');
    await program.write('hello\r');
    expect((await program.exit).code).toBe(3);
    expect(program.stdout.text).toContain('typed hello');
  });
});
