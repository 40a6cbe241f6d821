/**
 * Sends more than a slow wire takes at once. Arguments: host and port of who counts there, how many datagrams, how long each
 * is. Says how often there was no room, and what was taken.
 */
import { inet } from '@stack/address';
import { isTransportError, system } from '@stack/transport';

const [host = '', port = '0', count = '500', bytes = '1000'] = process.argv.slice(2);
const to = inet(host, Number(port));
const data = new Uint8Array(Number(bytes));
const errors: string[] = [];
const socket = await system.bind('udp://0.0.0.0:0', {
  sendBufferBytes: 4_096,
  maxQueuedBytes: 20_000,
  onError: (error) => errors.push(error.message),
});

let taken = 0;
let waits = 0;
while (taken < Number(count)) {
  if (socket.trySendTo(data, to)) taken += 1;
  else {
    waits += 1;
    await socket.writable({ timeoutMs: 10_000 });
  }
}
// Of these only some find room; each says so itself.
const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => socket.sendTo(data, to)));
taken += outcomes.filter(({ status }) => status === 'fulfilled').length;
const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
const codes = [...new Set(refusals.map((error) => (isTransportError(error) ? error.code : String(error))))];

// What waits when the socket closes is told so, too.
const before = errors.length;
await socket.close();
const cutOff = errors.length - before;
process.stdout.write(
  `${JSON.stringify({ sent: taken - cutOff, waits, codes, before, cutOff, last: errors.at(-1) })}\n`,
);
