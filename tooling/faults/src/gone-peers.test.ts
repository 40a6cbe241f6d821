import { readFileSync } from 'node:fs';
import { tellsFigures } from '@stack/interop';
import type { Connection } from '@stack/transport';
import { describe, expect, test } from 'vitest';
import { connectWith, roles } from './connected.ts';
import { withoutPeer } from './peer.ts';
import { kinds } from './places.ts';
import { scaled } from './scale.ts';

const MIB = 2 ** 20;
/** How long a peer is stopped: longer than every deadline here. */
const stoppedMs = scaled(300, 60_000);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Sends until it is refused; gives the failure. */
const sendUntilRefused = async (connection: Connection): Promise<unknown> => {
  try {
    for (;;) {
      await connection.send('into the void');
      await turn();
    }
  } catch (error) {
    return error;
  }
};

/** More than a kernel holds between two sockets (some 4 MiB in each buffer): a send of it waits for a reader. Each MiB has its number. */
const flood = Buffer.concat(Array.from({ length: 16 }, (_, n) => Buffer.alloc(MIB, n + 1)));

const skipped = withoutPeer === undefined ? '' : ` (skipped: ${withoutPeer})`;

describe.skipIf(skipped !== '').each(kinds)(`a peer over %s${skipped}`, (kind) => {
  describe.each(roles)('%s', (role) => {
    describe('F20', () => {
      test('that is gone: every write is told as broken, and the process lives', async () => {
        await using connected = await connectWith('echo', kind, role, []);
        const { connection, peer } = connected;
        await peer.stdout.shows('up');
        await connection.send('before');
        expect(Buffer.from(await connection.recvExactly(6)).toString()).toBe('before');
        peer.signal('SIGKILL');
        await peer.exit;
        expect(await sendUntilRefused(connection)).toMatchObject({ kind: 'broken', op: 'send' });
        for (let n = 0; n < 100; n += 1) {
          await expect(connection.send('more')).rejects.toMatchObject({ kind: 'broken' });
          expect(() => connection.trySend('more')).toThrow(expect.objectContaining({ kind: 'broken' }));
        }
        expect(await connection.closed).toMatchObject({ how: 'broken', clean: false });
      });
    });

    describe('F18', () => {
      test('killed with SIGKILL: what waits is told, for reading and for sending', async () => {
        await using connected = await connectWith('stalled', kind, role, []);
        const { connection, peer } = connected;
        const reading = connection.recv();
        const waiting = connection.send(flood);
        peer.signal('SIGKILL');
        await expect(waiting).rejects.toMatchObject({ kind: 'broken', op: 'send' });
        await expect(reading).rejects.toMatchObject({ kind: 'broken' });
        const { how, unsentBytes } = await connection.closed;
        expect(how).toBe('broken');
        expect(unsentBytes).toBeGreaterThan(0);
      });

      test(`stopped with SIGSTOP for ${stoppedMs} ms: deadlines fire, and after SIGCONT every byte comes`, async () => {
        await using connected = await connectWith('echo', kind, role, []);
        const { connection, peer } = connected;
        await peer.stdout.shows('up');
        peer.signal('SIGSTOP');
        const waiting = connection.send(flood);
        await expect(connection.recv(1, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
        await expect(connection.send('x', { timeoutMs: 50 })).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
        const closing = connection.closeWrite();
        await expect(connection.closeWrite({ timeoutMs: stoppedMs })).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
        expect(connection.stats.queuedBytes).toBeGreaterThan(0);

        peer.signal('SIGCONT');
        const received: Uint8Array[] = [];
        await connection.consume((chunk) => void received.push(chunk));
        await Promise.all([waiting, closing]);
        // A send that was called off keeps its place: its byte goes out too.
        expect(Buffer.concat(received).equals(Buffer.concat([flood, Buffer.from('x')]))).toBe(true);
        expect(await connection.closed).toMatchObject({ how: 'finished', clean: true });
        expect(await peer.exit).toMatchObject({ code: 0 });
      });
    });
  });
});

test.skipIf(!tellsFigures)(
  `F20 a broken pipe is an error here, no signal${tellsFigures ? '' : ' (skipped: this system does not tell signals)'}`,
  () => {
    const ignored = /^SigIgn:\s+([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
    const sigpipe = 13n;
    expect((BigInt(`0x${ignored}`) >> (sigpipe - 1n)) & 1n).toBe(1n);
  },
);
