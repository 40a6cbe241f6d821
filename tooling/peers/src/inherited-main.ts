/**
 * Echoes on every socket that it inherited, taken over by name where it has one. Prints one JSON line of what it was given and of
 * what a program that it starts would see, and one when it has closed everything, which its input asks for.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { formatEndpoint } from '@stack/address';
import { type DatagramSocket, type Listener, system } from '@stack/transport';
import { inheritedSockets } from '@stack/transport/inherited';

const open: (Listener | DatagramSocket)[] = [];

const told = inheritedSockets().map(({ endpoint, ...rest }) => ({
  ...rest,
  endpoint: endpoint && formatEndpoint(endpoint),
}));

const echo = async (listener: Listener): Promise<void> => {
  for await (const connection of listener) {
    void connection
      .consume((chunk) => connection.send(chunk))
      .then(() => connection.close())
      .catch(() => connection.abort());
  }
};

for (const { kind, name, descriptor, endpoint } of inheritedSockets()) {
  const inherited = name === 'unknown' ? descriptor : name;
  if (kind === 'listener' && endpoint !== undefined) {
    const listener = await system.listen(endpoint, { inherited });
    open.push(listener);
    void echo(listener);
  }
  if (kind === 'datagrams' && endpoint !== undefined) {
    const socket = await system.bind(endpoint, { inherited });
    open.push(socket);
    void socket.consume(({ data, from }) => socket.sendTo(data, from)).catch(() => undefined);
  }
}

// What a child has of it: its own standard descriptors, the folder that it reads, and nothing else.
const { stdout } = spawnSync('/bin/ls', ['/proc/self/fd'], { encoding: 'utf8' });
const { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES } = process.env;
process.stdout.write(
  `${JSON.stringify({
    sockets: told,
    addresses: open.map((one) => ('accept' in one ? one.addresses : [one.local])),
    left: [LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES].filter((value) => value !== undefined),
    childDescriptors: stdout.trim().split('\n'),
  })}\n`,
);

process.stdin.resume();
await once(process.stdin, 'end');
await Promise.all(open.map((one) => one.close()));
process.stdout.write('closed\n');
