import { once } from 'node:events';
import { type Duplex, Transform } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { Connection } from '../contract/connection.ts';
import { memoryNetwork } from '../memory/network.ts';
import { messageConnection } from '../message-connection.test-fixture.ts';
import { repeat } from '../random.test-fixture.ts';
import { system } from '../system.ts';
import { toNode as toDuplex } from './duplex.ts';

const connections: Connection[] = [];
afterEach(async () => {
  for (const connection of connections) connection.abort();
  await Promise.all(connections.splice(0).map(({ closed }) => closed));
});

const memoryPair = async (): Promise<[Connection, Connection]> => {
  const net = memoryNetwork();
  const listener = await net.listen('memory:lab');
  const [client, server] = await Promise.all([net.connect('memory:lab'), listener.accept()]);
  if (server === null) throw new Error('nobody came');
  connections.push(client, server);
  void listener.close();
  return [client, server];
};

const tcpPair = async (): Promise<[Connection, Connection]> => {
  const listener = await system.listen('tcp://127.0.0.1:0');
  const [address] = listener.addresses;
  if (address === undefined) throw new Error('no address');
  const [client, server] = await Promise.all([system.connect({ scheme: 'tcp', address }), listener.accept()]);
  if (server === null) throw new Error('nobody came');
  connections.push(client, server);
  await listener.close();
  return [client, server];
};

/** One whose failures are looked at where they matter, not by the process: every test ends with an abort. */
const toNode = (connection: Connection): Duplex => toDuplex(connection).on('error', () => undefined);

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const text = (bytes: Uint8Array | null): string => new TextDecoder().decode(bytes ?? undefined);
const gather = async (stream: Duplex): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const onData = (duplex: Duplex, got: (chunk: Buffer) => void): void => void duplex.on('data', got);
const onReadable = (duplex: Duplex, got: (chunk: Buffer) => void): void => {
  const read = (): Buffer | null => duplex.read() as Buffer | null;
  duplex.on('readable', () => {
    for (let chunk = read(); chunk !== null; chunk = read()) got(chunk);
  });
};

describe('toNode() reading', () => {
  test('gives buffers, then the end, and sending goes on', async () => {
    const [client, server] = await memoryPair();
    const duplex = toNode(client);
    await server.send('hello');
    const [chunk] = (await once(duplex, 'data')) as [Buffer];
    expect([Buffer.isBuffer(chunk), chunk.toString()]).toEqual([true, 'hello']);
    await server.closeWrite();
    await once(duplex, 'end');
    duplex.write('still here');
    expect(text(await server.recvExactly(10))).toBe('still here');
    expect(duplex.destroyed).toBe(false);
  });

  test('reads nothing before somebody reads, and holds nothing while it is paused', async () => {
    const [client, server] = await memoryPair();
    const duplex = toNode(client);
    await server.send('one');
    expect(text(await client.recv())).toBe('one');
    const first = once(duplex, 'data');
    await server.send('two');
    expect(String((await first)[0])).toBe('two');
    duplex.pause();
    for (let turns = 0; turns < 5; turns += 1) await turn();
    for (const part of ['three', 'four']) await server.send(part);
    for (let turns = 0; turns < 5; turns += 1) await turn();
    expect(duplex.readableLength).toBe(0);
    expect([text(await client.recv()), text(await client.recv())]).toEqual(['three', 'four']);
  });

  test('pushes the peer back while it is paused', async () => {
    const [client, server] = await tcpPair();
    toNode(client)
      .pause()
      .on('data', () => undefined)
      .pause();
    const sending = server.send(new Uint8Array(64 * 2 ** 20), { timeoutMs: 200 });
    await expect(sending).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
  });

  test.for([
    ['data', onData],
    ['readable', onReadable],
  ] as const)('gives what came before a failure, then the failure, to %s', async ([, listen]) => {
    const [client, server] = await memoryPair();
    const duplex = toNode(client);
    // The connection reads ahead from its first read on; what it holds then must not be lost.
    await server.send('x');
    await client.recv();
    for (let part = 0; part < 20; part += 1) await server.send(`${part},`);
    await turn();
    await turn();
    server.abort();
    await client.closed;
    let received = '';
    listen(duplex, (chunk) => (received += chunk.toString()));
    const [error] = (await once(duplex, 'error')) as [Error];
    expect(error).toMatchObject({ code: 'ECONNRESET', kind: 'broken' });
    expect(received).toBe(Array.from({ length: 20 }, (_, part) => `${part},`).join(''));
  });

  test('is left open by a loop over it, on break and at its end', async () => {
    const [client, server] = await tcpPair();
    const duplex = toNode(client);
    await server.send('one');
    for await (const chunk of duplex) {
      expect(String(chunk)).toBe('one');
      break;
    }
    await server.send('two');
    await server.closeWrite();
    for await (const chunk of duplex) duplex.write(chunk);
    duplex.end(' and more');
    expect(text(await server.recvExactly(12))).toBe('two and more');
    expect(await server.recv()).toBeNull();
    await finished(duplex);
    expect(await client.closed).toMatchObject({ how: 'finished', clean: true });
  });

  test('is told that the connection is busy, and harms nobody', async () => {
    const [client, server] = await memoryPair();
    const duplex = toNode(client);
    const direct = client.recv();
    duplex.resume();
    const [error] = (await once(duplex, 'error')) as [Error];
    expect(error).toMatchObject({ code: 'ERR_BUSY' });
    expect(duplex.destroyed).toBe(true);
    await server.send('direct');
    expect(text(await direct)).toBe('direct');
  });

  test('makes direct reads busy while it reads', async () => {
    const [client, server] = await memoryPair();
    const duplex = toNode(client);
    const data = once(duplex, 'data');
    await turn();
    await expect(client.recv()).rejects.toMatchObject({ code: 'ERR_BUSY' });
    await server.send('mine');
    expect(String((await data)[0])).toBe('mine');
  });
});

describe('toNode() writing', () => {
  test('writes text and bytes in order; end() finishes sending, and receiving goes on', async () => {
    const [client, server] = await memoryPair();
    const duplex = toNode(client);
    duplex.write('quest');
    duplex.write('696f', 'hex');
    duplex.end(Buffer.from('n'));
    await once(duplex, 'finish');
    expect(text(await server.recvExactly(8))).toBe('question');
    expect(await server.recv()).toBeNull();
    await server.send('answer');
    expect(String((await once(duplex, 'data'))[0])).toBe('answer');
  });

  test('sends what gathered behind a write as one', async () => {
    const [client, server] = await memoryPair();
    const duplex = toNode(client);
    const sends: number[] = [];
    const send = client.send.bind(client);
    client.send = (data, op) => {
      sends.push(Array.isArray(data) ? data.length : 1);
      return send(data, op);
    };
    for (let part = 0; part < 10; part += 1) duplex.write('x');
    expect((await server.recvExactly(10)).length).toBe(10);
    expect(sends).toEqual([1, 9]);
  });

  test('pushes the writer back, and drains', async () => {
    const [client, server] = await memoryPair();
    const duplex = toNode(client);
    const bytes = 4_000_000;
    let isWritten = false;
    expect(duplex.write(new Uint8Array(bytes), () => (isWritten = true))).toBe(false);
    for (let turns = 0; turns < 10; turns += 1) await turn();
    expect([isWritten, duplex.writableNeedDrain]).toEqual([false, true]);
    const drained = once(duplex, 'drain');
    expect((await server.recvExactly(bytes)).length).toBe(bytes);
    await drained;
    expect(isWritten).toBe(true);
  });

  test('fails with the record of send once the peer is gone', async () => {
    const [client, server] = await tcpPair();
    const duplex = toNode(client);
    server.abort();
    await server.closed;
    const failed = once(duplex, 'error') as Promise<[Error]>;
    const write = (): void => void duplex.write(new Uint8Array(65_536), (error) => error ?? write());
    write();
    expect((await failed)[0]).toMatchObject({ name: 'TransportError', kind: 'broken' });
    if (!duplex.closed) await once(duplex, 'close');
  });
});

describe('toNode() ending', () => {
  test('destroy() aborts the connection; close comes when it is gone, and no error without a cause', async () => {
    const [client, server] = await tcpPair();
    const duplex = toNode(client);
    duplex.resume();
    await turn();
    let failures = 0;
    duplex.on('error', () => (failures += 1));
    duplex.destroy();
    await once(duplex, 'close');
    expect([failures, duplex.errored]).toEqual([0, null]);
    expect(await client.closed).toMatchObject({ how: 'aborted' });
    await expect(server.recv()).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('destroy() with a write that nobody reads under way settles everything', async () => {
    const [client] = await memoryPair();
    const duplex = toNode(client);
    const reason = new Error('enough');
    const written = new Promise((resolve) => duplex.write(new Uint8Array(4_000_000), resolve));
    const failed = once(duplex, 'error');
    duplex.write('behind');
    duplex.destroy(reason);
    expect(await failed).toEqual([reason]);
    expect(await written).toMatchObject({ code: 'ERR_CLOSED', cause: reason });
    expect(await client.closed).toMatchObject({ how: 'aborted', error: reason });
  });

  test('an abort of the connection destroys it, though it neither reads nor writes', async () => {
    const [client] = await memoryPair();
    const duplex = toNode(client);
    const reason = new Error('enough');
    const failed = once(duplex, 'error');
    client.abort(reason);
    expect(await failed).toMatchObject([{ code: 'ERR_CLOSED', cause: reason }]);
  });

  test('after both ends it closes by itself', async () => {
    const [client, server] = await tcpPair();
    const duplex = toNode(client);
    duplex.end('bye');
    duplex.resume();
    const serving = toNode(server);
    serving.end();
    expect(String(await gather(serving))).toBe('bye');
    await Promise.all([finished(duplex), finished(serving)]);
    expect(await client.closed).toMatchObject({ how: 'finished', clean: true });
    expect(await server.closed).toMatchObject({ how: 'finished', clean: true });
  });

  test('a pipeline that fails aborts the connection: the peer never takes it for whole', async () => {
    const [client, server] = await tcpPair();
    const failure = new Error('no more');
    const source = async function* (): AsyncGenerator<string> {
      yield 'half of it';
      await turn();
      throw failure;
    };
    await expect(pipeline(source(), toNode(client))).rejects.toBe(failure);
    await expect(server.consume(() => undefined)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('nothing reaches the process when nobody awaits anything', async () => {
    const [client, server] = await tcpPair();
    const duplex = toNode(client);
    duplex.resume();
    duplex.write(new Uint8Array(2 ** 20));
    server.abort();
    await client.closed;
    await expect(finished(duplex)).rejects.toMatchObject({ kind: 'broken' });
    await turn();
    expect(duplex.destroyed).toBe(true);
  });
});

describe('toNode()', () => {
  test.for([
    ['memory', memoryPair],
    ['tcp', tcpPair],
  ] as const)('carries bytes both ways at once, through pipelines, exactly, over %s', ([, pair]) =>
    repeat(3, async (random) => {
      const [client, server] = await pair();
      const echo = toNode(server);
      const chunk = (): Uint8Array => Uint8Array.from({ length: 1 + random.int(8_000) }, () => random.int(256));
      const sent = Array.from({ length: 50 }, chunk);
      const through = new Transform({ transform: (chunk, _, done) => done(null, chunk) });
      const duplex = toNode(client);
      const received = gather(duplex);
      await Promise.all([pipeline(echo, through, echo), pipeline(sent, duplex), received]);
      expect((await received).equals(Buffer.concat(sent))).toBe(true);
      expect(await client.closed).toMatchObject({ how: 'finished', clean: true });
    }),
  );

  test('keeps the boundaries of messages, and ends both directions with one', async () => {
    const connection = messageConnection(Buffer.from('one'), new Uint8Array(0), Buffer.from('three'));
    const duplex = toNode(connection);
    const received: string[] = [];
    duplex.on('data', (chunk: Buffer) => received.push(chunk.toString()));
    duplex.cork();
    for (const part of ['a', '', 'b']) duplex.write(part);
    duplex.uncork();
    await turn();
    expect(received).toEqual(['one', '', 'three']);
    expect(connection.sent.map(text)).toEqual(['a', '', 'b']);
    duplex.end();
    await once(duplex, 'close');
    expect(await connection.closed).toMatchObject({ how: 'finished' });
  });
});
