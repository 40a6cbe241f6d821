import { type Endpoint, parseEndpointOptions } from '@stack/address';
import { InvalidArgumentError, Option } from 'commander';
import { newProgram, readCommandLine } from './command-line.ts';

/** What the command line asks for. */
export interface Arguments {
  readonly endpoint: Endpoint;
  /** One shot: this message, its answer, the end. */
  readonly message: string | undefined;
  /** The loop of questions and answers, also when standard input is no terminal. */
  readonly prompt: boolean;
  readonly timeoutMs: number | undefined;
}

const examples = `
With a terminal it asks for messages and prints every response; an empty line or the end of input ends it. Without one
it copies standard input to the server, and what comes back to standard output, and finishes sending when the input ends.
Towards udp:// every line of the input is one datagram, and every reply one line of the output.

The answer to --message is printed byte for byte, followed by a line end only on a terminal. On a stream the message is
followed by the end of sending (half-close), and the answer is everything until the server finishes too.

Examples:
  echo-client tcp://127.0.0.1:9090                         talk to a server
  echo-client tcp://127.0.0.1:9090 --message hello         one question, one answer
  echo-client unix:///run/echo.sock < file > answer        a file through a server
  printf 'one\\ntwo\\n' | echo-client udp://127.0.0.1:7777   two datagrams, two replies
  echo-client 'tcp://[::1]:9090' --prompt < questions      the loop without a terminal

Exit codes: 0 done, 1 failed at run time (refused, reset, no reply), 2 usage, 130 Ctrl+C at the prompt.`;

/** A day: what is longer is a mistake rather than a wish. */
const MAX_TIMEOUT_MS = 86_400_000;

const timeout = (text: string): number => {
  const ms = /^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : Number.NaN;
  if (ms <= MAX_TIMEOUT_MS) return ms;
  throw new InvalidArgumentError(`expected milliseconds from 1 to ${MAX_TIMEOUT_MS}`);
};

/**
 * Reads the command line, which begins after the program's own name.
 *
 * @returns the text to print when it asks for `--help` or `--version`
 * @throws {UsageError | AddressError} naming what is wrong with it
 */
export const readArguments = (argv: readonly string[]): Arguments | string => {
  const program = newProgram('echo-client')
    .description('Talks to any server over TCP, Unix sockets or UDP: prompt, one shot or pipe.')
    .argument('<endpoint>', 'where: tcp://host:port, udp://host:port, unix:///path or unix:@name')
    .addOption(new Option('-m, --message <text>', 'send this, print the answer, end').conflicts('prompt'))
    .option('-p, --prompt', 'ask for messages even when standard input is no terminal')
    .option(
      '-t, --timeout-ms <n>',
      'longest wait for the connection and for an answer (default: 2000 for udp, 10000 for streams; copying has none)',
      timeout,
    )
    .addHelpText('after', examples);
  const printed = readCommandLine(program, argv);
  if (printed !== undefined) return printed;
  const { message, prompt, timeoutMs } = program.opts<{ message?: string; prompt?: true; timeoutMs?: number }>();
  return {
    endpoint: parseEndpointOptions(program.args[0] ?? '', {}).endpoint,
    message,
    prompt: prompt === true,
    timeoutMs,
  };
};
