import assert from 'node:assert/strict';
import { inet } from '@stack/address';
import type { DatagramSocket } from '@stack/transport';
import { assertKind, failure, throwsKind, text } from '../assertions.ts';
import type { DatagramCheck, DatagramContext, Lan } from './datagram-context.ts';

const portOf = ({ local }: DatagramSocket): number => ('port' in local ? local.port : 0);

/** Two sockets on one machine: what is sent to groups stays on it. */
const members = async (context: DatagramContext, lan: Lan): Promise<{ near: DatagramSocket; far: DatagramSocket }> => {
  const [near, far] = [await context.bind(), await context.bind('everywhere')];
  if (lan.interface !== undefined) near.setMulticastInterface(lan.interface);
  if (near.caps.has('ttl')) near.setMulticastTtl(0);
  return { near, far };
};

const hears = async (what: string, socket: DatagramSocket, expected: string): Promise<void> => {
  const { data } = await socket.recvFrom({ timeoutMs: 5_000 });
  assert.equal(text(data), expected, `expected ${what}`);
};

const hearsNothing = async (what: string, socket: DatagramSocket): Promise<void> => {
  assertKind(await failure(`recvFrom ${what}`, socket.recvFrom({ timeoutMs: 30 })), `recvFrom ${what}`, 'timeout');
};

const groups: DatagramCheck = {
  id: 'T62',
  title: 'a group is heard after it was joined, and no more after it was left; never by who did not join',
  needs: ['multicast'],
  async run(context) {
    const lan = context.lan();
    const { near, far } = await members(context, lan);
    const to = inet(lan.group, portOf(far));
    await near.sendTo('nobody joined', to);
    await hearsNothing('without joining', far);

    const membership = far.joinGroup(lan.group, { interface: lan.interface });
    await near.sendTo('joined', to);
    await hears('a member to hear its group', far, 'joined');
    throwsKind('joinGroup, twice,', () => far.joinGroup(lan.group, { interface: lan.interface }), 'address');

    if (lan.isLoopback !== true) {
      near.setMulticastLoop(false);
      await near.sendTo('not on this machine', to);
      await hearsNothing('without the loop', far);
      near.setMulticastLoop(true);
    }

    membership[Symbol.dispose]();
    membership[Symbol.dispose]();
    await near.sendTo('left', to);
    await hearsNothing('after leaving', far);
    using again = far.joinGroup(lan.group, { interface: lan.interface });
    await near.sendTo('joined again', to);
    await hears('a member that came back to hear its group', far, 'joined again');
    assert(again !== membership, 'expected a membership of its own');
  },
};

const oneSource: DatagramCheck = {
  id: 'T62b',
  title: 'a group that was joined for one source is heard from nobody else',
  needs: ['multicast', 'sourceMulticast'],
  async run(context) {
    const lan = context.lan();
    const { near, far } = await members(context, lan);
    const { local } = near;
    assert('host' in local, 'expected a socket of an IP network');
    const to = inet(lan.group, portOf(far));
    const other = local.family === 'AF_INET' ? '192.0.2.77' : '2001:db8::77';
    const foreign = far.joinGroup(lan.group, { source: other, interface: lan.interface });
    await near.sendTo('not the source', to);
    await hearsNothing('of another source', far);
    foreign[Symbol.dispose]();
    far.joinGroup(lan.group, { source: local.host, interface: lan.interface });
    await near.sendTo('the source', to);
    await hears('a member to hear the source that it joined for', far, 'the source');
  },
};

const refusals: DatagramCheck = {
  id: 'T62c',
  title: 'a mistake in a group, a source, an interface or a number of hops is told before anything happens',
  needs: ['multicast'],
  async run({ bind, lan: place }) {
    const lan = place();
    const socket = await bind('everywhere');
    const isSix = lan.group.includes(':');
    assert.throws(
      () => socket.joinGroup(isSix ? 'fd00::1' : '10.0.0.1'),
      RangeError,
      'expected one host to be no group',
    );
    assert.throws(() => socket.joinGroup(isSix ? '239.1.2.3' : 'ff02::1'), RangeError, 'expected the family to matter');
    assert.throws(() => socket.joinGroup('all-hosts'), { name: 'AddressError' }, 'expected a name to be no group');
    const source = isSix ? '10.0.0.1' : 'fd00::1';
    assert.throws(() => socket.joinGroup(lan.group, { source }), RangeError, 'expected the family to matter');
    throwsKind('joinGroup of no interface', () => socket.joinGroup(lan.group, { interface: 'nope77' }), 'notFound');
    throwsKind('setMulticastInterface of none', () => socket.setMulticastInterface('nope77'), 'notFound');
    assert.throws(() => socket.setTtl(256), RangeError, 'expected 256 hops to be too many');
    assert.throws(() => socket.setMulticastTtl(-1), RangeError, 'expected -1 hops to be too few');
    await socket.close();
    throwsKind('joinGroup after close', () => socket.joinGroup(lan.group), 'closed');
  },
};

const broadcasts: DatagramCheck = {
  id: 'T62d',
  title: 'a broadcast is EACCES until it is allowed, and again when it is no more',
  needs: ['broadcast'],
  async run({ bind, broadcast }) {
    const address = broadcast();
    const [near, far] = [await bind(), await bind('everywhere')];
    const to = inet(address, portOf(far));
    const denied = async (): Promise<void> => {
      const error = await failure('a broadcast that was not allowed', near.sendTo('no', to));
      assertKind(error, 'a broadcast that was not allowed', 'denied');
    };
    await denied();
    near.setBroadcast(true);
    await near.sendTo('to all', to);
    await hears('a broadcast to arrive', far, 'to all');
    near.setBroadcast(false);
    await denied();
    const allowed = await bind(undefined, { broadcast: true });
    await allowed.sendTo('from the start', to);
    await hears('a broadcast that was allowed from the start to arrive', far, 'from the start');
  },
};

/** One datagram for many. */
export const manyChecks: readonly DatagramCheck[] = [groups, oneSource, refusals, broadcasts];
