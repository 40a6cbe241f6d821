import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { endianness } from 'node:os';
import { type Address, type InetAddress, toBytes } from '@stack/address';

/** One socket in the kernel's table. */
interface Row {
  readonly local: string;
  readonly remote: string;
  readonly inode: string;
  readonly drops: number;
}

/** An address as the table has it: words of 32 bits in the order of the machine, and the port, in hexadecimal. */
export const tableText = (address: InetAddress, order: 'BE' | 'LE' = endianness()): string => {
  const bytes = toBytes(address);
  let text = '';
  for (let at = 0; at < bytes.length; at += 4) {
    const word = bytes.subarray(at, at + 4);
    text += Buffer.from(order === 'LE' ? word.toReversed() : word).toString('hex');
  }
  return `${text}:${address.port.toString(16).padStart(4, '0')}`.toUpperCase();
};

/** Reads `/proc/net/udp` or `udp6` (proc_net_udp in the kernel): one line a socket, drops last. */
const readTable = (name: 'udp' | 'udp6'): readonly Row[] =>
  readFileSync(`/proc/self/net/${name}`, 'latin1')
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => {
      const fields = line.trim().split(/\s+/);
      const [, local = '', remote = ''] = fields;
      return { local, remote, inode: fields[9] ?? '', drops: Number(fields.at(-1)) };
    });

/** The inodes of this process's sockets. */
const ownInodes = (): ReadonlySet<string> => {
  const inodes = new Set<string>();
  for (const descriptor of readdirSync('/proc/self/fd')) {
    try {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${descriptor}`)) ?? [];
      if (inode !== undefined) inodes.add(inode);
    } catch {
      // The descriptor that listed the folder is gone.
    }
  }
  return inodes;
};

/**
 * What the kernel dropped of what came for a socket: the last column of its table. `undefined` where there is no such table
 * or several sockets of this process have the address: they cannot be told apart.
 */
export const readKernelDrops = (local: Address, remote: Address | undefined): number | undefined => {
  if (local.family !== 'AF_INET' && local.family !== 'AF_INET6') return undefined;
  const here = tableText(local);
  const there = remote !== undefined && 'port' in remote ? tableText(remote) : undefined;
  try {
    const table = readTable(local.family === 'AF_INET' ? 'udp' : 'udp6');
    const named = table.filter((row) => row.local === here && (there === undefined || row.remote === there));
    const rows = named.length > 1 ? named.filter((row) => ownInodes().has(row.inode)) : named;
    return rows.length === 1 ? rows[0]?.drops : undefined;
  } catch {
    return undefined;
  }
};
