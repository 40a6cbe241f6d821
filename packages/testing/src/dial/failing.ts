import assert from 'node:assert/strict';
import { formatAddress, formatEndpoint, hostAddress } from '@stack/address';
import { isTransportError, type TransportError } from '@stack/transport';
import { assertKind, failure, rejectsKind, roundTrip } from '../assertions.ts';
import type { BadPlace, DialCheck, DialContext } from './dial-context.ts';

const nobodyThere: DialCheck = {
  id: 'T37',
  title: 'a dial to a place where nobody listens any more is refused, and the error names the place and the attempt',
  async run({ listen, network }) {
    const { endpoint, listener } = await listen();
    await listener.close();
    const what = 'a dial to a place that was closed';
    const error = await rejectsKind(what, network.connect(endpoint), 'refused', 'notFound');
    assert.equal(error.op, 'connect', 'expected op to tell what was done');
    const text = formatEndpoint(endpoint);
    assert(error.message.includes(text), `expected the message to name ${text}: ${error.message}`);
    const [attempt, ...more] = error.attempts;
    assert.equal(more.length, 0, 'expected one attempt for one address');
    assert.equal(attempt?.code, error.code, 'expected the attempt to have failed as the whole');
    const { remote } = error;
    assert(remote !== undefined && 'address' in endpoint, 'expected remote to be known');
    assert(text.endsWith(formatAddress(remote)), `expected remote to be ${text}, but it is ${formatAddress(remote)}`);
  },
};

const failsAsSaid = async (
  context: DialContext,
  { what, codes, open }: BadPlace,
  attempt: (at: ReturnType<DialContext['endpoint']>) => Promise<unknown>,
): Promise<void> => {
  const place = await open();
  let error: unknown;
  try {
    error = await context.within(5_000, what, failure(what, attempt(place.endpoint)));
  } finally {
    await place.close?.();
  }
  assert(isTransportError(error), `expected ${what} to fail with a TransportError, but got ${String(error)}`);
  const { code, message } = error;
  assert(codes.includes(code), `expected ${what} to fail with ${codes.join(' or ')}, but got ${code} (${message})`);
};

const badPlaces: DialCheck = {
  id: 'T38',
  title: 'each place that cannot be dialled, or listened on, fails with a code of its own',
  async run(context) {
    const { notDialable, notListenable, network } = context;
    for (const place of notDialable) await failsAsSaid(context, place, (at) => network.connect(at));
    for (const place of notListenable) {
      await failsAsSaid(context, place, async (at) => (await network.listen(at)).close());
    }
    const place = await context.listen();
    await roundTrip(await place.dial(), await place.accept());
  },
};

const unknownNames: DialCheck = {
  id: 'T39',
  title: 'a name that nobody has fails as not found, with the name, in connect, listen and resolve alike',
  async run({ names, network, controller, within }) {
    const { scheme, unknown } = names();
    const endpoint = { scheme, address: hostAddress(unknown, 80) };
    const patience = { timeoutMs: 20_000 };
    const calls: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['connect', () => network.connect(endpoint, patience)],
      ['listen', () => network.listen(endpoint, patience)],
      ['resolve', () => network.resolve(endpoint, patience)],
    ];
    for (const [name, call] of calls) {
      const error: TransportError = await rejectsKind(`${name} of an unknown name`, call(), 'notFound');
      const known = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL'].includes(error.code);
      assert(known, `expected ${name} to fail with a code of the resolver, not ${error.code}`);
      assert(error.message.includes(unknown), `expected the message of ${name} to name "${unknown}": ${error.message}`);
    }

    const aborter = controller();
    const reason = new Error('called off');
    const looking = failure('a look-up that is called off', network.connect(endpoint, { signal: aborter.signal }));
    aborter.abort(reason);
    assert.equal(await within(1_000, 'a look-up that is called off', looking), reason, 'expected the reason as it is');
  },
};

const inUse: DialCheck = {
  id: 'T47',
  title: 'a second listener at an address is EADDRINUSE and leaves the first unharmed; after close it can listen',
  async run({ listen, network }) {
    const place = await listen();
    const { endpoint } = place;
    for (let again = 0; again < 3; again += 1) {
      const error = await failure('a second listener', network.listen(endpoint));
      assertKind(error, 'a second listener', 'address');
      assert.equal(error.code, 'EADDRINUSE', 'expected the code of an address that is taken');
      assert.equal(error.op, 'listen', 'expected op to tell what was done');
    }
    await roundTrip(await place.dial(), await place.accept());
    await place.listener.close();
    const next = await listen({}, endpoint);
    await roundTrip(await next.dial(), await next.accept());
  },
};

/** What cannot be dialled or listened on says why. */
export const failingChecks: readonly DialCheck[] = [nobodyThere, badPlaces, unknownNames, inUse];
