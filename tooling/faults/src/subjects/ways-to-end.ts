import { once } from 'node:events';
import { toNode } from '@stack/transport/node';
import { type Bench, clog, endpointOf, fails, gone } from './bench.ts';

const exchange = async (bench: Bench): ReturnType<Bench['pair']> => {
  const [client, server] = await bench.pair();
  const data = new Uint8Array(1 + bench.random.below(10_000));
  await Promise.all([client.send(data), server.recvExactly(data.length, { signal: bench.signal })]);
  await Promise.all([server.send(data), client.recvExactly(data.length, { timeoutMs: 60_000 })]);
  return [client, server];
};

const calledOff = (): Error => new DOMException('called off', 'AbortError');

/** Ways in which a connection, or the attempt at one, comes to its end. Each leaves nothing behind. */
export const waysToEnd: Readonly<Record<string, (bench: Bench) => Promise<void>>> = {
  'the client closes first': async (bench) => {
    const [client, server] = await exchange(bench);
    const closing = client.close();
    await server.consume(() => undefined);
    await Promise.all([closing, server.close()]);
  },
  'both close at once': async (bench) => {
    const [client, server] = await exchange(bench);
    await Promise.all([client.close(), server.close()]);
  },
  'both half-close, nobody closes': async (bench) => {
    const [client, server] = await exchange(bench);
    await Promise.all([client.closeWrite(), server.closeWrite()]);
    await Promise.all([client.consume(() => undefined), server.consume(() => undefined)]);
    await gone(client, server);
  },
  'closed with bytes unread': async (bench) => {
    const [client, server] = await exchange(bench);
    await Promise.all([client.send('unread'), server.send('unread')]);
    await Promise.all([client.close(), server.close()]);
  },
  'a close that may not flush': async (bench) => {
    const [client, server] = await exchange(bench);
    void clog(client);
    await client.close({ flushMs: 0, lingerMs: 0 });
    server.abort();
    await gone(client, server);
  },
  'a close that is called off': async (bench) => {
    const [client, server] = await exchange(bench);
    const leaving = new AbortController();
    const closing = fails('the close', client.close({ signal: leaving.signal }));
    leaving.abort();
    await closing;
    server.abort();
    await gone(client, server);
  },
  'the client aborts': async (bench) => {
    const [client, server] = await exchange(bench);
    client.abort(new Error('enough'));
    await server.consume(() => undefined).catch(() => undefined);
    server.abort();
    await gone(client, server);
  },
  'both abort': async (bench) => {
    const [client, server] = await exchange(bench);
    client.abort();
    server.abort();
    await gone(client, server);
  },
  'aborted with reads and sends that wait': async (bench) => {
    const [client, server] = await exchange(bench);
    const reading = fails('the read', client.recv(1, { signal: bench.signal, timeoutMs: 60_000 }));
    const sending = fails('the send', clog(client));
    // What waits may be less than the mark: then there is nothing to hope for.
    const hoping = client.writable({ signal: bench.signal, timeoutMs: 60_000 }).catch(() => undefined);
    client.abort();
    await Promise.all([reading, sending, hoping]);
    server.abort();
    await gone(client, server);
  },
  'aborted by the peer in mid-write': async (bench) => {
    const [client, server] = await exchange(bench);
    const sending = fails('the send', clog(client));
    const reading = client.consume(() => undefined).catch(() => undefined);
    server.abort();
    await Promise.all([sending, reading]);
    await gone(client, server);
  },
  'aborted in the turn of closeWrite': async (bench) => {
    const [client, server] = await exchange(bench);
    void client.closeWrite();
    client.abort();
    server.abort();
    await gone(client, server);
  },
  'aborted with the connect just done': async (bench) => {
    const [client, server] = await bench.pair();
    client.abort();
    server.abort();
    await gone(client, server);
  },
  'too many bytes behind a send': async (bench) => {
    const [client, server] = await exchange(bench);
    const sending = fails('the send', clog(client));
    await fails('the send behind it', client.send(new Uint8Array(2 * 2 ** 20)));
    await sending;
    server.abort();
    await gone(client, server);
  },
  'a consumer that throws': async (bench) => {
    const [client, server] = await exchange(bench);
    await client.send('x');
    await server
      .consume(() => {
        throw new Error('enough');
      })
      .catch(() => undefined);
    client.abort();
    server.abort();
    await gone(client, server);
  },
  'reads that are called off or late': async (bench) => {
    const [client, server] = await exchange(bench);
    const leaving = new AbortController();
    const reading = fails('the read', client.recv(1, { signal: leaving.signal }));
    leaving.abort(calledOff());
    await reading;
    await fails('the late read', client.recv(1, { timeoutMs: 1 }));
    client.abort();
    server.abort();
    await gone(client, server);
  },
  'a connect that is called off before': async ({ network, endpoint }) => {
    await fails('the connect', network.connect(endpoint, { signal: AbortSignal.abort(calledOff()) }));
    await fails('the late connect', network.connect(endpoint, { timeoutMs: 0 }));
  },
  'a connect that is called off right after': async ({ network, endpoint, listener }) => {
    const leaving = new AbortController();
    const connecting = fails('the connect', network.connect(endpoint, { signal: leaving.signal }));
    leaving.abort(calledOff());
    await connecting;
    // The kernel may have completed it: then somebody has to take it.
    for (;;) {
      const late = await listener.accept({ timeoutMs: 1 }).catch(() => null);
      if (late === null) return;
      late.abort();
      await late.closed;
    }
  },
  'a connect that is refused': async ({ network, elsewhere, scheme }) => {
    const listener = await network.listen(elsewhere());
    await listener.close();
    await fails('the connect to nobody', network.connect(endpointOf(listener, scheme)));
  },
  'a listener that is closed with an accept that waits': async ({ network, elsewhere, signal }) => {
    const listener = await network.listen(elsewhere());
    const accepting = listener.accept({ signal });
    await listener.close();
    if ((await accepting) !== null) throw new Error('expected nobody');
  },
  'a listener that is closed on a connection nobody took': async ({ network, elsewhere, scheme }) => {
    const listener = await network.listen(elsewhere());
    const client = await network.connect(endpointOf(listener, scheme));
    listener.stop();
    await listener.close();
    client.abort();
    await client.closed;
  },
  'Web Streams, closed': async (bench) => {
    const [client, server] = await exchange(bench);
    const echo = server.toWeb();
    const { readable, writable } = client.toWeb();
    await Promise.all([
      echo.readable.pipeTo(echo.writable),
      new Blob(['hello']).stream().pipeTo(writable),
      new Response(readable).text(),
    ]);
    await gone(client, server);
  },
  'Web Streams, cancelled and aborted': async (bench) => {
    const [client, server] = await exchange(bench);
    const { readable, writable } = client.toWeb();
    await readable.cancel();
    await writable.abort(new Error('enough'));
    server.abort();
    await gone(client, server);
  },
  'a Duplex, ended': async (bench) => {
    const [client, server] = await exchange(bench);
    const [near, far] = [toNode(client), toNode(server)];
    near.resume().end('hello');
    far.resume().end('hello');
    await Promise.all([once(near, 'close'), once(far, 'close')]);
  },
  'a Duplex, destroyed': async (bench) => {
    const [client, server] = await exchange(bench);
    const duplex = toNode(client).resume();
    duplex.destroy();
    await once(duplex, 'close');
    server.abort();
    await gone(client, server);
  },
};
