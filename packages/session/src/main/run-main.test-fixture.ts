import { system } from '@stack/transport';
import { serve } from '../serve.ts';
import { runMain } from './run-main.ts';

// A program for `run-main.test.ts`: serves until it is told to stop. Arguments: the grace in milliseconds, and `closes` to
// end by itself.
const [, , graceMs = '5000', how] = process.argv;
const listener = await system.listen('tcp://127.0.0.1:0');
const [address] = listener.addresses;
const server = serve(listener, async (connection) => {
  for await (const chunk of connection) await connection.send(chunk);
});
process.stdout.write(`${JSON.stringify(address)}\n`);
if (how === 'closes') await listener.close();
await runMain(server, {
  graceMs: Number(graceMs),
  onSignal: (signal) => process.stdout.write(`${signal}\n`),
  onDrained: ({ finished, forced }) => process.stdout.write(`finished ${finished}, forced ${forced}\n`),
});
