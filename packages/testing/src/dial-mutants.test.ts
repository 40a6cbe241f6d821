import { formatEndpoint, parseEndpoint } from '@stack/address';
import {
  type Connection,
  type ConnectOptions,
  type EndpointLike,
  type Listener,
  type ListenOptions,
  type Network,
  TransportError,
} from '@stack/transport';
import { memoryNetwork } from '@stack/transport/memory';
import { expect, test } from 'vitest';
import { dialChecks, type DialContext, dialFixture, type Fixture, runCheck } from './index.ts';

/** Members of a network that do the wrong thing, over one that does the right. */
type Fault = (right: Network) => Partial<Network>;

const later = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
const never = new Promise<never>(() => undefined);
const text = (endpoint: EndpointLike): string => (typeof endpoint === 'string' ? endpoint : formatEndpoint(endpoint));

/** The right network, with a place that never answers: `memory:silent`. */
const rightNetwork = (): Network => {
  const memory = memoryNetwork();
  return {
    clock: memory.clock,
    listen: (endpoint, options) => memory.listen(endpoint, options),
    bind: (endpoint, options) => memory.bind(endpoint, options),
    connectDatagram: (endpoint, options) => memory.connectDatagram(endpoint, options),
    resolve: (at, op) => memory.resolve(at, op),
    connect: async (endpoint, options) => {
      if (text(endpoint) !== 'memory:silent') return memory.connect(endpoint, options);
      await later(options?.timeoutMs ?? Infinity);
      throw new TransportError({ code: 'ERR_TIMEOUT', op: 'connect' });
    },
  };
};

let made = 0;

const mutant = (fault: Fault): Fixture<DialContext> => {
  const right = rightNetwork();
  const bad = [
    { what: 'nobody', codes: ['ECONNREFUSED'], open: () => ({ endpoint: parseEndpoint('memory:nobody') }) },
  ] as const;
  return dialFixture({
    name: 'mutant',
    network: { ...right, ...fault(right) },
    endpoint: () => `memory:mutant-${(made += 1)}`,
    notDialable: bad,
    silent: async () => ({ endpoint: parseEndpoint('memory:silent') }),
    names: { scheme: 'tcp', local: 'localhost', unknown: 'nowhere.invalid' },
    dials: 200,
  });
};

const wrap = (right: Listener, wrong: Partial<Listener>): Listener =>
  new Proxy(right, {
    get: (_, key) => {
      if (key in wrong) return wrong[key as keyof Listener];
      const member: unknown = Reflect.get(right, key, right);
      return typeof member === 'function' ? member.bind(right) : member;
    },
  });

/** A fault of every listener. */
const ofListeners =
  (fault: (right: Listener) => Partial<Listener>): Fault =>
  (right) => ({
    listen: async (endpoint, options) => {
      const listener = await right.listen(endpoint, options);
      return wrap(listener, fault(listener));
    },
  });

const connectsWith =
  (change: (options: ConnectOptions | undefined) => ConnectOptions): Fault =>
  (right) => ({ connect: (endpoint, options) => right.connect(endpoint, change(options)) });

const listensWith =
  (change: (options: ListenOptions | undefined) => ListenOptions): Fault =>
  (right) => ({ listen: (endpoint, options) => right.listen(endpoint, change(options)) });

const failsAs =
  (code: string): Fault =>
  (right) => ({
    connect: (endpoint, options) =>
      right.connect(endpoint, options).catch(() => {
        throw new TransportError({ code, op: 'connect' });
      }),
  });

const doesNotWait: Fault = () => ({
  connect: () => Promise.reject(new TransportError({ code: 'ERR_TIMEOUT', op: 'connect' })),
});
const forgetsTheListener: Fault = (right) => ({
  connect: (endpoint, options) => {
    options?.signal?.addEventListener('abort', () => undefined);
    return right.connect(endpoint, options);
  },
});
const throwsAtOnce: Fault = (right) => ({
  connect: (endpoint, options) => {
    if (options?.maxQueuedBytes === 0) throw new RangeError('at once');
    return right.connect(endpoint, options);
  },
});
const meetsItself: Fault = (right) => ({
  connect: (endpoint, options) =>
    right.connect(endpoint, options).catch(async () => {
      const other = memoryNetwork();
      await other.listen('memory:itself');
      return other.connect('memory:itself');
    }),
});
const opensElsewhere: Fault = (right) => ({
  listen: (endpoint, options) =>
    right.listen(endpoint, options).catch(() => right.listen(`memory:elsewhere-${(made += 1)}`)),
});
const neverFree: Fault = (right) => {
  const taken = new Set<string>();
  return {
    listen: async (endpoint, options) => {
      if (taken.has(text(endpoint))) throw new TransportError({ code: 'EADDRINUSE', op: 'listen' });
      taken.add(text(endpoint));
      return right.listen(endpoint, options);
    },
  };
};
const closesLate = ofListeners((l) => {
  const closing = Promise.withResolvers<null>();
  return {
    accept: (op) => Promise.race([l.accept(op), closing.promise]),
    close: () => {
      closing.resolve(null);
      return later(20).then(() => l.close());
    },
  };
});
const iteratesOn = ofListeners((l) => ({
  async *[Symbol.asyncIterator]() {
    for (let connection = await l.accept(); connection !== null; connection = await l.accept()) yield connection;
  },
}));
const handsOutTwice = ofListeners((l) => {
  let before: Connection | null = null;
  let count = 0;
  return {
    accept: async (op) => ((count += 1) % 5 === 0 ? before : (before = await l.accept(op))),
  };
});
const surfacesWhoLeft = ofListeners((l) => {
  let isFirst = true;
  return {
    accept: (op) => {
      if (!isFirst) return l.accept(op);
      isFirst = false;
      return Promise.reject(new TransportError({ code: 'ECONNABORTED', op: 'accept' }));
    },
  };
});

/** Faults for every check: what it must notice. */
const faults: readonly (readonly [id: string, what: string, fault: Fault])[] = [
  ['T13', 'connect knows no deadline', connectsWith((o) => ({ ...o, timeoutMs: undefined }))],
  ['T13', 'an accept that timed out takes a connection', ofListeners((l) => ({ accept: () => l.accept() }))],
  ['T13b', 'the deadline comes late', connectsWith((o) => ({ ...o, timeoutMs: 40 * (o?.timeoutMs ?? 0) }))],
  ['T13b', 'the deadline comes early', doesNotWait],
  ['T35', 'connect knows no signal', connectsWith((o) => ({ ...o, signal: undefined }))],
  ['T35', 'connect leaves a listener on the signal', forgetsTheListener],
  ['T35b', 'listen knows no signal', listensWith((o) => ({ ...o, signal: undefined }))],
  ['T35b', 'what opens after it was called off stays open', neverFree],
  ['T35c', 'connect leaves a listener on the signal', forgetsTheListener],
  ['T36', 'connect throws', throwsAtOnce],
  ['T36', 'connect leaves a listener on the signal', forgetsTheListener],
  ['T37', 'a refusal is said to be something else', failsAs('EACCES')],
  ['T37', 'a refusal names nothing', failsAs('ECONNREFUSED')],
  ['T38', 'a refusal is said to be something else', failsAs('ENOENT')],
  ['T39', 'an unknown name is said to be refused', failsAs('ECONNREFUSED')],
  ['T39', 'an unknown name is not named', failsAs('ENOTFOUND')],
  ['T40', 'the attempts are not told', failsAs('ECONNREFUSED')],
  ['T41', 'a dial meets itself', meetsItself],
  ['T42', 'no address is told', ofListeners(() => ({ addresses: [] }))],
  [
    'T43',
    'a pending accept is left alone',
    ofListeners((l) => ({ accept: async (op) => (await l.accept(op)) ?? never })),
  ],
  ['T43b', 'stop drops who had connected', ofListeners((l) => ({ stop: () => void l.close() }))],
  ['T43b', 'stop goes on listening', ofListeners(() => ({ stop: () => undefined }))],
  ['T43c', 'close leaves who was never claimed', ofListeners(() => ({ close: () => Promise.resolve() }))],
  ['T44', 'the address is free too late', closesLate],
  ['T45', 'break leaves the listener open', iteratesOn],
  ['T46', 'a connection is handed out twice', handsOutTwice],
  ['T46', 'some are refused', listensWith((o) => ({ ...o, maxUnclaimed: 20 }))],
  ['T47', 'an address is given twice', opensElsewhere],
  ['T48', 'an address is never free again', neverFree],
  ['T49', 'more wait than may', listensWith((o) => ({ ...o, maxUnclaimed: 2 * (o?.maxUnclaimed ?? 64) }))],
  ['T49', 'fewer wait than may', listensWith((o) => ({ ...o, maxUnclaimed: Math.ceil((o?.maxUnclaimed ?? 64) / 2) }))],
  ['T49', 'nothing is counted', ofListeners(() => ({ refused: 0 }))],
  ['T50', 'an address is never free again', neverFree],
  ['T51', 'accept fails for one who left', surfacesWhoLeft],
  ['X16', 'nothing is counted', ofListeners(() => ({ refused: 0, abandoned: 0 }))],
  ['X17', 'nobody is asked', connectsWith((o) => ({ ...o, permit: undefined }))],
  [
    'X17',
    'only a refusal in the same turn counts',
    connectsWith((o) => ({ ...o, permit: (a) => o?.permit?.(a) !== false })),
  ],
  ['X17b', 'nobody is asked', connectsWith((o) => ({ ...o, permit: undefined }))],
  ['X17b', 'what was refused is not named', failsAs('ERR_DENIED')],
];

test('there is a fault for every check', () => {
  expect([...new Set(faults.map(([id]) => id))]).toEqual(dialChecks.map(({ id }) => id));
});

test.concurrent.for(dialChecks)('$id passes where nothing is wrong', async (check, { expect }) => {
  expect(
    await runCheck(
      check,
      mutant(() => ({})),
      { limitMs: 15_000 },
    ),
  ).toMatchObject({ outcome: 'passed' });
});

test.concurrent.for(faults)('%s notices that %s', async ([id, , fault], { expect }) => {
  const check = dialChecks.find((each) => each.id === id);
  expect(check).toBeDefined();
  if (check === undefined) return;
  expect(await runCheck(check, mutant(fault), { limitMs: 3_000 })).toMatchObject({ outcome: 'failed' });
});
