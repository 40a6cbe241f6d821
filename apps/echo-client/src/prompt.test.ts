import { startForeignServer } from '@stack/interop';
import { describe, expect, it } from 'vitest';
import { capturedRun } from './captured-run.ts';

const never = async function* (): AsyncGenerator<Uint8Array> {
  await Promise.withResolvers<never>().promise;
  yield Buffer.of();
};

describe('the prompt', () => {
  it('prints a response for every question and ends at an empty line, reading no further', async () => {
    await using server = await startForeignServer((socket) => socket.pipe(socket));
    const { code, stdout, stderr } = await capturedRun([server.endpoint, '--prompt'], { input: 'one\ntwo\n\nthree\n' });
    expect({ code, stdout: stdout.toString(), stderr }).toEqual({
      code: 0,
      stdout: 'Enter message > Response: one\nEnter message > Response: two\nEnter message > ',
      stderr: '',
    });
  });

  it('ends at the end of input, a last line without its end included', async () => {
    await using server = await startForeignServer((socket) => socket.pipe(socket));
    const { code, stdout } = await capturedRun([server.endpoint, '--prompt'], { input: 'one' });
    expect({ code, stdout: stdout.toString() }).toEqual({
      code: 0,
      stdout: 'Enter message > Response: one\nEnter message > ',
    });
  });

  it('puts an answer together that comes in pieces', async () => {
    await using server = await startForeignServer((socket) => {
      socket.once('data', (question: Buffer) => {
        const bytes = [...question];
        const next = (): void => {
          const byte = bytes.shift();
          if (byte !== undefined) socket.write(Buffer.of(byte), () => setImmediate(next));
        };
        next();
      });
      socket.once('end', () => socket.end());
    });
    const { stdout } = await capturedRun([server.endpoint, '--prompt'], { input: 'straße 😀\n' });
    expect(stdout.toString()).toBe('Enter message > Response: straße 😀\nEnter message > ');
  });

  it('takes a shorter answer once the server pauses', async () => {
    await using server = await startForeignServer((socket) => {
      socket.on('data', () => socket.write('ok')).once('end', () => socket.end());
    });
    const { stdout } = await capturedRun([server.endpoint, '--prompt'], { input: 'a long question\n' });
    expect(stdout.toString()).toBe('Enter message > Response: ok\nEnter message > ');
  });

  it('answers a question that is larger than what the kernel holds', async () => {
    await using server = await startForeignServer((socket) => socket.pipe(socket));
    const question = 'x'.repeat(12 * 2 ** 20);
    const { code, stdout } = await capturedRun([server.endpoint, '--prompt'], { input: `${question}\n` });
    expect(code).toBe(0);
    expect(stdout.toString() === `Enter message > Response: ${question}\nEnter message > `).toBe(true);
  });

  it('notices a server that finishes while it waits for input: exit 0, and says so', async () => {
    await using server = await startForeignServer((socket) => socket.end());
    const { code, stderr } = await capturedRun([server.endpoint, '--prompt'], { input: never() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'echo-client: The server closed the connection\n' });
  });

  it('notices a server that breaks the connection while it waits for input: exit 1', async () => {
    await using server = await startForeignServer((socket) => {
      socket.once('data', (question) => {
        socket.write(question, () => setImmediate(() => socket.resetAndDestroy()));
      });
    });
    const input = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one\n');
      yield* never();
    };
    const { code, stdout, stderr } = await capturedRun([server.endpoint, '--prompt'], { input: input() });
    expect(stdout.toString()).toBe('Enter message > Response: one\nEnter message > ');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^echo-client: Cannot receive from .*: connection reset by the peer\n$/);
  });

  it('a question without an answer: exit 1', async () => {
    await using server = await startForeignServer((socket) => socket.once('data', () => socket.end()));
    const { code, stderr } = await capturedRun([server.endpoint, '--prompt'], { input: 'one\ntwo\n' });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'echo-client: Cannot go on: the server closed the connection before it answered\n',
    });
  });

  it('no answer within --timeout-ms: exit 1', async () => {
    await using server = await startForeignServer((socket) => socket.resume().once('end', () => socket.end()));
    const { code, stderr } = await capturedRun([server.endpoint, '-p', '-t', '30'], { input: 'one\n' });
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'echo-client: Cannot go on: no answer within 30 ms\n' });
  });
});
