import { type Address, unixAbstract, unixPath } from '@stack/address';
import { type DatagramPeer, type DatagramSocket, system } from '@stack/transport';
import { memoryNetwork } from '@stack/transport/memory';
import { describe, expect, test } from 'vitest';
import {
  datagramChecks,
  datagramFixture,
  type DatagramContext,
  type Fixture,
  networkDatagramFixture,
  runCheck,
  unixDatagramChecks,
  type UnixDatagramContext,
  unixDatagramFixture,
} from './index.ts';

/** What is wrong with the sockets. */
interface Fault {
  readonly socket?: (right: DatagramSocket) => Partial<DatagramSocket>;
  readonly peer?: (right: DatagramPeer) => Partial<DatagramPeer>;
  /** Binds where nothing was asked for. */
  readonly bindsElsewhere?: boolean;
}

const wrap = <Socket extends object>(right: Socket, wrong: Partial<Socket> = {}): Socket =>
  new Proxy(right, {
    get: (_, key) => {
      if (key in wrong) return wrong[key as keyof Socket];
      const member: unknown = Reflect.get(right, key, right);
      return typeof member === 'function' ? member.bind(right) : member;
    },
  });

/** Sockets of a context, with the fault. */
const faulty = <Context extends DatagramContext>(
  context: Context,
  { socket, peer, bindsElsewhere }: Fault,
): Context => ({
  ...context,
  bind: async (at, options) => {
    const right = await context.bind(bindsElsewhere === true && typeof at === 'object' ? undefined : at, options);
    return wrap(right, socket?.(right));
  },
  connect: async (to, options) => {
    const right = await context.connect(to, options);
    return wrap(right, peer?.(right));
  },
});

const mutate = <Context extends DatagramContext>(fixture: Fixture<Context>, fault: Fault): Fixture<Context> => ({
  ...fixture,
  open: (run) => faulty(fixture.open(run), fault),
});

const right = (): Fixture<DatagramContext> => {
  const net = memoryNetwork();
  return datagramFixture({
    name: 'mutant',
    lan: { group: '239.255.77.77', broadcast: '255.255.255.255' },
    bind: (at, options) =>
      net.bind(typeof at === 'object' ? { scheme: 'udp', address: at } : 'udp://127.0.0.1:0', options),
    connect: (address, options) => net.connectDatagram({ scheme: 'udp', address }, options),
  });
};

const rightUnix = (): Fixture<UnixDatagramContext> => {
  let count = 0;
  return unixDatagramFixture({
    name: 'mutant',
    network: memoryNetwork(),
    maxDatagramBytes: 212_960,
    path: () => unixPath(`/run/${(count += 1)}`),
    abstractName: () => unixAbstract(`name ${(count += 1)}`),
  });
};

const later = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
const never = new Promise<never>(() => undefined);
const nothing = (): Disposable => ({ [Symbol.dispose]: () => undefined });

const faults: readonly (readonly [id: string, what: string, fault: Fault])[] = [
  ['T56', 'two datagrams become one', { socket: (s) => ({ sendTo: (data, to) => s.sendTo(`${String(data)}+`, to) }) }],
  [
    'T56',
    'an empty datagram is lost',
    { socket: (s) => ({ sendTo: (data, to) => (data.length === 0 ? Promise.resolve() : s.sendTo(data, to)) }) },
  ],
  [
    'T57',
    'a long datagram is cut',
    { peer: (p) => ({ send: (data) => p.send(typeof data === 'string' ? data : data.subarray(0, 1472)) }) },
  ],
  [
    'T57',
    'a datagram that is too long is dropped in silence',
    { socket: (s) => ({ sendTo: (data, to) => s.sendTo(data, to).catch(() => undefined) }) },
  ],
  [
    'T58',
    'a datagram is truncated and does not say so',
    {
      socket: (s) => ({
        recvFrom: async (op) => {
          const { data, from, truncated } = await s.recvFrom(op);
          return { data: data.slice(0, 8192), from, truncated };
        },
      }),
    },
  ],
  ['T59', 'a dead peer is not told', { peer: (p) => ({ send: () => Promise.resolve(), close: () => p.close() }) }],
  [
    'T59',
    'a dead peer fails the reads of an unconnected socket',
    {
      socket: (s) => {
        let isDead = false;
        return {
          trySendTo: (data, to) => {
            isDead = true;
            return s.trySendTo(data, to);
          },
          recvFrom: (op) => (isDead ? Promise.reject(new Error('ECONNREFUSED')) : s.recvFrom(op)),
        };
      },
    },
  ],
  ['T61', 'an address is given twice', { bindsElsewhere: true }],
  ['T61b', 'close leaves who waits', { socket: (s) => ({ recvFrom: (op) => s.recvFrom(op).catch(() => never) }) }],
  [
    'T60',
    'what finds no room is not counted',
    {
      socket: (s) => ({
        get dropped() {
          return Math.min(s.dropped, 0);
        },
      }),
    },
  ],
  [
    'T60',
    'what is counted is more than what was sent',
    {
      socket: (s) => ({
        get dropped() {
          return s.dropped * 2 + 1_000_000;
        },
      }),
    },
  ],
  [
    'T60b',
    'what nobody awaits is not counted',
    { socket: (s) => ({ sendTo: (data, to) => later(1).then(() => s.sendTo(data, to)), trySendTo: () => false }) },
  ],
  [
    'T60b',
    'what is past the bound is dropped in silence',
    { socket: (s) => ({ sendTo: (data, to, op) => s.sendTo(data, to, op).catch(() => undefined) }) },
  ],
  ['T62', 'everyone is a member', { socket: (s) => ({ joinGroup: nothing, recvFrom: (op) => s.recvFrom(op) }) }],
  [
    'T62',
    'nobody can leave',
    {
      socket: (s) => ({
        joinGroup: (group, options) => {
          s.joinGroup(group, options);
          return nothing();
        },
      }),
    },
  ],
  ['T62', 'the loop cannot be ended', { socket: () => ({ setMulticastLoop: () => undefined }) }],
  ['T62b', 'every source is heard', { socket: (s) => ({ joinGroup: (group) => s.joinGroup(group) }) }],
  ['T62c', 'mistakes are taken', { socket: () => ({ setTtl: () => undefined, setMulticastTtl: () => undefined }) }],
  [
    'T62c',
    'an interface that does not exist is any',
    { socket: (s) => ({ joinGroup: (group, options) => s.joinGroup(group, { ...options, interface: undefined }) }) },
  ],
  ['T62d', 'a broadcast is always allowed', { socket: (s) => ({ setBroadcast: () => s.setBroadcast(true) }) }],
];

const unixFaults: readonly (readonly [id: string, what: string, fault: Fault])[] = [
  [
    'T63a',
    'the sender is not named',
    {
      socket: (s) => ({
        recvFrom: async (op) => ({ ...(await s.recvFrom(op)), from: unixPath('/run/nobody') }),
      }),
    },
  ],
  [
    'T63b',
    'who has no name is answered into the void',
    { socket: (s) => ({ sendTo: (data, to, op) => s.sendTo(data, to, op).catch(() => undefined) }) },
  ],
  [
    'T63c',
    'what finds no room is dropped',
    { peer: (p) => ({ send: (data) => Promise.resolve(void p.trySend(data)) }) },
  ],
  [
    'T63c',
    'the order is lost',
    { peer: (p) => ({ send: (data) => later((Number(data) % 2) * 5).then(() => p.send(data)) }) },
  ],
  ['T63d', 'who left is not missed', { peer: () => ({ send: () => Promise.resolve() }) }],
  ['T63e', 'a stranger is heard', { socket: () => ({ sendTo: () => Promise.resolve() }) }],
];

/** What memory cannot be asked is seen over real sockets. */
const sharedPort = 'T61c';

describe('the faults', () => {
  test('there is one for every check', () => {
    const ids = datagramChecks.map(({ id }) => id).filter((id) => id !== sharedPort);
    expect(new Set(faults.map(([id]) => id))).toEqual(new Set(ids));
    const shared = new Set(datagramChecks.map(({ id }) => id));
    const unixIds = unixDatagramChecks.map(({ id }) => id).filter((id) => !shared.has(id));
    expect(new Set(unixFaults.map(([id]) => id))).toEqual(new Set(unixIds));
  });

  test('none of them is in the networks', async () => {
    for (const check of datagramChecks) {
      const { outcome } = await runCheck(check, right());
      expect([check.id, outcome]).toEqual([check.id, check.id === sharedPort ? 'skipped' : 'passed']);
    }
    for (const check of unixDatagramChecks) {
      expect([check.id, (await runCheck(check, rightUnix())).outcome]).toEqual([check.id, 'passed']);
    }
  }, 30_000);
});

test.concurrent.for(faults)('%s notices that %s', async ([id, , fault], { expect }) => {
  const check = datagramChecks.find((each) => each.id === id);
  expect(check).toBeDefined();
  if (check === undefined) return;
  expect(await runCheck(check, mutate(right(), fault), { limitMs: 4_000 })).toMatchObject({ outcome: 'failed' });
});

test.concurrent.for(unixFaults)('%s notices that %s', async ([id, , fault], { expect }) => {
  const check = unixDatagramChecks.find((each) => each.id === id);
  expect(check).toBeDefined();
  if (check === undefined) return;
  expect(await runCheck(check, mutate(rightUnix(), fault), { limitMs: 4_000 })).toMatchObject({ outcome: 'failed' });
});

test.runIf(process.platform === 'linux')('T61c notices that a port is not shared', async () => {
  const check = datagramChecks.find(({ id }) => id === sharedPort);
  expect(check).toBeDefined();
  if (check === undefined) return;
  const real = networkDatagramFixture('udp4', system, 'udp://127.0.0.1:0');
  expect(await runCheck(check, real)).toMatchObject({ outcome: 'passed' });
  expect(await runCheck(check, mutate(real, { bindsElsewhere: true }))).toMatchObject({ outcome: 'failed' });
  const deaf: Fault = { socket: () => ({ consume: () => never }) };
  expect(await runCheck(check, mutate(real, deaf), { limitMs: 2_000 })).toMatchObject({ outcome: 'failed' });
});

test('a check of what the fixture cannot be asked is left out, with the reason', async () => {
  const net = memoryNetwork();
  const bare = datagramFixture({
    name: 'bare',
    bind: () => net.bind('udp://127.0.0.1:0'),
    connect: (address: Address) => net.connectDatagram({ scheme: 'udp', address }),
  });
  const check = datagramChecks.find(({ id }) => id === 'T62');
  expect(check).toBeDefined();
  if (check === undefined) return;
  expect(await runCheck(check, bare)).toMatchObject({
    outcome: 'skipped',
    reason: 'the fixture knows no group that stays on the machine',
  });
});
