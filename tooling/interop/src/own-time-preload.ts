import { writeFileSync } from 'node:fs';

/** Loaded ahead of a program whose own time is wanted: see `runTimed`. */
process.once('exit', () => {
  const { user, system } = process.cpuUsage();
  const { idle } = performance.eventLoopUtilization();
  writeFileSync(process.env['STACK_OWN_TIME_FILE'] ?? '', String((user + system) / 1_000 + idle));
});
