import { inet4, inet6, parsePort, type InetAddress } from '@stack/address';
import { inOneFamily } from './address-block.ts';
import { noDetails } from './details.ts';
import { headerFault, partOf } from './fault.ts';
import type { ProxyHeader } from './header.ts';

// PROXY protocol section 2.1: the longest line, with its end.
export const maxLineBytes = 107;

const makers: ReadonlyMap<string, (host: string, port: number) => InetAddress> = new Map<
  string,
  (host: string, port: number) => InetAddress
>([
  ['TCP4', inet4],
  ['TCP6', (host, port): InetAddress => inet6(host, port)],
]);

const unknown: ProxyHeader = {
  version: 1,
  command: 'proxy',
  transport: undefined,
  source: undefined,
  destination: undefined,
  details: noDetails,
};

/** Reads a line without its end. */
export const readLine = (line: string): ProxyHeader => {
  const [, family = '', ...fields] = line.split(' ');
  // PROXY protocol section 2.1: whatever follows UNKNOWN is ignored.
  if (family === 'UNKNOWN') return unknown;
  const make = makers.get(family);
  if (make === undefined) throw headerFault(`"${family}" is no family: expected TCP4, TCP6 or UNKNOWN`);
  if (fields.length !== 4) {
    const found = fields.length === 1 ? '1 field' : `${fields.length} fields`;
    throw headerFault(`${found} after ${family}: expected two addresses and two ports, with one space between`);
  }
  const [from = '', to = '', fromPort = '', toPort = ''] = fields;
  return {
    ...unknown,
    transport: 'stream',
    source: partOf('the source', () => make(from, parsePort(fromPort))),
    destination: partOf('the destination', () => make(to, parsePort(toPort))),
  };
};

/** Writes a line with its end. Zones are left out: the form has none. */
export const writeLine = (addresses: { source: InetAddress; destination: InetAddress } | undefined): string => {
  if (addresses === undefined) return 'PROXY UNKNOWN\r\n';
  const [source, destination] = inOneFamily(addresses.source, addresses.destination);
  const family = source.family === 'AF_INET' ? 'TCP4' : 'TCP6';
  return `PROXY ${family} ${source.host} ${destination.host} ${source.port} ${destination.port}\r\n`;
};
