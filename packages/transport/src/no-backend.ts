import type { Backend } from './contract/driver.ts';
import { TransportError } from './contract/errors.ts';
import { systemClock } from './core/system-clock.ts';

const refuse = (): never => {
  const reason = 'this runtime offers no sockets';
  throw new TransportError({ code: 'ERR_UNSUPPORTED', op: 'use', at: 'the system network', reason });
};

/** Where a runtime has no sockets (a browser): everything above still loads, and the system network says so. */
export const systemBackend: Backend = {
  name: 'none',
  caps: new Set(),
  schemes: ['tcp', 'unix', 'tls', 'udp'],
  clock: systemClock,
  connect: async () => refuse(),
  listen: async () => refuse(),
  bind: async () => refuse(),
  connectDatagram: async () => refuse(),
};
