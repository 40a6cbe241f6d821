import { runMain } from '@stack/session/main';
import type { Config } from './config.ts';
import { messageOf } from './failure.ts';
import { group } from './group.ts';
import { boundedOutput } from './log-output.ts';
import { newLog } from './log.ts';
import { reportForPeople, reportForPrograms } from './report.ts';
import { startServing } from './server.ts';

/** Makes this process serve until a signal, or a source that dies, ends it. */
export const serveProcess = async (config: Config): Promise<never> => {
  const { stdout, stderr } = process;
  const log = newLog(config.logLevel, boundedOutput(stderr));
  const { servers, ready } = await startServing(config, log);
  // Signals are taken before the first line says that there is something to signal.
  const ended = runMain(group(servers), {
    graceMs: config.graceMs,
    onSignal: (signal) => log.info({ signal, graceMs: config.graceMs }, 'Draining'),
    onDrained: (report) => log.info({ report }, 'Drained'),
    onFailed: (error) => log.error({ error: messageOf(error) }, 'Failed'),
  });
  stdout.write(stdout.isTTY ? reportForPeople(ready, stdout.hasColors()) : reportForPrograms(ready));
  return ended;
};
