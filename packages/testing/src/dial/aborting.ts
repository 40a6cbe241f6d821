import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { type Connection, isTransportError, type Listener, type TransportErrorKind } from '@stack/transport';
import { assertKind, awaitedLater, failure, roundTrip } from '../assertions.ts';
import { acceptsStill } from './accepts-still.ts';
import type { DialCheck, DialContext } from './dial-context.ts';

/** How a call that may have been called off ended. */
type Outcome<T> = { readonly value: T } | { readonly error: unknown };

const outcomeOf = <T>(promise: Promise<T>): Promise<Outcome<T>> =>
  promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );

/** A moment after a call has begun: so many microtasks, then so many turns of the event loop. */
interface Moment {
  readonly microtasks: number;
  readonly turns: number;
}

const passes = async ({ microtasks, turns }: Moment): Promise<void> => {
  for (let i = 0; i < microtasks; i += 1) await Promise.resolve();
  for (let i = 0; i < turns; i += 1) await turn();
};

/** Right after the call, at every await point that it can have, and some turns later. */
const moments: readonly Moment[] = [
  ...Array.from({ length: 24 }, (_, microtasks) => ({ microtasks, turns: 0 })),
  ...Array.from({ length: 6 }, (_, i) => ({ microtasks: 0, turns: i + 1 })),
];

const inWords = ({ microtasks, turns }: Moment): string =>
  turns > 0 ? `${turns} turns later` : microtasks > 0 ? `${microtasks} microtasks later` : 'in the same turn';

/**
 * Calls one off after a while, and tells that it ended by the reason of its signal or as if nothing had been: where it may
 * have failed by itself, by a failure of one of `kinds`.
 */
const callOff = async <T>(
  { controller, within }: DialContext,
  moment: Moment,
  call: (signal: AbortSignal) => Promise<T>,
  kinds: readonly TransportErrorKind[] = [],
): Promise<T | undefined> => {
  const aborter = controller();
  const reason = new Error('called off');
  const calling = outcomeOf(call(aborter.signal));
  if (moment.microtasks + moment.turns > 0) await passes(moment);
  aborter.abort(reason);
  const outcome = await within(5_000, `a call that is called off ${inWords(moment)}`, calling);
  if ('value' in outcome) {
    assert(moment.microtasks + moment.turns > 0, 'expected a call that is called off in the same turn to fail');
    return outcome.value;
  }
  if (isTransportError(outcome.error) && kinds.includes(outcome.error.kind)) return undefined;
  assert.equal(outcome.error, reason, `expected the reason of its signal, ${inWords(moment)}`);
  return undefined;
};

/**
 * Accepts, until the listener is closed or the signal says enough, and drops each connection when its client has gone: a
 * dial that is reset at once may fail, which is not what is looked for here.
 */
const untilTheyLeave = async (listener: Listener, signal?: AbortSignal): Promise<void> => {
  const leaving = (server: Connection): void => server.abort();
  try {
    for (let server = await listener.accept({ signal }); server !== null; server = await listener.accept({ signal })) {
      const leave = leaving.bind(null, server);
      void server.recv().then(leave, leave);
    }
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
};

const connecting: DialCheck = {
  id: 'T35',
  title: 'connect, aborted before, right after and at every await point: the reason of the signal, and nothing is left',
  async run(context) {
    const { listen, network, staysPending, keep } = context;
    const quiet = await listen();
    const before = new Error('called off before');
    const refused = network.connect(quiet.endpoint, { signal: AbortSignal.abort(before) });
    assert.equal(await failure('a dial that was called off before', refused), before, 'expected the reason as it is');
    const nobody = awaitedLater(quiet.listener.accept());
    await staysPending(10, 'accept, when nothing was dialled,', nobody);
    await quiet.listener.close();
    assert.equal(await nobody, null, 'expected nothing to be dialled');

    const { listener, endpoint } = await listen();
    const serving = awaitedLater(untilTheyLeave(listener));
    for (const moment of moments) {
      const client = await callOff(context, moment, (signal) => network.connect(endpoint, { signal }));
      if (client !== undefined) keep(client).abort();
    }
    await listener.close();
    await serving;
  },
};

/** What a call gives once it no longer fails with this kind of failure; a millisecond lies between two tries. */
const untilItIsNot = async <T>(
  kind: TransportErrorKind,
  { sleep }: DialContext,
  call: () => Promise<T>,
): Promise<T> => {
  for (;;) {
    const outcome = await outcomeOf(call());
    if ('value' in outcome) return outcome.value;
    if (!isTransportError(outcome.error) || outcome.error.kind !== kind) throw outcome.error;
    await sleep(1);
  }
};

const listening: DialCheck = {
  id: 'T35b',
  title: 'listen and accept, aborted at every await point: the reason of the signal, and the address is free',
  async run(context) {
    const { listen, network, endpoint, within } = context;
    for (const moment of moments) {
      const at = endpoint();
      const listener = await callOff(context, moment, (signal) => network.listen(at, { signal }));
      await listener?.close();
      // What opens after it was called off is closed, some turns later.
      const again = untilItIsNot('address', context, () => network.listen(at));
      await (await within(5_000, 'listening where it was called off', again)).close();
    }
    const place = await listen();
    for (const moment of moments) {
      const none = await callOff(context, moment, (signal) => place.listener.accept({ signal }));
      assert.equal(none, undefined, 'expected accept to give nothing when nobody dials');
    }
    const client = await place.dial();
    await roundTrip(client, await place.accept());
  },
};

const atOnce = 50;

const storm: DialCheck = {
  id: 'T35c',
  title: 'a storm of dials that are called off at any moment: each settles once, and the listener goes on',
  async run(context) {
    const { listen, network, random, dials, keep } = context;
    const place = await listen();
    const { endpoint } = place;
    const aborter = context.controller();
    const serving = awaitedLater(untilTheyLeave(place.listener, aborter.signal));
    const dialler = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i += 1) {
        const moment = { microtasks: random.between(0, 20), turns: Math.max(0, random.between(-3, 3)) };
        // Those that were called off fill the queue of the kernel too: it may be full.
        const client = await callOff(context, moment, (signal) => network.connect(endpoint, { signal }), ['limit']);
        client?.abort();
        await client?.closed;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, () => dialler(Math.ceil(dials / atOnce))));

    // Once this one is served, everything is that the storm has left in the queue.
    const last = keep(await untilItIsNot('limit', context, () => network.connect(endpoint)));
    await last.send('the last one');
    await last.recv().catch((error: unknown) => assertKind(error, 'a recv from who leaves', 'broken'));
    aborter.abort();
    await serving;
    await acceptsStill(place);
  },
};

const mistakes: DialCheck = {
  id: 'T36',
  title: 'mistakes and refusals under a signal are rejections, never throws, and leave no listener on it',
  async run({ listen, network, endpoint, controller }) {
    const { signal } = controller();
    const place = await listen();
    const permit = (): boolean => false;
    const calls: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['an endpoint that is none', () => network.connect('nonsense', { signal })],
      ['a port that is none', () => network.connect('tcp://127.0.0.1:65536', { signal })],
      ['a scheme that nobody speaks', () => network.connect('nobody-speaks-this:x', { signal })],
      ['attemptDelayMs NaN', () => network.connect(place.endpoint, { signal, attemptDelayMs: Number.NaN })],
      ['maxQueuedBytes 0', () => network.connect(place.endpoint, { signal, maxQueuedBytes: 0 })],
      ['a denied permission', () => network.connect(place.endpoint, { signal, permit })],
      ['a scheme that nobody listens on', () => network.listen('nobody-speaks-this:x', { signal })],
      ['backlog 0', () => network.listen(endpoint(), { signal, backlog: 0 })],
      ['maxUnclaimed -1', () => network.listen(endpoint(), { signal, maxUnclaimed: -1 })],
      ['an address in use', () => network.listen(place.endpoint, { signal })],
      ['timeoutMs 0', () => place.listener.accept({ signal, timeoutMs: 0 })],
    ];
    for (const [what, call] of calls) {
      let calling: Promise<unknown>;
      try {
        calling = call();
      } catch (error) {
        assert.fail(`expected ${what} to be a rejection, but it threw ${String(error)}`);
      }
      const error = await failure(what, calling);
      assert(error instanceof Error, `expected ${what} to fail with an Error, but it failed with ${String(error)}`);
      assert(error.message.length > 0, `expected the failure of ${what} to say something`);
    }
  },
};

/** Connecting, listening and accepting can be called off at any moment. */
export const abortingChecks: readonly DialCheck[] = [connecting, listening, storm, mistakes];
