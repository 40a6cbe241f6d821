/** Echoes datagrams. Arguments: host. Says its port; for every line it reads it says its counters. */
import { createInterface } from 'node:readline';
import { system } from '@stack/transport';

const [host = '127.0.0.1'] = process.argv.slice(2);
const socket = await system.bind(`udp://${host}:0`);
const errors: string[] = [];
let received = 0;
const serving = socket.consume(({ data, from }) => {
  received += 1;
  socket.sendTo(data, from).catch((error: Error) => errors.push(error.message));
});
process.stdout.write(`Listening on ${'port' in socket.local ? socket.local.port : ''}\n`);

for await (const _ of createInterface(process.stdin)) {
  process.stdout.write(
    `${JSON.stringify({ received, dropped: socket.dropped, kernelDropped: socket.kernelDropped(), errors })}\n`,
  );
}
await socket.close();
await serving;
