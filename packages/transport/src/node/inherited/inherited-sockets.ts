import { type Endpoint, endpoint } from '@stack/address';
import { clearListenEnvironment, type Passed, readListenEnvironment } from './listen-environment.ts';
import { lookAtDescriptor } from './look-at-descriptor.ts';
import type { KernelSocket } from './socket-table.ts';

/** A socket that whoever started this process opened for it. */
export interface InheritedSocket extends Passed {
  /** Its number: 3 and up. */
  readonly descriptor: number;
  /** What it is called; several may have one name. `unknown` where nobody named it. */
  readonly name: string;
  /**
   * - `listener`: for `listen`
   * - `datagrams`: for `bind`
   * - `other`: a connection, a socket of a kind that nothing here speaks, or no socket at all
   * - `untold`: a socket of which the system tells nothing, as it is no Linux or the socket is of another network namespace;
   *   `listen` and `bind` take it, if it is what they need
   */
  readonly kind: 'listener' | 'datagrams' | 'other' | 'untold';
  /** Where it is, as `listen` or `bind` take it; absent where that is not known. */
  readonly endpoint: Endpoint | undefined;
}

const describe = (socket: KernelSocket): Pick<InheritedSocket, 'kind' | 'endpoint'> => {
  const { local, unit, isListening } = socket;
  const isUnix = local.family === 'AF_UNIX';
  if (unit === 'stream' && isListening) {
    const isNamed = !isUnix || local.kind !== 'unnamed';
    return { kind: 'listener', endpoint: isNamed ? endpoint(isUnix ? 'unix' : 'tcp', local) : undefined };
  }
  if (unit === 'datagram' && !isUnix) return { kind: 'datagrams', endpoint: endpoint('udp', local) };
  return { kind: 'other', endpoint: undefined };
};

const toInherited = (passed: Passed): InheritedSocket => {
  const found = lookAtDescriptor(passed.descriptor);
  if (found.kind !== 'socket') return { ...passed, kind: 'other', endpoint: undefined };
  if (found.socket === undefined) return { ...passed, kind: 'untold', endpoint: undefined };
  return { ...passed, ...describe(found.socket) };
};

let known: readonly InheritedSocket[] | undefined;

/**
 * Tells which sockets this process was started with: systemd's socket activation, or whoever else sets `LISTEN_PID`,
 * `LISTEN_FDS` and `LISTEN_FDNAMES`. In their order, each with its name; none, where the variables are for another process.
 *
 * The first call reads the variables and removes them from `process.env`, so that no program started later takes them for its
 * own; every call gives the same. Nothing is opened: `listen` or `bind` with `inherited` does that, by descriptor or by name.
 *
 * @throws {TransportError} `EINVAL` naming the variable that is malformed
 * @see sd_listen_fds(3)
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { system } from '@stack/transport';
 * import { inheritedSockets } from '@stack/transport/inherited';
 *
 * const listeners = [];
 * for (const { kind, descriptor, endpoint } of inheritedSockets()) {
 *   if (kind === 'listener' && endpoint) listeners.push(await system.listen(endpoint, { inherited: descriptor }));
 * }
 * assert.deepEqual(listeners, []); // nobody passed any to this example
 * ```
 */
export const inheritedSockets = (): readonly InheritedSocket[] => {
  if (known === undefined) {
    const passed = readListenEnvironment(process.env, process.pid);
    clearListenEnvironment(process.env);
    known = passed.map(toInherited);
  }
  return known;
};
