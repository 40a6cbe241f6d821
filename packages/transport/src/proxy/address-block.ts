import {
  type Address,
  fromBytes,
  type InetAddress,
  toBytes,
  toMapped,
  type UnixAddress,
  unixAbstract,
  unixPath,
  unixUnnamed,
} from '@stack/address';
import { partOf } from './fault.ts';
import { readText, writeText } from './text.ts';

/** Who talks to whom. */
export interface AddressPair {
  readonly source: Address;
  readonly destination: Address;
}

// PROXY protocol section 2.2: the families, in the upper half of the 14th byte.
const unixPathBytes = 108;

const readUnix = (bytes: Uint8Array): UnixAddress => {
  const end = bytes.indexOf(0);
  // An abstract name may hold NULs, but its length is lost here: the padding is NULs too.
  if (end === 0) {
    const length = bytes.findLastIndex((byte) => byte !== 0) + 1;
    return length === 0 ? unixUnnamed : unixAbstract(readText('abstract Unix name', bytes.subarray(1, length)));
  }
  return unixPath(readText('Unix path', bytes.subarray(0, end === -1 ? bytes.length : end)));
};

const writeUnix = (address: UnixAddress): Uint8Array => {
  const out = new Uint8Array(unixPathBytes);
  out.set(writeText(address.path), address.kind === 'abstract' ? 1 : 0);
  return out;
};

const readInet = (block: Uint8Array, hostBytes: number): AddressPair => {
  const ports = new DataView(block.buffer, block.byteOffset + 2 * hostBytes, 4);
  return {
    source: fromBytes(block.subarray(0, hostBytes), ports.getUint16(0)),
    destination: fromBytes(block.subarray(hostBytes, 2 * hostBytes), ports.getUint16(2)),
  };
};

const writeInet = (source: InetAddress, destination: InetAddress): Uint8Array => {
  const hosts = [toBytes(source), toBytes(destination)];
  const ports = [source.port >>> 8, source.port & 0xff, destination.port >>> 8, destination.port & 0xff];
  return Uint8Array.of(...hosts.flatMap((host) => [...host]), ...ports);
};

/** A family of the binary header. */
export interface BlockFamily {
  /** What the upper half of the 14th byte says. */
  readonly code: number;
  /** The length of the block. */
  readonly bytes: number;
  read(block: Uint8Array): AddressPair;
}

const inet4: BlockFamily = { code: 0x1, bytes: 12, read: (block) => readInet(block, 4) };
const inet6: BlockFamily = { code: 0x2, bytes: 36, read: (block) => readInet(block, 16) };
const unix: BlockFamily = {
  code: 0x3,
  bytes: 2 * unixPathBytes,
  read: (block) =>
    partOf('its Unix address is not one', () => ({
      source: readUnix(block.subarray(0, unixPathBytes)),
      destination: readUnix(block.subarray(unixPathBytes)),
    })),
};

/** The families by their code; 0 is the one that says nothing. */
export const blockFamilies: ReadonlyMap<number, BlockFamily> = new Map(
  [inet4, inet6, unix].map((family) => [family.code, family]),
);

const mapped = (address: InetAddress): InetAddress => (address.family === 'AF_INET' ? toMapped(address) : address);

/** A pair of IP addresses in one family: where they differ, the IPv4 one is mapped (RFC 4291 section 2.5.5.2). */
export const inOneFamily = (source: InetAddress, destination: InetAddress): [InetAddress, InetAddress] =>
  source.family === destination.family ? [source, destination] : [mapped(source), mapped(destination)];

/** The block of a pair, with the code of its family; `undefined` where the header has no form for them. */
export const writeBlock = ({ source, destination }: AddressPair): { code: number; block: Uint8Array } | undefined => {
  if (source.family === 'AF_UNIX' && destination.family === 'AF_UNIX') {
    const block = new Uint8Array(unix.bytes);
    block.set(writeUnix(source));
    block.set(writeUnix(destination), unixPathBytes);
    return { code: unix.code, block };
  }
  const isInet = (address: Address): address is InetAddress =>
    address.family === 'AF_INET' || address.family === 'AF_INET6';
  if (!isInet(source) || !isInet(destination)) return undefined;
  const [from, to] = inOneFamily(source, destination);
  return { code: from.family === 'AF_INET' ? inet4.code : inet6.code, block: writeInet(from, to) };
};
