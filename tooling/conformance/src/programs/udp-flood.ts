/**
 * Sends datagrams as fast as it can, by the plain sockets of Node: nothing of this project. Arguments: host, port, how many.
 * Says how many the kernel took.
 */
import { createSocket } from 'node:dgram';
import { setImmediate as turn } from 'node:timers/promises';

const [host = '127.0.0.1', port = '0', count = '1000'] = process.argv.slice(2);
const socket = createSocket({
  type: host.includes(':') ? 'udp6' : 'udp4',
  lookup: (name, _options, answer) => answer(null, name, host.includes(':') ? 6 : 4),
});
const data = new Uint8Array(64);
let called = 0;
let sent = 0;
const done = (error: Error | null): void => {
  called += 1;
  if (error === null) sent += 1;
};
for (let given = 0; given < Number(count); given += 1) {
  socket.send(data, Number(port), host, done);
  if (given % 200 === 0) await turn();
}
while (called < Number(count)) await turn();
process.stdout.write(`${sent}\n`);
socket.close();
