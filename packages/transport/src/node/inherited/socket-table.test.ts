import { endianness } from 'node:os';
import { formatAddress } from '@stack/address';
import { describe, expect, test } from 'vitest';
import { findInternetSocket, findUnixSocket, type KernelSocket } from './socket-table.ts';

const inWords = (socket: KernelSocket | undefined): string | undefined =>
  socket && `${socket.unit} ${socket.isListening ? 'listening on' : 'at'} ${formatAddress(socket.local)}`;

// As kernel 6.1 writes them on a little-endian machine.
const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:2382 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 62667 1 00000000 100 0 0 10 0
   1: 0100007F:2382 0100007F:BDB9 01 00000000:00000000 00:00000000 00000000     0        0 62668 2 00000000 20 4 30 10 -1
`;
const tcp6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: B80D0120000000000000000001000000:01BB 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 626678 1 0 100 0 0 10 0
`;
const udp = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  437: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 6293 2 00000000 0
`;
const unix = `Num       RefCount Protocol Flags    Type St Inode Path
00000000d8875555: 00000002 00000000 00010000 0001 01 627550 /run/with space/a.sock
0000000059c7fcfe: 00000003 00000000 00000000 0001 03 620487
00000000d8875556: 00000002 00000000 00000000 0002 01    42 @abstract@name
00000000d8875557: 00000002 00000000 00010000 0005 01 43 /run/packets
00000000d8875558: 00000002 00000000 00010000 0001 01 44 /${'x'.repeat(107)}
`;

describe.runIf(endianness() === 'LE')('findInternetSocket()', () => {
  test.each([
    [tcp, 62667n, 'stream', 'stream listening on 127.0.0.1:9090'],
    [tcp, 62668n, 'stream', 'stream at 127.0.0.1:9090'],
    [tcp6, 626678n, 'stream', 'stream listening on [2001:db8::1]:443'],
    [udp, 6293n, 'datagram', 'datagram at 127.0.0.1:53'],
    [tcp, 6266n, 'stream', undefined],
    ['', 1n, 'stream', undefined],
  ] as const)('%# finds %s', (table, inode, unit, expected) => {
    expect(inWords(findInternetSocket(table, inode, unit))).toBe(expected);
  });
});

describe('findUnixSocket()', () => {
  test.each([
    [627550n, 'stream listening on unix:/run/with space/a.sock'],
    [620487n, 'stream at unix:unnamed'],
    [42n, 'datagram at unix:@abstract@name'],
    [43n, 'packet listening on unix:/run/packets'],
    // 108 bytes: the kernel takes them, our addresses do not.
    [44n, 'stream listening on unix:unnamed'],
    [4n, undefined],
  ])('finds %i', (inode, expected) => {
    expect(inWords(findUnixSocket(unix, inode))).toBe(expected);
  });
});
