import { constants } from 'node:os';
import process from 'node:process';
import type { Drainable, DrainReport } from '../contract/server.ts';
import { checkGrace } from '../serve-options.ts';

/** How a process that is a server behaves. */
export interface RunMainOptions {
  /** Milliseconds that open sessions have to finish after the first signal. Default 5,000. */
  readonly graceMs?: number | undefined;
  /** Signals that begin the drain. Default SIGINT, SIGTERM and SIGHUP. */
  readonly signals?: readonly NodeJS.Signals[] | undefined;
  /** Told of the first signal, before the drain begins. */
  readonly onSignal?: ((signal: NodeJS.Signals) => void) | undefined;
  /** Told what the drain did, just before the process ends. */
  readonly onDrained?: ((report: DrainReport) => void) | undefined;
  /** Told what ended the server, where nobody asked for it. */
  readonly onFailed?: ((error: unknown) => void) | undefined;
}

/** How long a reader of the process's output may take to read the last of it. */
const lastWordsMs = 1_000;

/** Settles when a stream has passed on what it holds, or cannot. */
const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    if (stream.writableLength === 0 || stream.destroyed) return resolve();
    stream.once('close', resolve);
    stream.once('error', () => resolve());
    stream.write('', () => resolve());
  });

/** Ends the process with what it wrote on its way, as far as somebody reads it. */
const exit = async (code: number): Promise<never> => {
  setTimeout(() => process.exit(code), lastWordsMs);
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(code);
};

/**
 * Makes the process a server: the first signal drains, the second ends at once.
 *
 * Exit codes: 0 drained (also when the grace ran out and sessions were aborted: that is what a grace is) or its sources
 * closed in order by whoever owns them, 1 a source broke and nothing was left to serve, 128+n the second signal of number n.
 *
 * @example
 * ```ts no-run -- it ends the process
 * import { open, serve } from '@stack/session';
 * import { runMain } from '@stack/session/main';
 *
 * const server = serve(await open('tcp://127.0.0.1:9090'), async (connection) => {
 *   for await (const chunk of connection) await connection.send(chunk);
 * });
 * await runMain(server, { graceMs: 5_000 });
 * ```
 */
export const runMain = async (server: Drainable, options: RunMainOptions = {}): Promise<never> => {
  const { signals = ['SIGINT', 'SIGTERM', 'SIGHUP'], onSignal, onDrained, onFailed } = options;
  const graceMs = checkGrace(options.graceMs ?? 5_000);
  let isDraining = false;
  const onEach = (signal: NodeJS.Signals): void => {
    if (isDraining) process.exit(128 + constants.signals[signal]);
    isDraining = true;
    onSignal?.(signal);
    void server.drain({ graceMs });
  };
  for (const signal of signals) process.on(signal, onEach);
  const { reason, report, error } = await server.done;
  if (reason === 'failed') onFailed?.(error);
  else if (report !== undefined) onDrained?.(report);
  return exit(reason === 'failed' ? 1 : 0);
};
