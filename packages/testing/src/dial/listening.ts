import assert from 'node:assert/strict';
import type { Connection } from '@stack/transport';
import { awaitedLater, isFinished, rejectsKind, roundTrip, text } from '../assertions.ts';
import { acceptsStill } from './accepts-still.ts';
import type { DialCheck } from './dial-context.ts';

const realAddress: DialCheck = {
  id: 'T42',
  title: 'a listener tells where it listens, with a real port, before the first accept, and can be dialled there',
  async run({ listen }) {
    const place = await listen();
    for (const address of place.listener.addresses) {
      if ('port' in address) assert(address.port > 0, 'expected a real port in the place of 0');
    }
    const before = place.listener.addresses;
    await roundTrip(await place.dial(), await place.accept());
    await place.listener.close();
    assert.deepEqual(place.listener.addresses, before, 'expected the addresses to be readable after close');
  },
};

const closeGivesNull: DialCheck = {
  id: 'T43',
  title: 'close while accepts are pending: each gives null, iterators are done, and later ones too; twice is fine',
  async run({ listen, within }) {
    const { listener } = await listen();
    const iterator = listener[Symbol.asyncIterator]();
    const pending = awaitedLater(Promise.all([listener.accept(), listener.accept({ timeoutMs: 60_000 })]));
    const next = awaitedLater(iterator.next());
    const closes = awaitedLater(Promise.all([listener.close(), listener.close(), listener[Symbol.asyncDispose]()]));
    const got = await within(1_000, 'accepts that were pending at a close', pending);
    assert.deepEqual(got, [null, null], 'expected accepts that were pending to give null');
    const done = { done: true, value: undefined };
    assert.deepEqual(await within(1_000, 'next()', next), done, 'expected the iterator to be done');
    await within(1_000, 'close', closes);
    assert.equal(await within(1_000, 'accept', listener.accept()), null, 'expected a later accept to give null');
    assert.deepEqual(await iterator.next(), done, 'expected the iterator to stay done');
    assert.deepEqual(await listener[Symbol.asyncIterator]().next(), done, 'expected a new iterator to be done');
    listener.stop();
  },
};

const stopHandsOut: DialCheck = {
  id: 'T43b',
  title: 'stop: what was connected is still handed out, then null; nobody can connect any more, and the place is free',
  async run({ listen, network, within }) {
    const place = await listen();
    const { listener, endpoint } = place;
    const clients: Connection[] = [];
    for (let i = 0; i < 20; i += 1) clients.push(await place.dial());
    listener.stop();
    listener.stop();
    for (const client of clients) await client.send('in time');
    for (const _ of clients) {
      const server = await place.accept();
      assert.equal(text(await server.recvExactly(7)), 'in time', 'expected who had connected to be served');
      await server.send('served');
    }
    const last = await within(5_000, 'accept, with nothing left,', listener.accept());
    assert.equal(last, null, 'expected null when what was connected is handed out');
    for (const client of clients) assert.equal(text(await client.recvExactly(6)), 'served', 'expected an answer');
    await rejectsKind('a dial after stop', network.connect(endpoint), 'refused', 'notFound');
    const next = await listen({}, endpoint);
    await roundTrip(await next.dial(), await next.accept());
    await listener.close();
    await roundTrip(await next.dial(), await next.accept());
  },
};

const freeAtOnce: DialCheck = {
  id: 'T44',
  title: 'once an accept that was pending at a close has given null, the same address can be bound at once, ten times',
  async run({ listen }) {
    let at: Parameters<typeof listen>[1];
    for (let i = 0; i < 10; i += 1) {
      const place = await listen({}, at);
      at = place.endpoint;
      await roundTrip(await place.dial(), await place.accept());
      const pending = awaitedLater(place.listener.accept());
      void place.listener.close();
      assert.equal(await pending, null, 'expected a pending accept to give null');
    }
  },
};

const breakCloses: DialCheck = {
  id: 'T45',
  title: 'breaking out of the iterator, or throwing in its body, closes the listener',
  async run({ listen, network, keep }) {
    for (const leave of ['break', 'throw'] as const) {
      const place = await listen();
      const client = await place.dial();
      let server: Connection | undefined;
      try {
        for await (const connection of place.listener) {
          server = keep(connection);
          if (leave === 'throw') throw new Error('out of the loop');
          break;
        }
      } catch (error) {
        assert.equal((error as Error).message, 'out of the loop', 'expected the error of the body');
      }
      assert.equal(await place.listener.accept(), null, `expected a ${leave} to close the listener`);
      await rejectsKind(`a dial after a ${leave}`, network.connect(place.endpoint), 'refused', 'notFound');
      assert(server !== undefined, 'expected the loop to have had a connection');
      await roundTrip(client, server);
    }
  },
};

const acceptors = 10;
const dialsEach = 100;

const distinct: DialCheck = {
  id: 'T46',
  title: '10 acceptors and 1,000 dials: each dial is accepted once, none is lost, in call order where they wait',
  async run({ listen, within }) {
    const place = await listen({ maxUnclaimed: acceptors * dialsEach });
    const { listener } = place;
    const order: number[] = [];
    const waits = [0, 1, 2].map((i) => listener.accept().then((connection) => (order.push(i), connection)));
    const waiting = awaitedLater(Promise.all(waits));
    for (let i = 0; i < waits.length; i += 1) await place.dial();
    for (const server of await within(5_000, 'accepts that wait', waiting)) server?.abort();
    assert.deepEqual(order, [0, 1, 2], 'expected accepts that wait to be served in call order');

    const seen = new Set<string | null>();
    const accepting = Array.from({ length: acceptors }, async (): Promise<void> => {
      for (let i = 0; i < dialsEach; i += 1) {
        const server = await place.accept();
        seen.add(text(await server.recvExactly(4)));
        await server.close();
      }
    });
    const accepted = awaitedLater(Promise.all(accepting));
    for (let batch = 0; batch < acceptors; batch += 1) {
      const dialling = Array.from({ length: dialsEach }, async (_, i) => {
        const client = await place.dial();
        await client.send(String(batch * dialsEach + i).padStart(4, '0'));
        await isFinished('a client that was served', client);
        await client.close();
      });
      await Promise.all(dialling);
    }
    await accepted;
    assert.equal(seen.size, acceptors * dialsEach, 'expected each dial to be accepted once');
    assert.equal(listener.refused, 0, 'expected none to be refused');
  },
};

const rebind: DialCheck = {
  id: 'T48',
  title: 'an address can be bound again although connections of before, closed on this side first, still linger',
  async run({ listen }) {
    const first = await listen();
    const { endpoint } = first;
    for (let i = 0; i < 5; i += 1) {
      const [client, server] = [await first.dial(), await first.accept()];
      const closing = server.close();
      await isFinished('a client whose server closes', client);
      await client.close();
      await closing;
    }
    const [stays, its] = [await first.dial(), await first.accept()];
    await first.listener.close();
    const second = await listen({}, endpoint);
    await roundTrip(await second.dial(), await second.accept());
    await roundTrip(stays, its);
  },
};

const fair: DialCheck = {
  id: 'T50',
  title: 'while the accept queue is never empty, timers go on; ten times listen and close leave nothing',
  async run({ listen, sleep, within, keep, network }) {
    const place = await listen({ maxUnclaimed: 1_000 });
    const { listener, endpoint } = place;
    const storming = { isOver: false };
    const serve = async (): Promise<void> => {
      for await (const connection of listener) connection.abort();
    };
    const serving = awaitedLater(serve());
    const diallers = Array.from({ length: 20 }, async () => {
      while (!storming.isOver) {
        // One that is reset at once may fail.
        const client = await network.connect(endpoint).catch(() => undefined);
        await client?.recv().catch(() => null);
        client?.abort();
        await client?.closed;
      }
    });
    const dialling = awaitedLater(Promise.all(diallers));
    try {
      for (let i = 0; i < 20; i += 1) await within(5_000, 'a timer', sleep(1));
    } finally {
      storming.isOver = true;
    }
    await dialling;
    await listener.close();
    await serving;

    let at: Parameters<typeof listen>[1];
    for (let i = 0; i < 10; i += 1) {
      const again = await listen({}, at);
      at = again.endpoint;
      keep(await again.dial());
      await again.listener.close();
    }
    await acceptsStill(await listen({}, at));
  },
};

/** A listener from its first moment to its last. */
export const listeningChecks: readonly DialCheck[] = [
  realAddress,
  closeGivesNull,
  stopHandsOut,
  freeAtOnce,
  breakCloses,
  distinct,
  rebind,
  fair,
];
