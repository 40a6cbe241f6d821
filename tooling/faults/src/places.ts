import { temporaryFolder } from '@stack/interop';
import { type Connection, isTransportError, type Listener, system } from '@stack/transport';
import { isFull } from './scale.ts';

/** A kind of stream socket, and where a fresh one of it can be. */
export interface Place extends Disposable {
  /** Where to listen, as this project writes it. */
  readonly endpoint: string;
  /** The same for a peer in Python. */
  readonly target: string;
}

/** The kinds of stream sockets that the system has. */
export type Kind = 'tcp4' | 'tcp6' | 'unix' | 'abstract';

let made = 0;

/** A place for a socket of a kind. */
export const placeOf = (kind: Kind): Place => {
  made += 1;
  const nothing = { [Symbol.dispose]: () => undefined };
  const name = `stack-faults-${process.pid}-${made}`;
  switch (kind) {
    case 'tcp4':
      return { endpoint: 'tcp://127.0.0.1:0', target: 'tcp:127.0.0.1:0', ...nothing };
    case 'tcp6':
      return { endpoint: 'tcp://[::1]:0', target: 'tcp:[::1]:0', ...nothing };
    case 'abstract':
      return { endpoint: `unix:@${name}`, target: `unix:@${name}`, ...nothing };
    case 'unix': {
      const folder = temporaryFolder();
      const path = folder.file('s');
      return { endpoint: `unix:${path}`, target: `unix:${path}`, [Symbol.dispose]: () => folder[Symbol.dispose]() };
    }
  }
};

const hasIpv6 = await system.listen('tcp://[::1]:0').then(
  (listener) => listener.close().then(() => true),
  (error: unknown) => {
    if (isTransportError(error) && (error.kind === 'address' || error.kind === 'unsupported')) return false;
    throw error;
  },
);

/** The kinds that this machine has; when bounded, one with a port and one with a name. */
export const kinds: readonly Kind[] = isFull
  ? [
      'tcp4',
      ...(hasIpv6 ? (['tcp6'] as const) : []),
      'unix',
      ...(process.platform === 'linux' ? (['abstract'] as const) : []),
    ]
  : ['tcp4', 'unix'];

/** Where a listener of ours is, for a peer in Python. */
export const targetOf = ({ addresses: [address] }: Listener): string => {
  switch (address?.family) {
    case 'AF_INET':
      return `tcp:${address.host}:${address.port}`;
    case 'AF_INET6':
      return `tcp:[${address.host}]:${address.port}`;
    case 'AF_UNIX':
      return `unix:${address.kind === 'abstract' ? '@' : ''}${address.path}`;
    default:
      throw new Error('Cannot tell a peer where this listener is');
  }
};

/** Dials a peer that listens where it said. */
export const dialTarget = (kind: Kind, said: string): Promise<Connection> => {
  if (kind === 'tcp4') return system.connect(`tcp://127.0.0.1:${said}`);
  return system.connect(kind === 'tcp6' ? `tcp://[::1]:${said}` : said);
};
