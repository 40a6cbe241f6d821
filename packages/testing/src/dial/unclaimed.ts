import assert from 'node:assert/strict';
import type { Connection } from '@stack/transport';
import { assertKind, awaitedLater, rejectsKind, roundTrip } from '../assertions.ts';
import { acceptsStill } from './accepts-still.ts';
import type { DialCheck, DialContext, Place } from './dial-context.ts';

/** Far more than any place has room for. */
const crowd = 5_000;
const atOnce = 50;

/** Waits until `isSo`, a millisecond at a time, and tells when it never is. */
const eventually = async ({ sleep }: DialContext, what: () => string, isSo: () => boolean): Promise<void> => {
  for (let waitedMs = 0; !isSo(); waitedMs += 1) {
    assert(waitedMs < 10_000, `expected ${what()}`);
    await sleep(1);
  }
};

/**
 * Dials `count` times where nobody accepts, and gives each connection to `each`; a dial that is reset at once may fail. Not
 * faster than the listener takes them: what a full queue of the kernel does with a dial is not looked for here.
 */
const dialMany = async (
  context: DialContext,
  { endpoint, listener }: Place,
  { count, maxUnclaimed }: { readonly count: number; readonly maxUnclaimed: number },
  each: (client: Connection) => unknown,
): Promise<void> => {
  const dial = async (): Promise<void> => {
    const client = await context.network.connect(endpoint).catch((error: unknown) => {
      assertKind(error, 'a dial that may be reset', 'broken');
      return undefined;
    });
    if (client !== undefined) await each(client);
  };
  const known = (): number => listener.refused + listener.abandoned + maxUnclaimed;
  for (let dialled = 0; dialled < count;) {
    const batch = Math.min(atOnce, count - dialled);
    await Promise.all(Array.from({ length: batch }, dial));
    dialled += batch;
    const told = (): string => `all of ${dialled} dials but ${maxUnclaimed} to be refused or known to have left`;
    await eventually(context, told, () => known() >= dialled);
  }
};

const bounded: DialCheck = {
  id: 'T49',
  title: '5,000 dial and nobody accepts: maxUnclaimed wait and can be claimed, each of the others is ended and counted',
  async run(context) {
    const { listen, keep } = context;
    for (const [maxUnclaimed, count] of [
      [64, crowd],
      [1, atOnce],
    ] as const) {
      // 64 is the default.
      const place = await listen(maxUnclaimed === 64 ? {} : { maxUnclaimed });
      const { listener } = place;
      const alive = new Set<Connection>();
      await dialMany(context, place, { count, maxUnclaimed }, (client) => {
        alive.add(client);
        const gone = (): void => {
          alive.delete(client);
          client.abort();
        };
        // Who does not read learns of nothing.
        void client.recv().then(gone, gone);
      });
      await eventually(
        context,
        () => `${maxUnclaimed} to wait, but ${alive.size} do`,
        () => alive.size === maxUnclaimed,
      );
      const turnedAway = count - maxUnclaimed;
      assert.equal(listener.refused, turnedAway, 'expected each of those past the bound to be counted');

      for (let i = 0; i < maxUnclaimed; i += 1) await place.accept();
      await rejectsKind('accept, when all are claimed,', listener.accept({ timeoutMs: 20 }), 'timeout');
      assert.equal(listener.refused, turnedAway, 'expected no claim to be counted as refused');
      assert.equal(alive.size, maxUnclaimed, 'expected those that were claimed to be alive');
      for (const client of alive) keep(client);
      await acceptsStill(place);
    }
  },
};

const closeResets: DialCheck = {
  id: 'T43c',
  title: 'close: who was connected and never claimed sees the end or a reset, and does not wait',
  async run({ listen, within, sleep }) {
    for (const stopsFirst of [false, true]) {
      const place = await listen();
      const clients = [await place.dial(), await place.dial(), await place.dial()];
      const waiting = clients.map((client) => client.recv().catch((error: unknown) => error));
      await sleep(5);
      if (stopsFirst) place.listener.stop();
      await place.listener.close();
      for (const outcome of await within(5_000, 'a recv of who was never claimed', Promise.all(waiting))) {
        if (outcome !== null) assertKind(outcome, 'a recv of who was never claimed', 'broken');
      }
      assert.equal(await place.listener.accept(), null, 'expected nothing to be handed out after close');
    }
  },
};

const gone: DialCheck = {
  id: 'T51',
  title: 'clients that leave before they are accepted: the loop goes on, no accept fails, and the next one is served',
  async run(context) {
    const { listen, sleep } = context;
    const leave: readonly ((client: Connection) => unknown)[] = [
      (client) => client.abort(),
      (client) => client.close({ flushMs: 0, lingerMs: 0 }),
      async (client) => {
        await client.send('last words');
        client.abort();
      },
    ];
    for (const leaving of leave) {
      const place = await listen();
      for (let i = 0; i < 5; i += 1) {
        const client = await place.dial();
        await leaving(client);
      }
      await sleep(10);
      await acceptsStill(place);

      const accepting = awaitedLater(place.accept());
      const late = await place.dial();
      late.abort();
      const server = await accepting;
      await server.recv().catch((error: unknown) => assertKind(error, 'a recv from who has left', 'broken'));
      await roundTrip(await place.dial(), await place.accept());
    }
  },
};

const resets: DialCheck = {
  id: 'X16',
  title: 'a flood of clients that connect, reset and are never accepted: the bound holds, and the next one is served',
  async run(context) {
    const { listen, dials } = context;
    const maxUnclaimed = 8;
    const place = await listen({ maxUnclaimed });
    const { listener } = place;
    await dialMany(context, place, { count: dials, maxUnclaimed }, async (client) => {
      client.abort();
      await client.closed;
    });
    let claimed = 0;
    for (;;) {
      const server = await listener.accept({ timeoutMs: 50 }).catch((error: unknown) => error);
      if (server instanceof Error) {
        assertKind(server, 'accept, when nothing is left,', 'timeout');
        break;
      }
      (server as Connection).abort();
      claimed += 1;
    }
    assert(claimed <= maxUnclaimed, `expected at most ${maxUnclaimed} to be handed out, but it were ${claimed}`);
    const { refused, abandoned } = listener;
    const known = claimed + refused + abandoned;
    assert.equal(known, dials, `expected ${claimed} claimed, ${refused} refused and ${abandoned} left to be all`);
    await roundTrip(await place.dial(), await place.accept());
  },
};

/** Who is connected, and waits to be accepted. */
export const unclaimedChecks: readonly DialCheck[] = [closeResets, bounded, gone, resets];
