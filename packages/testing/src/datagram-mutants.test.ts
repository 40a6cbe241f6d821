import type { DatagramPeer, DatagramSocket } from '@stack/transport';
import { memoryNetwork } from '@stack/transport/memory';
import { expect, test } from 'vitest';
import { datagramChecks, datagramFixture, runCheck } from './index.ts';

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

const mutant = ({ socket, peer, bindsElsewhere = false }: Fault) => {
  const net = memoryNetwork();
  return datagramFixture({
    name: 'mutant',
    bind: async (address) => {
      const at = address === undefined || bindsElsewhere ? 'udp://127.0.0.1:0' : { scheme: 'udp', address };
      const right = await net.bind(at);
      return wrap(right, socket?.(right));
    },
    connect: async (address) => {
      const right = await net.connectDatagram({ scheme: 'udp', address });
      return wrap(right, peer?.(right));
    },
  });
};

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
  ['T59', 'a dead peer is not told', { peer: (p) => ({ send: () => Promise.resolve(), close: () => p.close() }) }],
  ['T61', 'an address is given twice', { bindsElsewhere: true }],
  [
    'T61b',
    'close leaves who waits',
    { socket: (s) => ({ recvFrom: (op) => s.recvFrom(op).catch(() => new Promise(() => undefined)) }) },
  ],
];

test('there is a fault for every check', () => {
  expect([...new Set(faults.map(([id]) => id))]).toEqual(datagramChecks.map(({ id }) => id));
});

test.concurrent.for(faults)('%s notices that %s', async ([id, , fault], { expect }) => {
  const check = datagramChecks.find((each) => each.id === id);
  expect(check).toBeDefined();
  if (check === undefined) return;
  expect(await runCheck(check, mutant({}), { limitMs: 8_000 })).toMatchObject({ outcome: 'passed' });
  expect(await runCheck(check, mutant(fault), { limitMs: 2_000 })).toMatchObject({ outcome: 'failed' });
});
