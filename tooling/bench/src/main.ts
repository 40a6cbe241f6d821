import { Command, InvalidArgumentError, Option } from 'commander';
import { measureBusy } from './busy.ts';
import { cases, type Case } from './cases.ts';
import { measureIdle } from './idle.ts';
import { compileLoad } from './load.ts';
import { pinning } from './pinning.ts';
import { busyLine, header, idleLine, remarks, type Outcome } from './table.ts';

const wholeNumber = (text: string): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('It must be a whole number, 1 or more.');
};

interface Options {
  readonly only?: readonly string[];
  readonly rounds: number;
  readonly json: boolean;
}

const readOptions = (): Options =>
  new Command('npm run bench --')
    .description('Measures what streams of @stack/transport (as built) cost against raw node:net of the same Node.')
    .addOption(new Option('--only <case...>', 'measure these cases').choices(cases.map(({ name }) => name)))
    .option('--rounds <count>', 'rounds of both sides; ratios are medians over them', wholeNumber, 5)
    .option('--json', 'print one JSON line a case instead of the table', false)
    .addHelpText('after', `\nCases:\n${cases.map(({ name, title }) => `  ${name.padEnd(9)} ${title}`).join('\n')}`)
    .parse()
    .opts<Options>();

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Tells on the way what is under way, where somebody watches. */
const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${text}`);
};

const measure = async (one: Case, program: string, rounds: number): Promise<Outcome> => {
  const onRound = (done: number): void => progress(`${one.name}: ${done} of ${rounds} rounds`);
  onRound(0);
  const outcome: Outcome =
    one.kind === 'busy'
      ? {
          kind: 'busy',
          of: one,
          result: await measureBusy(one, { program, rounds, onRound, warmUpMs: 500, ms: 1_500 }),
        }
      : { kind: 'idle', of: one, result: await measureIdle(one, { program, rounds, onRound }) };
  progress('');
  return outcome;
};

const main = async ({ only, rounds, json }: Options): Promise<void> => {
  if (process.platform !== 'linux') {
    throw new Error('Cannot measure here: processor time of a program is read from /proc, which Linux has');
  }
  const program = compileLoad();
  if (!json) for (const line of header(process.version, pinning, rounds)) say(line);
  const outcomes: Outcome[] = [];
  for (const one of cases.filter(({ name }) => only === undefined || only.includes(name))) {
    const outcome = await measure(one, program, rounds);
    outcomes.push(outcome);
    if (json) say(JSON.stringify({ name: outcome.of.name, mark: outcome.of.mark, ...outcome.result }));
    else say(outcome.kind === 'busy' ? busyLine(outcome) : idleLine(outcome));
  }
  if (!json) for (const line of remarks(outcomes)) say(line);
};

try {
  await main(readOptions());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
