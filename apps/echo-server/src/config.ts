import { InvalidArgumentError, Option } from 'commander';
import { newProgram, readCommandLine } from './command-line.ts';
import { UsageError } from './failure.ts';
import { type LogLevel, logLevels } from './log-levels.ts';
import { parsePlace, type Place } from './place.ts';
import { seedPlaces } from './seed-places.ts';

/** What to serve, and how. */
export interface Config {
  readonly places: readonly Place[];
  /** Milliseconds that open sessions have to finish once a signal asks the server to end. */
  readonly graceMs: number;
  readonly logLevel: LogLevel;
  /** Replaces socket files of this user that nobody listens on. */
  readonly takeOverStale: boolean;
}

const DEFAULT_GRACE_MS = 5_000;
/** An hour: who wants to wait longer wants to wait for something else. */
const MAX_GRACE_MS = 3_600_000;

const examples = `
Endpoints: tcp://host:port, udp://host:port, unix:///path/of.sock or unix:@abstract-name. Port 0 is any free port.
An address is served as it is written: loopback unless you say otherwise, [::] is every address of the machine.

Options of an endpoint stand after "?" (quote it for the shell):
  protocol=echo|upper|upper-utf8   sends back the same, ASCII or all letters in upper case (default echo)
  backlog=n                        connections that the kernel completes ahead (streams)
  exchanges=n                      closes a session after n exchanges (streams)
  mode=octal                       who may connect to a Unix path (default 600: this user only)
  inherited=n|name                 the socket that systemd opened, by descriptor or name; port 0 stands for any

Examples:
  echo-server tcp://127.0.0.1:9090
  echo-server 'tcp://127.0.0.1:9090?protocol=upper-utf8&backlog=10' udp://127.0.0.1:7777 unix:///run/echo.sock
  echo-server 'tcp://[::]:0?protocol=upper&exchanges=1'
  echo-server --seed
  systemd-socket-activate -l 127.0.0.1:9090 echo-server 'tcp://127.0.0.1:0?inherited=3'

Every endpoint is opened, or none. For each, standard output gets one line once it can be dialled: for people on a
terminal, else a JSON object. Standard error gets the log: one JSON object a line, payload never.

Signals: SIGINT, SIGTERM and SIGHUP let open sessions finish (at most --grace-ms) and end with 0; a second one ends at
once. Exit codes: 0 done, 1 failed at run time, 2 usage, 128+n the second signal of number n.`;

const grace = (text: string): number => {
  const ms = /^(?:0|[1-9][0-9]{0,7})$/.test(text) ? Number(text) : Number.NaN;
  if (ms <= MAX_GRACE_MS) return ms;
  throw new InvalidArgumentError(`expected milliseconds from 0 to ${MAX_GRACE_MS}`);
};

interface Options {
  readonly seed?: true;
  readonly graceMs: number;
  readonly logLevel: LogLevel;
  readonly takeOverStale?: true;
}

/**
 * Reads the command line, which begins after the program's own name.
 *
 * @returns the text to print when it asks for `--help` or `--version`
 * @throws {UsageError | AddressError} naming what is wrong with it
 */
export const readConfig = (
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Config | string => {
  const program = newProgram('echo-server')
    .description('Serves echo and upper-case protocols on any number of endpoints at once.')
    .argument('[endpoints...]', 'where to serve, and how')
    .option('--seed', "serve the endpoints of the project's seed: TCP 8000 and 9090, UDP 7777, a Unix socket")
    .option('--grace-ms <n>', 'time for open sessions to finish after a signal', grace, DEFAULT_GRACE_MS)
    .option('--take-over-stale', 'replace socket files that a killed server left behind (--seed does)')
    .addOption(new Option('--log-level <level>', 'least level to log').choices(logLevels).default('info'))
    .addHelpText('after', examples);
  const printed = readCommandLine(program, argv);
  if (printed !== undefined) return printed;
  const { seed = false, graceMs, logLevel, takeOverStale = false } = program.opts<Options>();
  const places = [...(seed ? seedPlaces(environment) : []), ...program.args.map(parsePlace)];
  if (places.length === 0) throw new UsageError('Missing an endpoint, for example tcp://127.0.0.1:9090; see --help');
  return { places, graceMs, logLevel, takeOverStale: takeOverStale || seed };
};
