import { closeSync, openSync, readdirSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { AddressInfo } from 'node:net';
import { failure } from '../../scripted-driver.test-fixture.ts';
import { system } from '../../system.ts';
import { inheritedSockets } from './inherited-sockets.ts';
import { lookAtDescriptor } from './look-at-descriptor.ts';

const cleanups: (() => unknown)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

/** The descriptor of this process at a port. */
const descriptorAt = (port: number, isListening: boolean): number => {
  for (const name of readdirSync('/proc/self/fd')) {
    const found = lookAtDescriptor(Number(name));
    if (found.kind !== 'socket' || found.socket?.isListening !== isListening) continue;
    const { local } = found.socket;
    if ('port' in local && local.port === port) return Number(name);
  }
  throw new Error(`no descriptor at port ${port}`);
};

const listening = async (): Promise<[descriptor: number, port: number]> => {
  const server = createServer();
  cleanups.push(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return [descriptorAt(port, true), port];
};

const bound = async (): Promise<[descriptor: number, port: number]> => {
  const socket = createSocket('udp4');
  cleanups.push(() => socket.close());
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  return [descriptorAt(port, false), port];
};

// Taking over for good is tried with descriptors from systemd: tooling/peers.
describe.runIf(process.platform === 'linux')(
  'S45 a descriptor that is not what was asked for is told, and left alone',
  () => {
    test('a datagram socket for listen, and the other way round', async () => {
      const [datagrams, udpPort] = await bound();
      expect(await failure(system.listen(`tcp://127.0.0.1:${udpPort}`, { inherited: datagrams }))).toMatchObject({
        code: 'EPROTOTYPE',
        message: `Cannot listen on tcp://127.0.0.1:${udpPort}: descriptor ${datagrams} is udp://127.0.0.1:${udpPort}`,
      });
      const [streams, tcpPort] = await listening();
      expect(await failure(system.bind('udp://127.0.0.1:0', { inherited: streams }))).toMatchObject({
        code: 'EPROTOTYPE',
        message: `Cannot bind udp://127.0.0.1:0: descriptor ${streams} is tcp://127.0.0.1:${tcpPort}`,
      });
    });

    test('another address, another port, another family', async () => {
      const [descriptor, port] = await listening();
      for (const endpoint of [`tcp://127.0.0.2:${port}`, 'tcp://127.0.0.1:1', `tcp://[::1]:${port}`, 'unix:/run/x']) {
        expect(await failure(system.listen(endpoint, { inherited: descriptor })), endpoint).toMatchObject({
          code: 'EADDRNOTAVAIL',
          reason: `descriptor ${descriptor} is tcp://127.0.0.1:${port}`,
        });
      }
    });

    test('a connection', async () => {
      const [, port] = await listening();
      const client = connect(port, '127.0.0.1');
      cleanups.push(() => client.destroy());
      await once(client, 'connect');
      const { localPort = 0 } = client;
      const descriptor = descriptorAt(localPort, false);
      expect(await failure(system.listen('tcp://127.0.0.1:0', { inherited: descriptor }))).toMatchObject({
        code: 'EINVAL',
        reason: `descriptor ${descriptor} is tcp://127.0.0.1:${localPort}, which takes no connections`,
      });
    });

    test('one that is in use here already', async () => {
      const [descriptor, port] = await listening();
      expect(await failure(system.listen(`tcp://127.0.0.1:${port}`, { inherited: descriptor }))).toMatchObject({
        code: 'ERR_BUSY',
        reason: `descriptor ${descriptor} is in use in this process already`,
      });
      const client = connect(port, '127.0.0.1');
      cleanups.push(() => client.destroy());
      await once(client, 'connect');
    });

    test('a file, and none at all', async () => {
      const file = openSync('/dev/null', 'r');
      cleanups.push(() => closeSync(file));
      expect(await failure(system.listen('tcp://127.0.0.1:0', { inherited: file }))).toMatchObject({
        code: 'ENOTSOCK',
        reason: `descriptor ${file} is no socket`,
      });
      expect(await failure(system.bind('udp://127.0.0.1:0', { inherited: 1_000_000 }))).toMatchObject({
        code: 'EBADF',
        kind: 'notFound',
        message: 'Cannot bind udp://127.0.0.1:0: there is no descriptor 1000000',
      });
    });

    test('a name that nothing has', async () => {
      expect(inheritedSockets()).toEqual([]);
      expect(await failure(system.listen('tcp://127.0.0.1:0', { inherited: 'web' }))).toMatchObject({
        code: 'EBADF',
        reason: 'no inherited socket has the name "web"; there are none at all',
      });
    });
  },
);
