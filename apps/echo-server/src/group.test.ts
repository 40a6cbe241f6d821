import { open, serve, type Server } from '@stack/session';
import { describe, expect, it } from 'vitest';
import { group } from './group.ts';

const echoServer = async (): Promise<Server> =>
  serve(await open('tcp://127.0.0.1:0'), async (connection) => {
    for await (const chunk of connection) await connection.send(chunk);
  });

describe('group()', () => {
  it('drains every server, and is done when the last one is', async () => {
    const servers = [await echoServer(), await echoServer()];
    const all = group(servers);
    const report = await all.drain({ graceMs: 1_000 });
    expect(report).toMatchObject({ finished: 0, forced: 0, acceptedLate: 0 });
    expect(await all.done).toMatchObject({ reason: 'drained' });
    expect(servers.map((server) => server.snapshot().state)).toEqual(['done', 'done']);
  });

  it('ends the others when one fails, and tells why', async () => {
    const server = await echoServer();
    const error = new Error('the listener is dead');
    const dead: Server = Object.create(server, {
      done: { value: Promise.resolve({ reason: 'failed', error }) },
      drain: { value: () => Promise.resolve({ finished: 0, forced: 0, acceptedLate: 0, ms: 0 }) },
    }) as Server;
    expect(await group([server, dead]).done).toEqual({ reason: 'failed', error });
    expect(server.snapshot().state).toBe('done');
  });
});
