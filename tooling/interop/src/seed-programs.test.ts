import { describe, expect, it } from 'vitest';
import { bytesLiteral, promptedAnswers } from './prompt-output.ts';
import { python, withoutPython } from './python.ts';
import { readyPort, repeatSeed, runSeed } from './seed-programs.ts';
import { temporaryFolder } from './temporary-folder.ts';

const said = 'straße ŉ\nПривет 😀\n\n';
const heard = ['STRASSE ʼN', 'ПРИВЕТ 😀'];

describe.skipIf(python === undefined)(`the seed's programs among themselves${withoutPython}`, () => {
  it('one-shot TCP: each server lives for one client', async () => {
    await using server = await repeatSeed('tcp_one_shot_server');
    for (const [message, answer] of [
      ['hello', 'HELLO'],
      ['straße', 'STRAßE'],
    ] as const) {
      await server.again(['127.0.0.1', '0']);
      const port = readyPort(await server.program.nextLine());
      const { stdout } = await runSeed('tcp_one_shot_client', ['127.0.0.1', String(port), message]);
      expect(stdout.toString()).toBe(`Server Reply: ${answer}\n`);
      expect(await server.program.nextLine()).toMatch(/^Connected by /);
    }
  });

  it('persistent TCP', async () => {
    await using server = await repeatSeed('tcp_persistent_server');
    await server.again(['127.0.0.1', '0']);
    const port = readyPort(await server.program.nextLine());
    const { stdout } = await runSeed('tcp_persistent_client', ['127.0.0.1', String(port)], { input: said });
    expect(promptedAnswers(stdout.toString(), 'Enter message > ', 'Response: ')).toEqual(heard);
  });

  it('UDP', async () => {
    await using server = await repeatSeed('udp_server');
    await server.again(['127.0.0.1', '0']);
    const port = readyPort(await server.program.nextLine());
    const { stdout } = await runSeed('udp_client', ['127.0.0.1', String(port)], { input: said });
    const answers = promptedAnswers(stdout.toString(), 'Type message > ', 'Got: ').map(bytesLiteral).map(String);
    expect(answers).toEqual(['STRAßE ŉ', 'Привет 😀']);
  });

  it('Unix stream, whose file goes with the server', async () => {
    using folder = temporaryFolder();
    await using server = await repeatSeed('unix_server');
    await server.again([folder.file('a')]);
    await server.program.nextLine();
    const { stdout } = await runSeed('unix_client', [folder.file('a')], { input: said });
    expect(promptedAnswers(stdout.toString(), 'Enter message > ', 'Response: ')).toEqual(heard);
    await server.ran();
    expect(folder.names()).toEqual([]);
  });

  it('ends when its input ends, so that nothing outlives the test', async () => {
    await using server = await repeatSeed('udp_server');
    await server.again(['127.0.0.1', '0']);
    await server.program.nextLine();
    server.program.endInput();
    expect((await server.program.exit).code).toBe(0);
  });
});
