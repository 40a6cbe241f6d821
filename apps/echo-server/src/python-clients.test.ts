import {
  bytesLiteral,
  promptedAnswers,
  python,
  pythonUpper,
  randomTexts,
  repeatSeed,
  replayable,
  runSeed,
  temporaryFolder,
  withoutPython,
  portOf,
} from '@stack/interop';
import { describe, expect, it } from 'vitest';
import { spawnServer } from './spawned-server.ts';

const COUNT = 1_000;

const asLines = (texts: readonly string[]): string => `${texts.join('\n')}\n\n`;

describe.skipIf(python === undefined)(`2. the Python clients against echo-server${withoutPython}`, () => {
  it(
    'one-shot TCP: 1,000 inputs, a connection each, byte-identical with bytes.upper()',
    replayable(async (random) => {
      const texts = randomTexts(random, { count: COUNT });
      const expected = await pythonUpper(texts);
      await using server = await spawnServer(['tcp://127.0.0.1:0?protocol=upper&exchanges=1&backlog=5']);
      await using client = await repeatSeed('tcp_one_shot_client');
      const port = String(portOf(server.endpoints[0]));
      const answers: string[] = [];
      for (const text of texts) {
        await client.again(['127.0.0.1', port, text]);
        answers.push(await client.program.nextLine());
      }
      expect(answers).toEqual(expected.map(({ bytes }) => `Server Reply: ${bytes}`));
      expect(await server.end()).toBe(0);
    }),
    30_000,
  );

  it(
    'persistent TCP: 1,000 inputs in one session, byte-identical with str.upper()',
    replayable(async (random) => {
      const texts = randomTexts(random, { count: COUNT });
      const expected = await pythonUpper(texts);
      await using server = await spawnServer(['tcp://127.0.0.1:0?protocol=upper-utf8&backlog=10']);
      const { code, stdout, stderr } = await runSeed(
        'tcp_persistent_client',
        ['127.0.0.1', String(portOf(server.endpoints[0]))],
        { input: asLines(texts) },
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const answers = promptedAnswers(stdout.toString(), 'Enter message > ', 'Response: ');
      expect(answers).toEqual(expected.map(({ text }) => String(text)));
      expect(await server.end()).toBe(0);
    }),
  );

  it(
    'UDP: 1,000 inputs, a datagram each, byte-identical with bytes.upper()',
    replayable(async (random) => {
      const texts = randomTexts(random, { count: COUNT });
      const expected = await pythonUpper(texts);
      await using server = await spawnServer(['udp://127.0.0.1:0?protocol=upper']);
      const { code, stdout, stderr } = await runSeed('udp_client', ['127.0.0.1', String(portOf(server.endpoints[0]))], {
        input: asLines(texts),
      });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const answers = promptedAnswers(stdout.toString(), 'Type message > ', 'Got: ');
      expect(answers.map(bytesLiteral)).toEqual(expected.map(({ bytes }) => bytes));
      expect(await server.end()).toBe(0);
    }),
  );

  it(
    'Unix stream: 1,000 inputs in one session, byte-identical with str.upper()',
    replayable(async (random) => {
      const texts = randomTexts(random, { count: COUNT });
      const expected = await pythonUpper(texts);
      using folder = temporaryFolder();
      await using server = await spawnServer([`unix:${folder.file('a')}?protocol=upper-utf8`]);
      const { code, stdout, stderr } = await runSeed('unix_client', [folder.file('a')], { input: asLines(texts) });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const answers = promptedAnswers(stdout.toString(), 'Enter message > ', 'Response: ');
      expect(answers).toEqual(expected.map(({ text }) => String(text)));
      expect(await server.end()).toBe(0);
      expect(folder.names()).toEqual([]);
    }),
  );
});
