import { describe, expect, it } from 'vitest';
import { dial } from './dialled.ts';
import { startForeignServer } from './foreign-server.ts';

describe('dial()', () => {
  it('takes what comes in the sizes asked for, and the rest at the end', async () => {
    await using server = await startForeignServer((socket) => socket.pipe(socket));
    using client = await dial(server.endpoint);
    client.send('hello ');
    client.send(Buffer.from('world'));
    expect(String(await client.take(8))).toBe('hello wo');
    client.socket.end();
    expect(String(await client.rest())).toBe('rld');
    expect(await client.gone).toBeNull();
  });

  it('gives fewer bytes when the server finishes, and none when it resets, which it names', async () => {
    await using server = await startForeignServer((socket) => {
      socket.once('data', (data) => (String(data) === 'end' ? socket.end('short') : socket.resetAndDestroy()));
    });
    using ended = await dial(server.endpoint);
    ended.send('end');
    expect(String(await ended.take(100))).toBe('short');
    using reset = await dial(server.endpoint);
    reset.send('reset');
    expect(await reset.take(1)).toHaveLength(0);
    expect(await reset.gone).toBe('ECONNRESET');
  });

  it('fails where nobody listens', async () => {
    const server = await startForeignServer(() => undefined);
    await server[Symbol.asyncDispose]();
    await expect(dial(server.endpoint)).rejects.toThrow('ECONNREFUSED');
  });
});
