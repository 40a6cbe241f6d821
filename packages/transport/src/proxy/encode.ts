import { type Address, formatAddress, type InetAddress } from '@stack/address';
import { writeBlock } from './address-block.ts';
import { fixedBytes } from './block.ts';
import { crc32c } from './crc32c.ts';
import { noDetails, toItems } from './details.ts';
import type { ProxyDetails, ProxyHeader, ProxyItem } from './header.ts';
import { CRC32C } from './item-types.ts';
import { writeItems } from './items.ts';
import { writeLine } from './line.ts';
import { signature } from './signature.ts';
import { writeText } from './text.ts';

/** What to write. A decoded header can be written again as it is. */
export interface ProxyHeaderInit {
  /** Default 2. */
  readonly version?: ProxyHeader['version'] | undefined;
  /** `local`: the connection is the proxy's own, and addresses are left out. Default `'proxy'`. */
  readonly command?: ProxyHeader['command'] | undefined;
  /** What the proxied connection is. Default `'stream'`. */
  readonly transport?: ProxyHeader['transport'];
  /** Who connected to the proxy; absent: not known. */
  readonly source?: Address | undefined;
  /** Where it connected to; given exactly when `source` is. */
  readonly destination?: Address | undefined;
  /** What to tell besides; version 2 alone can. */
  readonly details?: ProxyDetails | undefined;
  /** Adds a CRC-32C of the header; version 2 alone can. Default false. */
  readonly checksum?: boolean | undefined;
}

const commandCodes = { local: 0x20, proxy: 0x21 } as const;
const transportCodes = { stream: 0x1, datagram: 0x2 } as const;
const maxBodyBytes = 65_535;

const isInet = (address: Address): address is InetAddress =>
  address.family === 'AF_INET' || address.family === 'AF_INET6';

const encodeLine = ({ command, transport, source, destination, details, checksum }: ProxyHeaderInit): Uint8Array => {
  if (command === 'local') throw new TypeError('A PROXY header of version 1 has no command "local": use version 2');
  if (transport === 'datagram') throw new TypeError('A PROXY header of version 1 has no datagrams: use version 2');
  if (checksum === true || toItems(details ?? noDetails).length > 0) {
    throw new TypeError('A PROXY header of version 1 carries addresses only: use version 2');
  }
  // PROXY protocol section 2.1: what the line has no form for is reported as UNKNOWN.
  const hasForm = source !== undefined && destination !== undefined && isInet(source) && isInet(destination);
  return writeText(writeLine(hasForm ? { source, destination } : undefined));
};

const addressPart = ({ command, transport = 'stream', source, destination }: ProxyHeaderInit): [number, Uint8Array] => {
  const nothing: [number, Uint8Array] = [0, new Uint8Array(0)];
  if (command === 'local' || source === undefined || destination === undefined) return nothing;
  const written = writeBlock({ source, destination });
  return written === undefined ? nothing : [(written.code << 4) | transportCodes[transport], written.block];
};

const encodeBlock = (init: ProxyHeaderInit): Uint8Array => {
  const [family, addresses] = addressPart(init);
  const sum: ProxyItem[] = init.checksum === true ? [{ type: CRC32C, value: new Uint8Array(4) }] : [];
  // First, so that its place is known.
  const items = writeItems([...sum, ...toItems(init.details ?? noDetails)]);
  const length = addresses.length + items.length;
  if (length > maxBodyBytes) throw new RangeError(`A PROXY header holds at most ${maxBodyBytes} bytes, not ${length}`);
  const out = new Uint8Array(fixedBytes + length);
  out.set(signature);
  out.set([commandCodes[init.command ?? 'proxy'], family, length >>> 8, length & 0xff], signature.length);
  out.set(addresses, fixedBytes);
  out.set(items, fixedBytes + addresses.length);
  if (init.checksum === true) new DataView(out.buffer).setUint32(fixedBytes + addresses.length + 3, crc32c(out));
  return out;
};

/**
 * Writes a PROXY header, to be sent before anything else.
 *
 * Of an IPv4 and an IPv6 address, the first is written as IPv4-mapped. Addresses that the version has no form for
 * (Unix ones in version 1, an IP address beside a Unix one) make a header that says nothing of them. Zones are not
 * written.
 *
 * @throws {TypeError} when one of `source` and `destination` is missing, or version 1 cannot say it
 * @throws {RangeError} when an item is too long
 * @see PROXY protocol, versions 1 and 2, sections 2.1 and 2.2
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { inet } from '@stack/address';
 * import { encodeProxyHeader } from '@stack/transport/proxy';
 *
 * const claimed = { source: inet('192.0.2.1', 56324), destination: inet('198.51.100.7', 443) };
 * const line = encodeProxyHeader({ version: 1, ...claimed });
 * assert.equal(new TextDecoder().decode(line), 'PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n');
 * assert.equal(encodeProxyHeader(claimed).length, 28);
 * ```
 */
export const encodeProxyHeader = (init: ProxyHeaderInit): Uint8Array => {
  const { source, destination } = init;
  const lone = source === undefined ? destination : destination === undefined ? source : undefined;
  if (lone !== undefined) {
    const missing = lone === source ? 'a destination' : 'a source';
    throw new TypeError(`Cannot write a PROXY header of ${formatAddress(lone)} alone: it needs ${missing} too`);
  }
  return init.version === 1 ? encodeLine(init) : encodeBlock(init);
};
