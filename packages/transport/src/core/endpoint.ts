import { type Endpoint, formatEndpoint, parseEndpoint } from '@stack/address';
import type { Backend } from '../contract/driver.ts';
import { isTransportError, TransportError, type TransportOp } from '../contract/errors.ts';
import type { EndpointLike } from '../contract/network.ts';

/** An endpoint with its text and the backend that claims its scheme. */
export interface Claimed {
  readonly endpoint: Endpoint;
  readonly text: string;
  readonly backend: Backend;
}

/** Schemes of datagrams, for the errors that point to the right function. */
const datagramSchemes: ReadonlySet<string> = new Set(['udp', 'unixgram']);

/** Finds the backend of an endpoint. */
export const claim = (backends: readonly Backend[], like: EndpointLike, op: TransportOp): Claimed => {
  const endpoint = typeof like === 'string' ? parseEndpoint(like) : like;
  const text = formatEndpoint(endpoint);
  const backend = backends.find((candidate) => candidate.schemes.includes(endpoint.scheme));
  if (backend !== undefined) return { endpoint, text, backend };
  const lack = backends.map(({ lacks }) => lacks?.[endpoint.scheme]).find((reason) => reason !== undefined);
  if (lack !== undefined) throw new TransportError({ code: 'ERR_UNSUPPORTED', op, at: text, reason: lack });
  const known = backends.flatMap((candidate) => candidate.schemes).join(', ');
  const reason = `nothing here speaks "${endpoint.scheme}"; known are ${known === '' ? 'none' : known}`;
  throw new TransportError({ code: 'ERR_UNSUPPORTED', op, at: text, reason });
};

/** Refuses datagram schemes where streams are meant, and the other way round. */
export const expectUnit = ({ endpoint, text }: Claimed, unit: 'stream' | 'datagram', op: TransportOp): void => {
  const isDatagram = datagramSchemes.has(endpoint.scheme);
  const isNamed = !('family' in endpoint.address) || endpoint.address.family === 'name';
  if (isNamed || isDatagram === (unit === 'datagram')) return;
  const right = { connect: 'connectDatagram', listen: 'bind', bind: 'listen' }[op as 'connect' | 'listen' | 'bind'];
  const kind = isDatagram ? 'datagrams: use' : 'a stream: use';
  const reason = `"${endpoint.scheme}" is ${kind} ${unit === 'datagram' && op === 'connect' ? 'connect' : right}`;
  throw new TransportError({ code: 'ERR_UNSUPPORTED', op, at: text, reason });
};

/** A backend names the address it failed at; callers gave an endpoint, and read that. */
export const atEndpoint = (error: unknown, { text }: Claimed): unknown => {
  if (!isTransportError(error)) return error;
  const { code, op, local, remote, cause, reason } = error;
  return new TransportError({ code, op, at: text, local, remote, cause, reason });
};
