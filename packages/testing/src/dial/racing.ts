import assert from 'node:assert/strict';
import { type Address, addressKey, formatAddress, hostAddress, toMapped } from '@stack/address';
import { isTransportError } from '@stack/transport';
import { assertKind, awaitedLater, failure, rejectsKind, roundTrip } from '../assertions.ts';
import type { DialCheck, DialContext, Place } from './dial-context.ts';

/** Listens on one address of a name; nothing where the machine lacks its family. */
const listenAt = async ({ listen }: DialContext, scheme: string, address: Address): Promise<Place | undefined> => {
  try {
    return await listen({}, { scheme, address });
  } catch (error) {
    if (isTransportError(error, 'EADDRNOTAVAIL') || isTransportError(error, 'EAFNOSUPPORT')) return undefined;
    throw error;
  }
};

const anyAddress: DialCheck = {
  id: 'T40',
  title: 'a name is reached at whichever of its addresses is alive; when none is, the error has every attempt',
  async run(context) {
    const { names, network, keep } = context;
    const { scheme, local } = names();
    const addresses = await network.resolve({ scheme, address: hostAddress(local, 0) });
    assert(addresses.length > 0, `expected "${local}" to have an address`);
    for (const address of addresses) {
      const place = await listenAt(context, scheme, address);
      if (place === undefined) continue;
      const alive = place.endpoint.address;
      assert('port' in alive, 'expected an address of a name to have a port');
      const byName = { scheme, address: hostAddress(local, alive.port) };
      const client = keep(await network.connect(byName));
      assert.equal(formatAddress(client.remote), formatAddress(alive as Address), 'expected the one that is alive');
      await roundTrip(client, await place.accept());

      await place.listener.close();
      const error = await failure('a dial to a name of which no address is alive', network.connect(byName));
      assertKind(error, 'a dial to a name of which no address is alive', 'refused', 'unreachable', 'address');
      const tried = error.attempts.map(({ remote }) => (remote === undefined ? '' : addressKey(remote)));
      const expected = addresses.map((each) => addressKey({ ...each, port: alive.port } as Address));
      assert.deepEqual(tried.toSorted(), expected.toSorted(), 'expected one attempt for each address');
    }
  },
};

const atOnce = 50;

const noSelfConnect: DialCheck = {
  id: 'T41',
  title: 'many dials to a place that was closed: none succeeds, not even by meeting itself',
  async run({ listen, network, dials }) {
    const { endpoint, listener } = await listen();
    await listener.close();
    for (let dialled = 0; dialled < dials; dialled += atOnce) {
      const batch = Array.from({ length: atOnce }, () =>
        rejectsKind('a dial to a place that was closed', network.connect(endpoint), 'refused', 'notFound'),
      );
      await Promise.all(batch);
    }
  },
};

const permission: DialCheck = {
  id: 'X17',
  title: 'permit is asked for every address before any is dialled, mapped ones as what they reach; a refusal is denied',
  async run(context) {
    const { listen, network, keep, staysPending } = context;
    const place = await listen();
    const { address } = place.endpoint;
    assert(address.family !== 'host', 'expected a listener to have an address');
    const asked: string[] = [];
    const no = (each: Address): boolean => asked.push(formatAddress(each)) === 0;
    const shapes = address.family === 'AF_INET' ? [address, toMapped(address)] : [address];
    for (const shape of shapes) {
      for (const permit of [no, async (each: Address) => no(each)]) {
        const dialling = network.connect({ scheme: place.endpoint.scheme, address: shape }, { permit });
        const error = await rejectsKind('a dial that is not permitted', dialling, 'denied');
        assert.equal(error.code, 'ERR_DENIED', 'expected a code of ours: the kernel was not asked');
        assert.equal(error.attempts.length, 1, 'expected a refused address to be an attempt');
        assert.deepEqual(asked.splice(0), [formatAddress(address)], 'expected to be asked for what would be reached');
      }
    }
    const nobody = awaitedLater(place.listener.accept());
    await staysPending(10, 'accept, when nothing was dialled,', nobody);

    const client = await place.dial({ permit: async () => true });
    const server = await nobody;
    assert(server !== null, 'expected what is permitted to be dialled');
    await roundTrip(client, keep(server));
  },
};

const permissionOfNames: DialCheck = {
  id: 'X17b',
  title: 'permit is asked for every address of a name; when all are refused, one error of kind denied names each',
  async run({ names, network }) {
    const { scheme, local } = names();
    const byName = { scheme, address: hostAddress(local, 9) };
    const addresses = (await network.resolve(byName)).map((each) => formatAddress(each));
    const asked: string[] = [];
    const permit = (each: Address): boolean => asked.push(formatAddress(each)) === 0;
    const error = await rejectsKind('a name that is not permitted', network.connect(byName, { permit }), 'denied');
    assert.deepEqual(asked.toSorted(), addresses.toSorted(), 'expected to be asked for each address, once');
    for (const each of addresses) assert(error.message.includes(each), `expected ${error.message} to name ${each}`);
    assert.equal(error.attempts.length, addresses.length, 'expected each refused address to be an attempt');
  },
};

/** Which address is reached, and which must not be. */
export const racingChecks: readonly DialCheck[] = [anyAddress, noSelfConnect, permission, permissionOfNames];
