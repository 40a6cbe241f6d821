import type { Drainable, DrainOptions, DrainReport, Server, ServerExit } from '@stack/session';

const merged = (reports: readonly DrainReport[]): DrainReport => ({
  finished: reports.reduce((sum, { finished }) => sum + finished, 0),
  forced: reports.reduce((sum, { forced }) => sum + forced, 0),
  acceptedLate: reports.reduce((sum, { acceptedLate }) => sum + acceptedLate, 0),
  ms: Math.max(...reports.map(({ ms }) => ms)),
});

/** Ends servers together: all drain at once, and they are done when the last one is. One that fails ends the others. */
export const group = (servers: readonly Server[]): Drainable => {
  const drain = async (options: DrainOptions): Promise<DrainReport> =>
    merged(await Promise.all(servers.map((server) => server.drain(options))));
  const exitOf = async (server: Server): Promise<ServerExit> => {
    const exit = await server.done;
    if (exit.reason === 'failed') void drain({ graceMs: 0 });
    return exit;
  };
  const done = async (): Promise<ServerExit> => {
    const exits = await Promise.all(servers.map(exitOf));
    const failure = exits.find(({ reason }) => reason === 'failed');
    if (failure !== undefined) return failure;
    return { reason: 'drained', report: merged(exits.flatMap(({ report }) => report ?? [])) };
  };
  return { drain, done: done() };
};
