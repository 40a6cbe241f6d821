import { printable } from '@stack/address';
import { system } from '@stack/transport';
import { messageOf } from './failure.ts';
import { run } from './run.ts';

const { stdin, stdout, stderr } = process;

// A mistake in the program itself: one line, and what is left of it ends.
process.once('uncaughtException', (error) => {
  stderr.write(`echo-client: ${printable(messageOf(error) ?? 'unknown')}\n`);
  process.exit(1);
});

process.exitCode = await run(process.argv.slice(2), { stdin, stdout, stderr, network: system });
