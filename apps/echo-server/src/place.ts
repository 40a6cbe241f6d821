import {
  type Endpoint,
  formatEndpoint,
  octal,
  oneOf,
  type OptionType,
  parseEndpointOptions,
  text,
  uint,
} from '@stack/address';
import { type ProtocolName, protocolNames } from './protocol-names.ts';

/** One endpoint to serve, and how. */
export interface Place {
  readonly endpoint: Endpoint;
  readonly protocol: ProtocolName;
  /** Connections the kernel completes ahead of the server. */
  readonly backlog?: number;
  /** Exchanges after which a session is closed. */
  readonly exchanges?: number;
  /** Of a Unix path: who may connect, as permissions. */
  readonly mode?: number;
  /** The descriptor or the name of a socket that whoever started the server opened. */
  readonly inherited?: number | string;
}

const permissions: OptionType<number> = {
  expected: 'octal permissions from 0 to 777',
  parse: (text) => {
    const mode = octal().parse(text);
    return mode !== undefined && mode <= 0o777 ? mode : undefined;
  },
};

const inherited: OptionType<number | string> = {
  expected: 'a descriptor or a name',
  parse: (written) => uint(0, 2 ** 31 - 1).parse(written) ?? text().parse(written),
};

const protocol = oneOf(...protocolNames);
const datagramOptions = { protocol, inherited };
const streamOptions = { protocol, backlog: uint(1, 65_535), exchanges: uint(1, 1_000_000_000), inherited };
const pathOptions = { ...streamOptions, mode: permissions };

/** Datagrams know no connection, hence neither a backlog nor an exchange after which it ends. */
const isDatagram = (text: string): boolean => /^(?:udp|unixgram):/.test(text);

/** Only a file has permissions: an abstract name has none. */
const isPath = (text: string): boolean => /^unix:(?!@)/.test(text);

const schemaOf = (text: string): Partial<typeof pathOptions> => {
  if (isDatagram(text)) return datagramOptions;
  return isPath(text) ? pathOptions : streamOptions;
};

/**
 * Reads an endpoint with the server's options: `tcp://127.0.0.1:9090?protocol=upper-utf8&backlog=10`.
 *
 * @throws {AddressError} naming what is wrong
 */
export const parsePlace = (text: string): Place => {
  const { endpoint, options } = parseEndpointOptions(text, schemaOf(text));
  return { protocol: 'echo', ...options, endpoint };
};

/** Writes a place as `parsePlace` reads it. */
export const formatPlace = ({ endpoint, ...options }: Place): string => {
  const query = Object.entries(options).map(
    ([key, value]) => `${key}=${key === 'mode' ? value.toString(8) : encodeURIComponent(value)}`,
  );
  return `${formatEndpoint(endpoint)}?${query.join('&')}`;
};
