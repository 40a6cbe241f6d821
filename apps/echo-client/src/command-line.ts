import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { UsageError } from './failure.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

/** `error: unknown option '--x'⏎(Did you mean --y?)` as one sentence that says where to read more. */
const sentence = ({ message }: CommanderError): string => {
  const words = message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .replace(/\.$/, '');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}; see --help`;
};

/** A program that knows `--help` and `--version` and never ends the process by itself. */
export const newProgram = (name: string): Command =>
  new Command(name)
    .helpOption('-h, --help', 'show this help')
    .version(version, '-V, --version', 'show the version')
    .allowExcessArguments(false)
    .exitOverride();

/**
 * Reads a command line into `program`.
 *
 * @returns the text to print when it asks for help or the version
 * @throws {UsageError} naming the flag that is unknown, given twice, or lacks its value
 */
export const readCommandLine = (program: Command, argv: readonly string[]): string | undefined => {
  let printed = '';
  const given = new Set<string>();
  for (const option of program.options) {
    program.on(`option:${option.name()}`, () => {
      if (given.has(option.name())) program.error(`error: option '${option.flags}' is given twice`);
      given.add(option.name());
    });
  }
  program.configureOutput({ writeOut: (text) => (printed += text), writeErr: () => undefined });
  try {
    program.parse(argv, { from: 'user' });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return printed;
    throw new UsageError(sentence(error), { cause: error });
  }
};
