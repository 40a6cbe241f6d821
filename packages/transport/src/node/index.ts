import type { Capability } from '../contract/caps.ts';
import type { Backend } from '../contract/driver.ts';
import { systemClock } from '../core/system-clock.ts';
import { connectNode } from './connect.ts';
import { listenNode } from './listener-driver.ts';
import { bindNode, connectDatagramNode } from './open-datagram.ts';
import { resolveNode } from './resolve.ts';
import { checkTls } from './tls/check.ts';

/** TCP, Unix stream sockets and UDP, on the public API of `node:net` and `node:dgram`. */
export const systemBackend: Backend = {
  name: 'node',
  caps: new Set<Capability>(['stream', 'datagram', 'tls', 'inherited']),
  schemes: ['tcp', 'unix', 'tls', 'udp'],
  lacks: { unixgram: 'Node has no Unix datagram sockets: its dgram module makes udp4 and udp6 only' },
  clock: systemClock,
  resolve: resolveNode,
  checkTls,
  connect: connectNode,
  listen: listenNode,
  bind: bindNode,
  connectDatagram: connectDatagramNode,
};
