import { nodeArguments, type Program, start, type StartOptions } from '@stack/interop';

const main = new URL('main.ts', import.meta.url);

/** How to start a server for a test. */
export interface SpawnOptions extends StartOptions {
  readonly flags?: readonly string[];
}

/** A server that runs as a process of its own. */
export interface SpawnedServer extends AsyncDisposable {
  readonly program: Program;
  /** What its ready lines said, in the order of the endpoints. */
  readonly ready: readonly Record<string, unknown>[];
  /** The endpoints as they can be dialled. */
  readonly endpoints: readonly string[];
  /** Asks it to end and waits until it has; gives its exit code. */
  end(): Promise<number | null>;
}

/** The command line of a server, without Node's own path. */
export const serverArguments = (args: readonly string[]): string[] => nodeArguments(main, args);

/** Starts a server and waits until every endpoint is ready. */
export const spawnServer = async (
  endpoints: readonly string[],
  { flags = [], ...options }: SpawnOptions = {},
): Promise<SpawnedServer> => {
  const program = await start(process.execPath, serverArguments([...flags, ...endpoints]), options);
  const ready: Record<string, unknown>[] = [];
  for (const _endpoint of endpoints) ready.push(JSON.parse(await program.nextLine()) as Record<string, unknown>);
  return {
    program,
    ready,
    endpoints: ready.map(({ endpoint }) => String(endpoint)),
    end: async () => {
      program.signal('SIGTERM');
      return (await program.exit).code;
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
};
