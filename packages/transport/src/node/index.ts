import type { Capability } from '../contract/caps.ts';
import type { Backend } from '../contract/driver.ts';
import { systemClock } from '../core/system-clock.ts';
import { connectNode } from './connect.ts';
import { bindNode, connectDatagramNode } from './datagram-driver.ts';
import { listenNode } from './listener-driver.ts';
import { resolveNode } from './resolve.ts';
import { checkTls } from './tls/check.ts';

/** TCP, Unix stream sockets and UDP, on the public API of `node:net` and `node:dgram`. */
export const systemBackend: Backend = {
  name: 'node',
  caps: new Set<Capability>(['stream', 'datagram', 'tls', 'inherited']),
  schemes: ['tcp', 'unix', 'tls', 'udp'],
  clock: systemClock,
  resolve: resolveNode,
  checkTls,
  connect: connectNode,
  listen: listenNode,
  bind: bindNode,
  connectDatagram: connectDatagramNode,
};
