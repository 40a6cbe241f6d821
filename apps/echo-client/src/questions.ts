import { createInterface } from 'node:readline/promises';
import { Interrupted } from './failure.ts';
import type { Io } from './io.ts';
import { lines } from './lines.ts';
import type { Outlet } from './outlet.ts';

/** Where the questions of the prompt come from. */
export interface Questions extends Disposable {
  /** Asks for the next one; `null` when there are no more, or once `signal` has aborted. */
  next(signal: AbortSignal): Promise<Uint8Array | null>;
}

const PROMPT = 'Enter message > ';

/** Settles with `null` when `signal` aborts. */
const aborted = (signal: AbortSignal): Promise<null> => {
  const { promise, resolve } = Promise.withResolvers<null>();
  if (signal.aborted) resolve(null);
  else signal.addEventListener('abort', () => resolve(null), { once: true });
  return promise;
};

/** Questions typed at a terminal, with line editing. */
const typed = (io: Io): Questions => {
  const readline = createInterface({ input: io.stdin, output: io.stdout, terminal: true });
  const { promise: end, resolve, reject } = Promise.withResolvers<null>();
  // Between two questions nobody listens.
  end.catch(() => undefined);
  readline.once('close', () => resolve(null));
  readline.once('SIGINT', () => reject(new Interrupted()));
  return {
    next: async (signal) => {
      // It rejects when the interface is closed, which `end` tells too.
      const typing = readline.question(PROMPT).then(
        (line) => Buffer.from(line),
        () => null,
      );
      let line: Uint8Array | null = null;
      try {
        line = await Promise.race([typing, end, aborted(signal)]);
      } finally {
        // Nobody pressed Enter: the prompt still stands on its line.
        if (line === null) io.stdout.write('\n');
      }
      return line;
    },
    [Symbol.dispose]: () => readline.close(),
  };
};

/** Questions that are there already: every line is one, byte for byte. */
const piped = (io: Io, outlet: Outlet): Questions => {
  const source = lines(io.stdin);
  return {
    next: async (signal) => {
      await outlet.write(PROMPT);
      const next = source.next().then(({ done, value }) => (done === true ? null : value));
      // When the server leaves first, nobody waits for it any more.
      next.catch(() => undefined);
      return Promise.race([next, aborted(signal)]);
    },
    [Symbol.dispose]: () => void io.stdin.destroy(),
  };
};

/** The questions of this run. */
export const questions = (io: Io, outlet: Outlet): Questions =>
  io.stdin.isTTY === true && io.stdout.isTTY === true ? typed(io) : piped(io, outlet);
