import { endianness } from 'node:os';
import { type Address, fromBytes, unixAbstract, unixPath, unixUnnamed } from '@stack/address';

/** What the kernel tells of a socket. */
export interface KernelSocket {
  readonly unit: 'stream' | 'datagram' | 'packet';
  /** A stream socket that takes connections. */
  readonly isListening: boolean;
  readonly local: Address;
}

/** The words of the tables are numbers as the machine keeps them. */
const isLittleEndian = endianness() === 'LE';

const words = /.{8}/g;

const bytesOf = (hex: string): Uint8Array => {
  const bytes = Buffer.from(hex, 'hex');
  if (isLittleEndian) for (const { index } of hex.matchAll(words)) bytes.subarray(index / 2, index / 2 + 4).reverse();
  return bytes;
};

// Linux, include/net/tcp_states.h.
const TCP_LISTEN = '0A';

/** Finds a socket in a table of the form of `/proc/net/tcp` (proc(5)), by its inode. */
export const findInternetSocket = (
  table: string,
  inode: bigint,
  unit: 'stream' | 'datagram',
): KernelSocket | undefined => {
  for (const line of table.split('\n')) {
    const [, local = '', , state, , , , , , found] = line.trim().split(/\s+/);
    if (found !== String(inode)) continue;
    const [host = '', port = ''] = local.split(':');
    return {
      unit,
      isListening: unit === 'stream' && state === TCP_LISTEN,
      local: fromBytes(bytesOf(host), Number.parseInt(port, 16)),
    };
  }
  return undefined;
};

// Linux, include/uapi/asm-generic/socket.h and include/linux/net.h.
const units: Readonly<Record<string, KernelSocket['unit']>> = {
  '0001': 'stream',
  '0002': 'datagram',
  '0005': 'packet',
};
// Linux, include/uapi/linux/net.h: __SO_ACCEPTCON.
const acceptsConnections = 1 << 16;

/** Abstract names are written with `@` for NUL. A name that no address of ours can be is like none. */
const unixAddress = (written: string | undefined): Address => {
  if (written === undefined || written === '') return unixUnnamed;
  try {
    return written.startsWith('@') ? unixAbstract(written.slice(1)) : unixPath(written);
  } catch {
    return unixUnnamed;
  }
};

/** Finds a socket in a table of the form of `/proc/net/unix` (proc(5)), by its inode. */
export const findUnixSocket = (table: string, inode: bigint): KernelSocket | undefined => {
  for (const line of table.split('\n')) {
    const [, flags = '', type = '', found, name] = /^\S+ \S+ \S+ (\S+) (\S+) \S+ +(\d+)(?: (.*))?$/.exec(line) ?? [];
    const unit = units[type];
    if (found !== String(inode) || unit === undefined) continue;
    return {
      unit,
      isListening: (Number.parseInt(flags, 16) & acceptsConnections) !== 0,
      local: unixAddress(name),
    };
  }
  return undefined;
};
