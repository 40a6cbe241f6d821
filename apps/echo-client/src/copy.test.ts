import { startForeignServer } from '@stack/interop';
import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { system } from '@stack/transport';
import { describe, expect, it } from 'vitest';
import { capturedRun } from './captured-run.ts';
import { copy } from './copy.ts';
import { Outlet } from './outlet.ts';

const MIB = 2 ** 20;

const sha256 = (...chunks: Uint8Array[]): string => {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
};

/** Chunks that are all different, counted as they are taken. */
const counted = (chunks: number, chunkBytes: number) => {
  const source = {
    takenBytes: 0,
    *[Symbol.iterator](): Generator<Uint8Array> {
      for (let index = 0; index < chunks; index += 1) {
        source.takenBytes += chunkBytes;
        yield Buffer.alloc(chunkBytes, index % 251);
      }
    },
  };
  return source;
};

/** Waits until `figure` has not changed for a while; gives it. */
const settled = async (figure: () => number): Promise<number> => {
  for (let last = -1, same = 0; ;) {
    const now = figure();
    same = now === last ? same + 1 : 0;
    if (same === 10 && now > 0) return now;
    last = now;
    await sleep(20);
  }
};

describe('P15 piped input over a stream', () => {
  it('ends the sending at the end of input, prints what still comes, exits 0', async () => {
    await using server = await startForeignServer((socket) => {
      let got = '';
      socket.on('data', (chunk) => (got += String(chunk))).once('end', () => socket.end(`you sent ${got}`));
    });
    expect(await capturedRun([server.endpoint], { input: 'all of it' })).toEqual({
      code: 0,
      stdout: Buffer.from('you sent all of it'),
      stderr: '',
    });
  });

  it('copies 8 MiB through an echo, byte for byte', async () => {
    await using server = await startForeignServer((socket) => socket.pipe(socket));
    const chunks = [...counted(128, 64 * 1024)];
    const { code, stdout, stderr } = await capturedRun([server.endpoint], { input: chunks });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.length).toBe(8 * MIB);
    expect(sha256(stdout)).toBe(sha256(...chunks));
  });

  it('goes on sending after the server has finished: an upload is never cut in silence', async () => {
    let got = 0;
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    await using server = await startForeignServer((socket) => {
      socket.end('enough');
      socket.on('data', (chunk) => (got += chunk.length)).once('end', resolve);
    });
    const { code, stdout } = await capturedRun([server.endpoint], { input: counted(64, 64 * 1024) });
    await ended;
    expect({ code, got, stdout: stdout.toString() }).toEqual({ code: 0, got: 4 * MIB, stdout: 'enough' });
  });

  it('refused: exit 1', async () => {
    const server = await startForeignServer(() => undefined);
    await server[Symbol.asyncDispose]();
    const { code, stdout, stderr } = await capturedRun([server.endpoint], { input: 'x' });
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(`echo-client: Cannot connect to ${server.endpoint}: connection refused\n`);
  });

  it('reset mid-way: exit 1, and says how many bytes', async () => {
    await using server = await startForeignServer((socket) => {
      socket.once('data', () => socket.write('0123456789', () => setImmediate(() => socket.resetAndDestroy())));
    });
    const { promise: never } = Promise.withResolvers<never>();
    const input = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(1_000);
      await never;
    };
    const { code, stdout, stderr } = await capturedRun([server.endpoint], { input: input() });
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 1, stdout: '0123456789' });
    expect(stderr).toMatch(
      /^echo-client: Cannot receive from .*: connection reset by the peer, after 1000 bytes sent and 10 bytes received\n$/,
    );
  });

  it('an input that cannot be read: exit 1', async () => {
    await using server = await startForeignServer((socket) => socket.pipe(socket));
    const input = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a');
      throw new Error('Cannot read the input: it is a folder');
    };
    const { code, stderr } = await capturedRun([server.endpoint], { input: input() });
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'echo-client: Cannot read the input: it is a folder\n' });
  });
});

describe('copy() pushes back', () => {
  it('takes no more input than the server does', async () => {
    const { promise: go, resolve: resume } = Promise.withResolvers<void>();
    await using server = await startForeignServer((socket) => {
      socket.pause();
      void go.then(() => socket.resume()).then(() => socket.once('end', () => socket.end()));
    });
    await using connection = await system.connect(server.endpoint);
    const source = counted(1024, 64 * 1024);
    const done = copy(connection, source, new Outlet(new Writable({ write: (_chunk, _encoding, next) => next() })));

    // What the kernel holds for both sides of a connection, and not the 64 MiB there are.
    expect(await settled(() => source.takenBytes)).toBeLessThan(16 * MIB);
    resume();
    await done;
    expect(source.takenBytes).toBe(64 * MIB);
  });

  it('takes no more from the server than the reader of the output does', async () => {
    let gone = 0;
    let toSend = 0;
    await using server = await startForeignServer((socket) => {
      const chunk = Buffer.alloc(64 * 1024, 7);
      const fill = (): void => {
        while (toSend < 1024) {
          toSend += 1;
          if (!socket.write(chunk, () => (gone += chunk.length))) return void socket.once('drain', fill);
        }
        socket.end();
      };
      fill();
    });
    let printed = 0;
    const { promise: go, resolve: resume } = Promise.withResolvers<void>();
    const slow = new Writable({
      write: (chunk: Buffer, _encoding, next) => {
        printed += chunk.length;
        void go.then(() => next());
      },
    });
    await using connection = await system.connect(server.endpoint);
    const done = copy(connection, [], new Outlet(slow));

    expect(await settled(() => gone)).toBeLessThan(16 * MIB);
    expect(printed).toBeLessThanOrEqual(256 * 1024);
    resume();
    await done;
    expect(printed).toBe(64 * MIB);
  });
});
