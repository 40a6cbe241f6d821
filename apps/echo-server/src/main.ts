import { printable } from '@stack/address';
import { messageOf } from './failure.ts';
import { run } from './run.ts';

// Whoever read the output may leave (`| head -1`): the server stays.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

// A mistake in the program itself: one line, and what is left of it ends.
process.once('uncaughtException', (error) => {
  process.stderr.write(`echo-server: ${printable(messageOf(error))}\n`);
  process.exit(1);
});

process.exitCode = await run(process.argv.slice(2));
