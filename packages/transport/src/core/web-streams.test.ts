import { afterEach, describe, expect, test } from 'vitest';
import type { Connection } from '../contract/connection.ts';
import { memoryNetwork } from '../memory/network.ts';
import { messageConnection } from '../message-connection.test-fixture.ts';
import { repeat } from '../random.test-fixture.ts';
import { toWebStreams } from './web-streams.ts';

const connections: Connection[] = [];
afterEach(() => {
  for (const connection of connections.splice(0)) connection.abort();
});

const pair = async (): Promise<[Connection, Connection]> => {
  const net = memoryNetwork();
  const listener = await net.listen('memory:lab');
  const [client, server] = await Promise.all([net.connect('memory:lab'), listener.accept()]);
  if (server === null) throw new Error('nobody came');
  connections.push(client, server);
  void listener.close();
  return [client, server];
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('toWeb() readable', () => {
  test('gives what the peer sends, then the end', async () => {
    const [client, server] = await pair();
    const reader = client.toWeb().readable.getReader();
    await server.send('hello');
    expect(text((await reader.read()).value)).toBe('hello');
    await server.closeWrite();
    expect(await reader.read()).toEqual({ done: true, value: undefined });
    await reader.closed;
  });

  test('reads nothing before it is read, and gives the connection back when its lock is released', async () => {
    const [client, server] = await pair();
    const { readable } = client.toWeb();
    await server.send('one');
    expect(text((await client.recv()) ?? undefined)).toBe('one');
    const reader = readable.getReader();
    await server.send('two');
    expect(text((await reader.read()).value)).toBe('two');
    reader.releaseLock();
    await server.send('three');
    expect(text((await client.recv()) ?? undefined)).toBe('three');
  });

  test('fills a buffer of the reader, and no more than it holds', async () => {
    const [client, server] = await pair();
    const reader = client.toWeb().readable.getReader({ mode: 'byob' });
    await server.send('hello');
    const first = await reader.read(new Uint8Array(3));
    expect([text(first.value), first.value?.buffer.byteLength]).toEqual(['hel', 3]);
    expect(text((await reader.read(new Uint8Array(8))).value)).toBe('lo');
    await server.closeWrite();
    const last = await reader.read(new Uint8Array(8));
    expect([last.done, last.value?.length, last.value?.buffer.byteLength]).toEqual([true, 0, 8]);
  });

  test('waits for as many bytes as a reader with a buffer asks for', async () => {
    const [client, server] = await pair();
    const reader = client.toWeb().readable.getReader({ mode: 'byob' });
    const reading = reader.read(new Uint16Array(2), { min: 2 });
    for (const part of ['a', 'b', 'c', 'd']) await server.send(part);
    expect(text(new Uint8Array((await reading).value?.buffer ?? new ArrayBuffer(0)))).toBe('abcd');
  });

  test('keeps what comes for a read that was given up', async () => {
    const [client, server] = await pair();
    const { readable } = client.toWeb();
    const impatient = readable.getReader({ mode: 'byob' });
    const givenUp = impatient.read(new Uint8Array(8));
    await turn();
    impatient.releaseLock();
    await expect(givenUp).rejects.toThrow(TypeError);
    await server.send('hello');
    expect(text((await readable.getReader().read()).value)).toBe('hello');
  });

  test('takes no memory along that other chunks in the queue share', async () => {
    const [client] = await pair();
    const slab = bytes('onetwothree');
    client.unrecv(slab.subarray(6));
    client.unrecv(slab.subarray(3, 6));
    client.unrecv(slab.subarray(0, 3));
    const reader = client.toWeb().readable.getReader();
    const read = async (): Promise<string> => text((await reader.read()).value);
    expect([await read(), await read(), await read()]).toEqual(['one', 'two', 'three']);
  });

  test('tells somebody else who reads that it is busy, and is told so itself, harming nobody', async () => {
    const [client, server] = await pair();
    const reader = client.toWeb().readable.getReader();
    const reading = reader.read();
    await turn();
    await expect(client.recv()).rejects.toMatchObject({ code: 'ERR_BUSY' });
    await server.send('mine');
    expect(text((await reading).value)).toBe('mine');

    const direct = client.recv();
    await expect(reader.read()).rejects.toMatchObject({ code: 'ERR_BUSY' });
    await server.send('direct');
    expect(text((await direct) ?? undefined)).toBe('direct');
  });

  test('gives what came before a failure, then the failure', async () => {
    const [client, server] = await pair();
    const reader = client.toWeb().readable.getReader();
    await server.send('first');
    expect(text((await reader.read()).value)).toBe('first');
    await server.send('before');
    // Two turns: what was sent is in the client's queue, and the reset is not.
    await turn();
    await turn();
    server.abort();
    await client.closed;
    expect(text((await reader.read()).value)).toBe('before');
    await expect(reader.read()).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('drops what comes once it is cancelled, and sending goes on', async () => {
    const [client, server] = await pair();
    const { readable, writable } = client.toWeb();
    const reader = readable.getReader();
    const reading = reader.read();
    await reader.cancel('enough');
    expect((await reading).done).toBe(true);
    await server.send('for nobody');
    const writer = writable.getWriter();
    await writer.write(bytes('still here'));
    expect(text(await server.recvExactly(10))).toBe('still here');
  });

  test('closes the connection when both directions are over, however long the peer goes on', async () => {
    const [client, server] = await pair();
    const { readable, writable } = client.toWeb();
    await readable.cancel();
    await writable.close();
    expect(await server.recv()).toBeNull();
    await server.closeWrite();
    expect(await client.closed).toMatchObject({ how: 'finished' });
    await expect(client.send('more')).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  });
});

describe('toWeb() writable', () => {
  test('finishes sending when it is closed, and receiving goes on', async () => {
    const [client, server] = await pair();
    const { readable, writable } = client.toWeb();
    const writer = writable.getWriter();
    await writer.write(bytes('question'));
    await writer.close();
    expect(text(await server.recvExactly(8))).toBe('question');
    expect(await server.recv()).toBeNull();
    await server.send('answer');
    expect(text((await readable.getReader().read()).value)).toBe('answer');
  });

  test('settles a write when the peer makes room, and not before', async () => {
    const [client, server] = await pair();
    const writer = client.toWeb().writable.getWriter();
    let isWritten = false;
    const writing = writer.write(new Uint8Array(4_000_000)).then(() => (isWritten = true));
    for (let turns = 0; turns < 10; turns += 1) await turn();
    expect([isWritten, writer.desiredSize]).toEqual([false, 0]);
    expect((await server.recvExactly(4_000_000)).length).toBe(4_000_000);
    await writing;
  });

  test('aborts the connection with its reason at once, a write that nobody reads under way', async () => {
    const [client, server] = await pair();
    const { readable, writable } = client.toWeb();
    const reading = readable.getReader().read();
    const writer = writable.getWriter();
    const writing = writer.write(new Uint8Array(4_000_000));
    const reason = new Error('enough');
    await Promise.all([
      writer.abort(reason),
      expect(writing).rejects.toBe(reason),
      expect(reading).rejects.toMatchObject({ code: 'ERR_CLOSED', cause: reason }),
    ]);
    expect(await client.closed).toMatchObject({ how: 'aborted', error: reason });
    await expect(server.recvExactly(4_000_000)).rejects.toMatchObject({ kind: 'broken' });
  });

  test('learns that the connection broke while it has nothing to write', async () => {
    const [client, server] = await pair();
    const { writable } = client.toWeb();
    const writer = writable.getWriter();
    void client.consume(() => undefined).catch(() => undefined);
    server.abort();
    await expect(writer.closed).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(writer.write(bytes('late'))).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('aborts the connection over a chunk that is no bytes: it would never be finished', async () => {
    const [client, server] = await pair();
    const writer = client.toWeb().writable.getWriter();
    await expect(writer.write(42 as never)).rejects.toThrow('data must be a Uint8Array');
    expect(await client.closed).toMatchObject({ how: 'aborted' });
    await expect(server.recv()).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('stops with ERR_CLOSED when the connection is closed directly, which stays in order', async () => {
    const [client, server] = await pair();
    const writer = client.toWeb().writable.getWriter();
    await writer.write(bytes('last'));
    const closing = client.close();
    await expect(writer.write(bytes('late'))).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    expect(text(await server.recvExactly(4))).toBe('last');
    expect(await server.recv()).toBeNull();
    await server.close();
    await closing;
    expect(await client.closed).toMatchObject({ how: 'finished' });
  });
});

describe('toWeb()', () => {
  test('carries bytes both ways at once, through pipes, exactly', () =>
    repeat(5, async (random) => {
      const [client, server] = await pair();
      const echo = server.toWeb();
      const chunk = (): Uint8Array => Uint8Array.from({ length: 1 + random.int(8_000) }, () => random.int(256));
      const sent = Array.from({ length: 50 }, chunk);
      const received: Uint8Array[] = [];
      const { readable, writable } = client.toWeb();
      await Promise.all([
        echo.readable.pipeTo(echo.writable),
        ReadableStream.from(sent).pipeTo(writable),
        readable.pipeTo(new WritableStream({ write: (chunk) => void received.push(chunk) })),
      ]);
      expect(Buffer.concat(received).equals(Buffer.concat(sent))).toBe(true);
      expect(await client.closed).toMatchObject({ how: 'finished', clean: true });
    }));

  test('passes the failure of a source on as an abort', async () => {
    const [client, server] = await pair();
    const failure = new Error('no more');
    const source = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(failure) });
    await expect(source.pipeTo(client.toWeb().writable)).rejects.toBe(failure);
    expect(await client.closed).toMatchObject({ how: 'aborted', error: failure });
    await expect(server.recv()).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('toWeb() of messages', () => {
  test('keeps every boundary, those of empty datagrams too', async () => {
    const connection = messageConnection(bytes('one'), bytes(''), bytes('three'));
    const { readable, writable } = toWebStreams(connection);
    const reader = readable.getReader();
    const read = async (): Promise<string> => text((await reader.read()).value);
    expect([await read(), await read(), await read()]).toEqual(['one', '', 'three']);

    const writer = writable.getWriter();
    await Promise.all([writer.write(bytes('a')), writer.write(bytes('')), writer.write(bytes('b'))]);
    expect(connection.sent.map(text)).toEqual(['a', '', 'b']);
  });

  test('closes both directions with the writable: the readable ends', async () => {
    const connection = messageConnection(bytes('one'));
    const { readable, writable } = toWebStreams(connection);
    const reader = readable.getReader();
    expect((await reader.read()).done).toBe(false);
    const last = reader.read();
    await turn();
    await writable.close();
    expect((await last).done).toBe(true);
    expect(await connection.closed).toMatchObject({ how: 'finished' });
  });

  test('errors the writable over a datagram that is too long, and keeps the connection', async () => {
    const connection = messageConnection(bytes('one'));
    const { readable, writable } = toWebStreams(connection);
    const writer = writable.getWriter();
    await expect(writer.write(new Uint8Array(11))).rejects.toMatchObject({ code: 'EMSGSIZE' });
    expect(text((await readable.getReader().read()).value)).toBe('one');
  });
});
