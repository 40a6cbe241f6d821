import { formatAddress } from '@stack/address';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Connection } from '../contract/connection.ts';
import type { Listener } from '../contract/listener.ts';
import { failure, settle, text } from '../scripted-driver.test-fixture.ts';
import { system } from '../system.ts';

/** Enough to be many in one turn. */
const crowd = 12;

let listener: Listener;
let clients: Connection[];
let servers: Connection[];

beforeEach(async () => {
  listener = await system.listen('tcp://127.0.0.1:0');
  clients = [];
  servers = [];
  for (let i = 0; i < crowd; i += 1) {
    const [client, server] = await Promise.all([
      system.connect(`tcp://${formatAddress(listener.addresses[0] ?? expect.unreachable())}`),
      listener.accept(),
    ]);
    clients.push(client);
    servers.push(server ?? expect.unreachable());
  }
});

afterEach(async () => {
  for (const connection of [...clients, ...servers]) connection.abort();
  await listener.close();
});

/** Whether what was written rests in the driver. */
const holds = (server: Connection): boolean => server.stats.queuedBytes > 0;

/** All clients ask in one turn, again and again, until `answer` says that a server held what it wrote; gives that server. */
const untilHeld = async (answer: (server: Connection, chunk: Uint8Array) => boolean): Promise<Connection> => {
  const holders: Connection[] = [];
  for (const server of servers) {
    const done = server.consume((chunk) => {
      if (holders.length === 0 && answer(server, chunk)) holders.push(server);
    });
    done.catch(() => undefined);
  }
  for (;;) {
    for (const client of clients) client.trySend('ask');
    await settle();
    const [holder] = holders;
    if (holder !== undefined) return holder;
  }
};

const clientOf = (server: Connection): Connection =>
  clients.find(({ local }) => formatAddress(local) === formatAddress(server.remote)) ?? expect.unreachable();

const tailOf = async (connection: Connection): Promise<string> => {
  let tail = '';
  for await (const chunk of connection) tail = (tail + text(chunk)).slice(-4);
  return tail;
};

describe('what is written in a turn with many readable sockets', () => {
  test('leaves at its end, whole and in order', async () => {
    let sent = '';
    const [first] = servers;
    const holder = await untilHeld((server) => {
      if (server !== first) return server.trySend('x') && false;
      for (const part of ['a', 'b', 'c']) {
        const next = `${sent.length}${part} `;
        server.trySend(next);
        sent += next;
      }
      return holds(server);
    });
    expect(text(await clientOf(holder).recvExactly(sent.length))).toBe(sent);
    expect(holds(holder)).toBe(false);
  });

  test('is a send that settles when the kernel has it', async () => {
    const settled: Promise<boolean>[] = [];
    const holder = await untilHeld((server) => {
      const sending = server.send('sent');
      if (!holds(server)) return false;
      settled.push(sending.then(() => holds(server)));
      return true;
    });
    expect(await Promise.all(settled)).toEqual([false]);
    void holder.closeWrite();
    expect(await tailOf(clientOf(holder))).toBe('sent');
  });

  test('goes before the end of the direction', async () => {
    const holder = await untilHeld((server) => {
      server.trySend('last');
      const isHeld = holds(server);
      if (isHeld) void server.closeWrite();
      return isHeld;
    });
    expect(await tailOf(clientOf(holder))).toBe('last');
  });

  test('goes before the close', async () => {
    const holder = await untilHeld((server) => {
      server.trySend('last');
      const isHeld = holds(server);
      if (isHeld) void server.close();
      return isHeld;
    });
    const client = clientOf(holder);
    expect(await tailOf(client)).toBe('last');
    await client.close();
    expect(await holder.closed).toMatchObject({ how: 'finished', unsentBytes: 0 });
  });

  test('is lost by an abort, and told as unsent', async () => {
    const sending: Promise<unknown>[] = [];
    const holder = await untilHeld((server) => {
      const send = server.send('never');
      if (!holds(server)) return false;
      sending.push(failure(send));
      server.abort();
      return true;
    });
    expect(await Promise.all(sending)).toMatchObject([{ code: 'ERR_CLOSED' }]);
    expect(await holder.closed).toMatchObject({ how: 'aborted', unsentBytes: 5 });
  });

  test('keeps its place before what the kernel does not take at once', async () => {
    const large = new Uint8Array(8 * 1_048_576);
    const holder = await untilHeld((server) => {
      server.trySend('small');
      const isHeld = holds(server);
      if (isHeld) void server.send(large);
      return isHeld;
    });
    const got = await clientOf(holder).recvExactly(holder.stats.bytesOut);
    expect(text(got.subarray(-large.length - 5, -large.length))).toBe('small');
    expect(holds(holder)).toBe(false);
  });
});
