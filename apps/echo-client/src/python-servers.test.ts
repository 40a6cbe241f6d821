import {
  nodeArguments,
  promptedAnswers,
  python,
  pythonUpper,
  randomTexts,
  readyPort,
  repeatSeed,
  type Repeated,
  replayable,
  run,
  temporaryFolder,
  withoutPython,
} from '@stack/interop';
import { describe, expect, it } from 'vitest';
import { capturedRun } from './captured-run.ts';

const COUNT = 1_000;
const main = new URL('main.ts', import.meta.url);

/** Starts a server for one more client; gives its port. */
const nextPort = async (server: Repeated): Promise<number> => {
  await server.again(['127.0.0.1', '0']);
  return readyPort(await server.program.nextLine());
};

const answersOf = (stdout: Buffer): string[] => promptedAnswers(stdout.toString(), 'Enter message > ', 'Response: ');

const asLines = (texts: readonly string[]): string => `${texts.join('\n')}\n\n`;

describe.skipIf(python === undefined)(`2. echo-client against the Python servers${withoutPython}`, () => {
  it(
    'one-shot TCP: 1,000 inputs, one server each, byte-identical with bytes.upper()',
    replayable(async (random) => {
      const texts = randomTexts(random, { count: COUNT });
      const expected = await pythonUpper(texts);
      await using server = await repeatSeed('tcp_one_shot_server');
      for (const [index, text] of texts.entries()) {
        const port = await nextPort(server);
        const { code, stdout, stderr } = await capturedRun([`tcp://127.0.0.1:${port}`, '--message', text]);
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        expect(stdout).toEqual(expected[index]?.bytes);
        expect(await server.program.nextLine()).toMatch(/^Connected by /);
      }
    }),
    60_000,
  );

  it(
    'persistent TCP: 1,000 inputs in one session, byte-identical with str.upper()',
    replayable(async (random) => {
      const texts = randomTexts(random, { count: COUNT });
      const expected = await pythonUpper(texts);
      await using server = await repeatSeed('tcp_persistent_server');
      const port = await nextPort(server);
      const { code, stdout, stderr } = await capturedRun([`tcp://127.0.0.1:${port}`, '--prompt'], {
        input: asLines(texts),
      });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(answersOf(stdout)).toEqual(expected.map(({ text }) => String(text)));
    }),
  );

  it(
    'UDP: 1,000 inputs, byte-identical with bytes.upper(), prompted and a line each',
    replayable(async (random) => {
      const texts = randomTexts(random, { count: COUNT });
      const expected = await pythonUpper(texts);
      await using server = await repeatSeed('udp_server');
      const endpoint = `udp://127.0.0.1:${await nextPort(server)}`;

      const prompted = await capturedRun([endpoint, '--prompt'], { input: asLines(texts) });
      expect({ ...prompted, stdout: '' }).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(answersOf(prompted.stdout)).toEqual(expected.map(({ bytes }) => bytes.toString()));

      const piped = await capturedRun([endpoint], { input: texts.join('\n') });
      expect({ ...piped, stdout: '' }).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(piped.stdout.toString()).toBe(expected.map(({ bytes }) => `${bytes}\n`).join(''));
    }),
  );

  it(
    'Unix stream: 1,000 inputs in one session, byte-identical with str.upper()',
    replayable(async (random) => {
      const texts = randomTexts(random, { count: COUNT });
      const expected = await pythonUpper(texts);
      using folder = temporaryFolder();
      await using server = await repeatSeed('unix_server');
      await server.again([folder.file('a')]);
      await server.program.nextLine();
      const { code, stdout, stderr } = await capturedRun([`unix:${folder.file('a')}`, '--prompt'], {
        input: asLines(texts),
      });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(answersOf(stdout)).toEqual(expected.map(({ text }) => String(text)));
      await server.ran();
      expect(folder.names()).toEqual([]);
    }),
  );

  it('as a process of its own: one shot towards each of them', async () => {
    using folder = temporaryFolder();
    for (const [name, answer] of [
      ['tcp_one_shot_server', 'STRAßE ŉ'],
      ['tcp_persistent_server', 'STRASSE ʼN'],
      ['udp_server', 'STRAßE ŉ'],
      ['unix_server', 'STRASSE ʼN'],
    ] as const) {
      await using server = await repeatSeed(name);
      const isUnix = name === 'unix_server';
      if (isUnix) {
        await server.again([folder.file('a')]);
        await server.program.nextLine();
      }
      const endpoint = isUnix
        ? `unix:${folder.file('a')}`
        : `${name.slice(0, 3)}://127.0.0.1:${await nextPort(server)}`;
      const { code, stdout, stderr } = await run(process.execPath, nodeArguments(main, [endpoint, '-m', 'straße ŉ']));
      expect({ code, stdout: stdout.toString(), stderr }).toEqual({ code: 0, stdout: answer, stderr: '' });
    }
  });
});
