import assert from 'node:assert/strict';
import { type Endpoint, parseEndpoint } from '@stack/address';
import type { Connection, EndpointLike, Listener, Network } from '@stack/transport';
import type { CheckRun, Fixture } from '../check-context.ts';
import type { BadPlace, DialContext, Names, OpenPlace, Place } from './dial-context.ts';

/** What a network under test is, and what is known of the places it reaches. */
export interface DialFixtureInit {
  /** Names the driver in reports: `tcp4`. */
  readonly name: string;
  /** What is under test. */
  readonly network: Network;
  /** Where to listen: with port 0, or a function that gives a new place each time. */
  readonly endpoint: EndpointLike | (() => EndpointLike);
  /** Where dialling must fail. Default: nowhere known. */
  readonly notDialable?: readonly BadPlace[];
  /** Where listening must fail. Default: nowhere known. */
  readonly notListenable?: readonly BadPlace[];
  /** Makes a place that takes a dial and never answers. Without it the checks of such places are left out. */
  readonly silent?: () => Promise<OpenPlace>;
  /** What is known of names. Without it the checks of names are left out. */
  readonly names?: Names;
  /** How many dials a check of many dials makes. Default 1,000. */
  readonly dials?: number;
}

/** Milliseconds that what is given back may take to be gone, and a connection to come. */
const patienceMs = 5_000;

const toEndpoint = (like: EndpointLike): Endpoint => (typeof like === 'string' ? parseEndpoint(like) : like);

const placeOf = (context: DialContext, listener: Listener, scheme: string): Place => {
  const [address] = listener.addresses;
  assert(address !== undefined, 'expected a listener to have an address as soon as it listens');
  const endpoint = { scheme, address };
  return {
    listener,
    endpoint,
    dial: async (options) => context.keep(await context.network.connect(endpoint, options)),
    accept: async () => {
      const connection = await context.within(patienceMs, 'accept', listener.accept());
      assert(connection !== null, 'expected accept to give a connection, but it gave null');
      return context.keep(connection);
    },
  };
};

const contextOf = (run: CheckRun, init: DialFixtureInit): DialContext => {
  const { network, silent, names, endpoint } = init;
  const opened = ({ endpoint: at, close }: OpenPlace): Endpoint => {
    if (close !== undefined) run.defer(() => close());
    return at;
  };
  const context: DialContext = {
    ...run,
    network,
    dials: init.dials ?? 1_000,
    notDialable: init.notDialable ?? [],
    notListenable: init.notListenable ?? [],
    endpoint: () => toEndpoint(typeof endpoint === 'function' ? endpoint() : endpoint),
    listen: async (options, at = context.endpoint()) => {
      const listener = await network.listen(at, options);
      run.defer(() => run.within(patienceMs, 'close of a listener', listener.close()));
      return placeOf(context, listener, at.scheme);
    },
    keep: (connection: Connection) => {
      run.defer(async () => {
        connection.abort();
        await run.within(patienceMs, 'closed of a connection, after an abort,', connection.closed);
      });
      return connection;
    },
    opened,
    silent: async () => opened(await (silent ?? (() => run.leaveOut('the fixture knows no place that is silent')))()),
    names: () => names ?? run.leaveOut('the network looks up no names'),
  };
  return context;
};

/**
 * A fixture for the checks of connecting and listening.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { dialChecks, dialFixture, runCheck } from '@stack/testing';
 * import { memoryNetwork } from '@stack/transport/memory';
 *
 * let made = 0;
 * const fixture = dialFixture({
 *   name: 'mine',
 *   network: memoryNetwork(),
 *   endpoint: () => `memory:place-${(made += 1)}`,
 *   names: { scheme: 'tcp', local: 'localhost', unknown: 'nowhere.invalid' },
 * });
 *
 * const check = dialChecks.find(({ id }) => id === 'T43');
 * assert(check !== undefined);
 * assert.equal((await runCheck(check, fixture)).outcome, 'passed');
 * ```
 */
export const dialFixture = (init: DialFixtureInit): Fixture<DialContext> => ({
  name: init.name,
  clock: init.network.clock,
  open: (run) => contextOf(run, init),
});
