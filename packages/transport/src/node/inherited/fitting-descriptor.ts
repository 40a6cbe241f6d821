import { type Address, endpoint, equalAddresses, formatAddress, formatEndpoint } from '@stack/address';
import { TransportError } from '../../contract/errors.ts';
import { inheritedSockets } from './inherited-sockets.ts';
import { lookAtDescriptor } from './look-at-descriptor.ts';
import type { KernelSocket } from './socket-table.ts';

/** What an inherited socket is to be. */
export interface Wanted {
  readonly op: 'listen' | 'bind';
  /** The address that was asked for; port 0 is any. */
  readonly at: Address;
}

type Misfit = readonly [code: string, reason: string];

const unitOf = { listen: 'stream', bind: 'datagram' } as const;

/** The kernel tells no zone of a socket; and it knows a Unix socket by the name that it was bound to, which may be an older one. */
const isAt = (at: Address, local: Address): boolean => {
  if ('port' in at && 'port' in local) return at.host === local.host && (at.port === 0 || at.port === local.port);
  if (at.family !== 'AF_UNIX' || local.family !== 'AF_UNIX') return false;
  return at.kind === 'path' ? local.kind !== 'abstract' : equalAddresses(at, local);
};

/** What a socket is, in words. */
const inWords = ({ unit, isListening, local }: KernelSocket): string => {
  const isUnix = local.family === 'AF_UNIX';
  const scheme = isUnix ? 'unix' : unit === 'datagram' ? 'udp' : 'tcp';
  const where = isUnix && local.kind === 'unnamed' ? 'a Unix socket' : formatEndpoint(endpoint(scheme, local));
  if (unit === 'stream') return isListening ? where : `${where}, which takes no connections`;
  return isUnix ? `${where}, a ${unit} socket` : where;
};

/** Why a descriptor is not what is wanted; absent where it is, as far as the system tells. */
const misfitOf = (descriptor: number, { op, at }: Wanted): Misfit | undefined => {
  const found = lookAtDescriptor(descriptor);
  if (found.kind === 'none') return ['EBADF', `there is no descriptor ${descriptor}`];
  if (found.kind === 'file') return ['ENOTSOCK', `descriptor ${descriptor} is no socket`];
  const { socket } = found;
  if (socket === undefined) return undefined;
  const is = `descriptor ${descriptor} is ${inWords(socket)}`;
  if (socket.unit !== unitOf[op]) return ['EPROTOTYPE', is];
  if (op === 'listen' && !socket.isListening) return ['EINVAL', is];
  return isAt(at, socket.local) ? undefined : ['EADDRNOTAVAIL', is];
};

const failed = ({ op, at }: Wanted, [code, reason]: Misfit, cause?: unknown): TransportError =>
  new TransportError({ code, op, at: formatAddress(at), local: at, reason, cause });

const byName = (name: string, wanted: Wanted): number => {
  const all = inheritedSockets();
  const named = all.filter((one) => one.name === name).map(({ descriptor }) => descriptor);
  const [first] = named;
  if (first === undefined) {
    const names = all.length === 0 ? 'none at all' : all.map((one) => `"${one.name}"`).join(', ');
    throw failed(wanted, ['EBADF', `no inherited socket has the name "${name}"; there are ${names}`]);
  }
  const fitting = named.filter((descriptor) => misfitOf(descriptor, wanted) === undefined);
  if (fitting.length > 1) {
    const numbers = fitting.join(' and ');
    throw failed(wanted, ['EINVAL', `the name "${name}" stands for descriptors ${numbers}: give one of the numbers`]);
  }
  return fitting[0] ?? first;
};

/**
 * Finds the inherited descriptor to listen on or to bind, by its number or its name.
 *
 * @throws {TransportError} saying what the descriptor is where it is not what is wanted
 */
export const fittingDescriptor = (inherited: number | string, wanted: Wanted): number => {
  const descriptor = typeof inherited === 'string' ? byName(inherited, wanted) : inherited;
  const misfit = misfitOf(descriptor, wanted);
  if (misfit !== undefined) throw failed(wanted, misfit);
  return descriptor;
};

/** What Node says of a descriptor that it has in use already, or cannot use. */
const reasons: Readonly<Record<string, Misfit>> = {
  EEXIST: ['ERR_BUSY', 'is in use in this process already'],
  EINVAL: ['EINVAL', 'is no stream socket that takes connections'],
  ERR_INVALID_FD_TYPE: ['EPROTOTYPE', 'is no UDP socket'],
};

/** Says why a descriptor could not be taken over, although nothing was known against it. */
export const inheritedError = (error: unknown, descriptor: number, wanted: Wanted): unknown => {
  const [code, what] = reasons[(error as NodeJS.ErrnoException).code ?? ''] ?? [];
  return code === undefined ? error : failed(wanted, [code, `descriptor ${descriptor} ${what ?? ''}`], error);
};
