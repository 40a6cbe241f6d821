import { blockFamilies } from './address-block.ts';
import { crc32c } from './crc32c.ts';
import { noDetails, toDetails } from './details.ts';
import { headerFault } from './fault.ts';
import type { ProxyDetails, ProxyHeader, ProxyItem } from './header.ts';
import { CRC32C } from './item-types.ts';
import { readItems } from './items.ts';

// PROXY protocol section 2.2: bytes before the addresses, and where the version, the family and the length stand.
export const fixedBytes = 16;
const commandAt = 12;
const familyAt = 13;
const lengthAt = 14;

const transports: ReadonlyMap<number, ProxyHeader['transport']> = new Map<number, ProxyHeader['transport']>([
  [0x0, undefined],
  [0x1, 'stream'],
  [0x2, 'datagram'],
]);

const commands: ReadonlyMap<number, ProxyHeader['command']> = new Map<number, ProxyHeader['command']>([
  [0x0, 'local'],
  [0x1, 'proxy'],
]);

const hex = (byte: number): string => `0x${byte.toString(16).padStart(2, '0')}`;

/** The command, and the length of the whole header: all that can be told of its first 16 bytes. */
export const readFixed = (bytes: Uint8Array): { command: ProxyHeader['command']; headerBytes: number } => {
  const byte = bytes[commandAt] ?? 0;
  if (byte >>> 4 !== 2) throw headerFault(`its version is ${byte >>> 4}: expected 2`);
  const command = commands.get(byte & 0xf);
  if (command === undefined) throw headerFault(`its command is ${byte & 0xf}: expected 0 (LOCAL) or 1 (PROXY)`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint16(lengthAt);
  return { command, headerBytes: fixedBytes + length };
};

/** The checksum is over the whole header, with zeros in its own place (PROXY protocol section 2.2.3). */
const check = (header: Uint8Array, items: readonly ProxyItem[], itemsAt: number): void => {
  let at = itemsAt;
  for (const { type, value } of items) {
    if (type === CRC32C) {
      if (value.length !== 4) throw headerFault(`its checksum has ${value.length} bytes: expected 4`);
      const blank = new Uint8Array(header);
      blank.fill(0, at + 3, at + 7);
      const expected = new DataView(value.buffer).getUint32(0);
      if (crc32c(blank) !== expected) throw headerFault('its checksum does not match: it was changed on its way');
    }
    at += 3 + value.length;
  }
};

const detailsOf = (header: Uint8Array, itemsAt: number): ProxyDetails => {
  const items = readItems(header.subarray(itemsAt));
  check(header, items, itemsAt);
  return toDetails(items);
};

/**
 * What a `local` header tells besides. HAProxy sends items there; but the standard lets anything stand in its place, to be
 * skipped: what is no items is nothing.
 */
const localDetails = (header: Uint8Array, itemsAt: number): ProxyDetails => {
  let items: ProxyItem[];
  try {
    items = readItems(header.subarray(itemsAt));
  } catch {
    return noDetails;
  }
  check(header, items, itemsAt);
  return toDetails(items);
};

/** Reads a whole binary header. */
export const readBlock = (header: Uint8Array): ProxyHeader => {
  const { command } = readFixed(header);
  const byte = header[familyAt] ?? 0;
  const family = blockFamilies.get(byte >>> 4);
  const nothing = { version: 2, command, transport: undefined, source: undefined, destination: undefined } as const;
  const itemsAt = fixedBytes + (family?.bytes ?? 0);
  if (command === 'local') return { ...nothing, details: localDetails(header, itemsAt) };
  if ((family === undefined && byte >>> 4 !== 0) || !transports.has(byte & 0xf)) {
    throw headerFault(`its family and protocol are ${hex(byte)}: expected 0x00, or 0x11 to 0x32`);
  }
  if (itemsAt > header.length) {
    const length = header.length - fixedBytes;
    throw headerFault(`it has ${length} bytes of addresses: ${hex(byte)} has ${itemsAt - fixedBytes}`);
  }
  const details = detailsOf(header, itemsAt);
  const transport = transports.get(byte & 0xf);
  // PROXY protocol section 2.2: where either half says nothing, address information is to be ignored.
  if (family === undefined || transport === undefined) return { ...nothing, transport, details };
  return { ...nothing, transport, ...family.read(header.subarray(fixedBytes, itemsAt)), details };
};
