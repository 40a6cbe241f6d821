/**
 * Sends where nobody is, and to who is there. Arguments: host of the other machine, port of an echo there, a port there
 * where nobody is. Says how each went.
 */
import { inet } from '@stack/address';
import { isTransportError, system } from '@stack/transport';

const [host = '', port = '0', deadPort = '0'] = process.argv.slice(2);
const [alive, dead] = [inet(host, Number(port)), inet(host, Number(deadPort))];
const codeOf = (error: unknown): string => (isTransportError(error) ? error.code : String(error));

// First, since a kernel tells such news a few times only (RFC 1812 section 4.3.2.8).
const peer = await system.connectDatagram({ scheme: 'udp', address: dead });
await peer.send('anybody?').catch(() => undefined);
const heard = codeOf(await peer.recv({ timeoutMs: 5_000 }).catch((error: unknown) => error));
const open = codeOf(await peer.recv({ timeoutMs: 20 }).catch((error: unknown) => error));

const socket = await system.bind(host.includes(':') ? 'udp://[::]:0' : 'udp://0.0.0.0:0');
let answers = 0;
for (let i = 0; i < 20; i += 1) {
  await socket.sendTo('anybody?', dead);
  socket.trySendTo('anybody?', dead);
  await socket.sendTo('question', alive);
  await socket.recvFrom({ timeoutMs: 5_000 });
  answers += 1;
}

// Whoever is asked by these is answered where nobody is any more.
for (let i = 0; i < 20; i += 1) {
  const brief = await system.bind(host.includes(':') ? 'udp://[::]:0' : 'udp://0.0.0.0:0');
  await brief.sendTo('answer me', alive);
  await brief.close();
}
await socket.sendTo('still there?', alive);
const last = new TextDecoder().decode((await socket.recvFrom({ timeoutMs: 5_000 })).data);
process.stdout.write(`${JSON.stringify({ answers, heard, open, last })}\n`);
await Promise.all([socket.close(), peer.close()]);
