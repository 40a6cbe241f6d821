import { Socket } from 'node:net';
import type { DriverKeepAlive } from '../contract/driver.ts';
import { TransportError, type TransportOp } from '../contract/errors.ts';

/** Newer releases of Node can be told all three (24.21 and 26.4 can); in others what libuv sets is in force, and anything else ignored. */
const canTellProbes = Socket.prototype.setKeepAlive.length >= 4;
const libuvIntervalMs = 1_000;
const libuvCount = 10;

/** Refuses what this version of Node would ignore. */
export const expectKeepAlive = (
  keepAlive: DriverKeepAlive | undefined,
  op: TransportOp,
  at: string,
  canTell: boolean = canTellProbes,
): void => {
  if (keepAlive === undefined || canTell) return;
  if (keepAlive.intervalMs === libuvIntervalMs && keepAlive.count === libuvCount) return;
  const reason = `this version of Node probes ${libuvCount} times, every ${libuvIntervalMs} ms, whatever keepAlive says`;
  throw new TransportError({ code: 'ERR_UNSUPPORTED', op, at, reason });
};

/** Has a connected TCP socket probed. */
export const probe = (socket: Socket, { idleMs, intervalMs, count }: DriverKeepAlive): void => {
  socket.setKeepAlive(true, idleMs, intervalMs, count);
};
