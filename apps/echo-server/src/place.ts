import { type Endpoint, formatEndpoint, oneOf, parseEndpointOptions, uint } from '@stack/address';
import { type ProtocolName, protocolNames } from './protocol-names.ts';

/** One endpoint to serve, and how. */
export interface Place {
  readonly endpoint: Endpoint;
  readonly protocol: ProtocolName;
  /** Connections the kernel completes ahead of the server. */
  readonly backlog?: number;
  /** Exchanges after which a session is closed. */
  readonly exchanges?: number;
}

const protocol = oneOf(...protocolNames);
const datagramOptions = { protocol };
const streamOptions = { protocol, backlog: uint(1, 65_535), exchanges: uint(1, 1_000_000_000) };

/** Datagrams know no connection, hence neither a backlog nor an exchange after which it ends. */
const isDatagram = (scheme: string): boolean => scheme === 'udp' || scheme === 'unixgram';

/**
 * Reads an endpoint with the server's options: `tcp://127.0.0.1:9090?protocol=upper-utf8&backlog=10`.
 *
 * @throws {AddressError} naming what is wrong
 */
export const parsePlace = (text: string): Place => {
  const schema = isDatagram(text.slice(0, text.indexOf(':'))) ? datagramOptions : streamOptions;
  const { endpoint, options } = parseEndpointOptions<Partial<typeof streamOptions>>(text, schema);
  return { protocol: 'echo', ...options, endpoint };
};

/** Writes a place as `parsePlace` reads it. */
export const formatPlace = ({ endpoint, ...options }: Place): string => {
  const query = Object.entries(options).map(([key, value]) => `${key}=${value}`);
  return `${formatEndpoint(endpoint)}?${query.join('&')}`;
};
