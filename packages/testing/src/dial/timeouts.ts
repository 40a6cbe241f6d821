import assert from 'node:assert/strict';
import { awaitedLater, failure, rejectsKind, roundTrip } from '../assertions.ts';
import type { DialCheck } from './dial-context.ts';

const pastDeadlines: DialCheck = {
  id: 'T13',
  title: 'connect, listen and accept: past deadlines fail at once, huge ones never fire, NaN is a mistake',
  async run({ listen, network, endpoint, within }) {
    const place = await listen();
    const calls: readonly ((timeoutMs: number) => Promise<unknown>)[] = [
      (timeoutMs) => network.connect(place.endpoint, { timeoutMs }),
      (timeoutMs) => network.listen(endpoint(), { timeoutMs }),
      (timeoutMs) => place.listener.accept({ timeoutMs }),
    ];
    for (const timeoutMs of [0, -1, Number.NEGATIVE_INFINITY]) {
      const what = `with timeoutMs ${timeoutMs}`;
      for (const call of calls) await within(100, what, rejectsKind(what, call(timeoutMs), 'timeout'));
    }
    for (const call of calls) {
      const error = await failure('NaN for timeoutMs', call(Number.NaN));
      assert(error instanceof RangeError, `expected NaN for timeoutMs to be a RangeError, not ${String(error)}`);
    }

    const refused = rejectsKind('accept with timeoutMs 20', place.listener.accept({ timeoutMs: 20 }), 'timeout');
    await within(1_000, 'accept with timeoutMs 20', refused);
    const accepting = awaitedLater(place.listener.accept({ timeoutMs: 2 ** 40 }));
    const client = await place.dial({ timeoutMs: Infinity });
    const server = await within(5_000, 'accept', accepting);
    assert(server !== null, 'expected an accept that timed out to take no connection from the next one');
    await roundTrip(client, server);
    server.abort();
  },
};

const silentPlace: DialCheck = {
  id: 'T13b',
  title: 'connect to a place that never answers fails with a timeout, not before and not long after',
  async run({ silent, network, within, staysPending }) {
    const at = await silent();
    const dialling = network.connect(at, { timeoutMs: 50 });
    const connecting = awaitedLater(rejectsKind('a dial that nobody answers', dialling, 'timeout'));
    await staysPending(30, 'a dial that nobody answers', connecting);
    const { code } = await within(1_000, 'a dial that nobody answers', connecting);
    assert.equal(code, 'ERR_TIMEOUT', 'expected the deadline to be ours');
  },
};

/** Deadlines of connect, listen and accept. */
export const timeoutChecks: readonly DialCheck[] = [pastDeadlines, silentPlace];
