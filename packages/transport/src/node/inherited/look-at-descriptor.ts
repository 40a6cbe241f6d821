import { fstatSync, readFileSync } from 'node:fs';
import { findInternetSocket, findUnixSocket, type KernelSocket } from './socket-table.ts';

/** A table of the kernel; empty where there is none. */
const table = (name: string): string => {
  try {
    return readFileSync(`/proc/net/${name}`, 'utf8');
  } catch {
    return '';
  }
};

/** What is known of a descriptor. */
export type Descriptor =
  | { readonly kind: 'none' }
  | { readonly kind: 'file' }
  /** `socket` is absent where the system does not tell: it is no Linux, or the socket is of another network namespace. */
  | { readonly kind: 'socket'; readonly socket: KernelSocket | undefined };

const inodeOf = (descriptor: number): bigint | 'file' | 'none' => {
  try {
    const found = fstatSync(descriptor, { bigint: true });
    return found.isSocket() ? found.ino : 'file';
  } catch {
    return 'none';
  }
};

/** Tells what a descriptor of this process is. Nothing is done with it. */
export const lookAtDescriptor = (descriptor: number): Descriptor => {
  const inode = inodeOf(descriptor);
  if (typeof inode === 'string') return { kind: inode };
  const socket =
    findInternetSocket(table('tcp'), inode, 'stream') ??
    findInternetSocket(table('tcp6'), inode, 'stream') ??
    findInternetSocket(table('udp'), inode, 'datagram') ??
    findInternetSocket(table('udp6'), inode, 'datagram') ??
    findUnixSocket(table('unix'), inode);
  return { kind: 'socket', socket };
};
