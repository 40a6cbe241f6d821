import { type Connection, TransportError } from '@stack/transport';
import { memoryNetwork } from '@stack/transport/memory';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { networkFixture, runCheck, streamChecks, type StreamContext, type Fixture } from './index.ts';

/** Members of a connection that do the wrong thing, over one that does the right. */
type Fault = (right: Connection) => Partial<Connection>;

const wrap = (right: Connection, fault: Fault): Connection => {
  const wrong = fault(right);
  return new Proxy(right, {
    get: (_, key) => {
      if (key in wrong) return wrong[key as keyof Connection];
      const member: unknown = Reflect.get(right, key, right);
      return typeof member === 'function' ? member.bind(right) : member;
    },
  });
};

const mutant = (fault: Fault): Fixture<StreamContext> => {
  const right = networkFixture('mutant', memoryNetwork(), 'memory:mutant');
  return {
    ...right,
    open: (run) => {
      const context = right.open(run);
      const pair: StreamContext['pair'] = async () => {
        const { near, far } = await context.pair();
        return { near: wrap(near, fault), far: wrap(far, fault) };
      };
      const cloggedPair: StreamContext['cloggedPair'] = async () => {
        const clogged = await context.cloggedPair();
        return { ...clogged, near: wrap(clogged.near, fault), far: wrap(clogged.far, fault) };
      };
      return { ...context, pair, cloggedPair };
    },
  };
};

const later = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
const never = new Promise<never>(() => undefined);
const bytesOf = (data: unknown): Uint8Array => (data instanceof Uint8Array ? data : new Uint8Array(0));
const changed = (data: Uint8Array): Uint8Array => data.map((byte, i) => (i === 0 ? byte + 1 : byte));

const changesAByte: Fault = (c) => ({
  send: (data, op) => c.send(data instanceof Uint8Array ? changed(data) : data, op),
});
const reversesParts: Fault = (c) => ({
  send: (data, op) => c.send(Array.isArray(data) ? data.toReversed() : data, op),
});
const losesByteOnTimeout: Fault = (c) => ({
  recvInto: (buffer, op) =>
    c.recvInto(buffer, op).catch(async (error: unknown) => {
      await later(1);
      if (c.stats.bytesIn > 0) c.tryRecv(1);
      throw error;
    }),
});
const sendsHalfWithADeadline: Fault = (c) => ({
  send: (data, op) =>
    c.send(op?.timeoutMs === undefined ? data : bytesOf(data).subarray(0, bytesOf(data).length / 2), op),
});
const knowsNoDeadline: Fault = (c) => ({ recv: (max) => c.recv(max), send: (data) => c.send(data) });
const hidesTheReason: Fault = (c) => ({
  recv: (max, op) =>
    c.recv(max, op).catch(() => {
      throw new Error('cancelled');
    }),
});
const comesLate: Fault = (c) => ({
  recv: (max, op) => c.recv(max, op === undefined ? op : { ...op, timeoutMs: (op.timeoutMs ?? Infinity) * 4 }),
});
const overflows: Fault = (c) => ({
  recv: (max, op) => c.recv(max, { timeoutMs: (op?.timeoutMs ?? 0) > 2 ** 31 - 1 ? 1 : op?.timeoutMs }),
});
const forgetsWhoWaits: Fault = (c) => ({ recv: (max, op) => c.recv(max, op).catch(() => never) });
const losesAByte: Fault = (c) => ({
  recv: async (max, op) => (await c.recv(max, op))?.subarray(1) ?? null,
});
const endsOnNothing: Fault = (c) => ({
  send: (data, op) => (data.length === 0 ? c.closeWrite(op) : c.send(data, op)),
});
const settlesTooSoon: Fault = (c) => ({
  send: async (data, op) => {
    void later(5).then(() => c.send(data, op));
  },
});
const takesAndDrops: Fault = () => ({ trySend: () => true });
const ignoresMax: Fault = (c) => ({ recv: (_, op) => c.recv(undefined, op) });
const pushesNothingBack: Fault = () => ({ unrecv: () => undefined });
const queuesReaders: Fault = (c) => {
  let last: Promise<unknown> = Promise.resolve();
  return {
    recv: (max, op) => {
      const mine = last.then(() => c.recv(max, op));
      last = mine.catch(() => undefined);
      return mine;
    },
  };
};
const reorders: Fault = (c) => {
  let turn = 0;
  return { send: (data, op) => later(((turn += 1) % 2) * 5).then(() => c.send(data, op)) };
};
const doesNotHoldBack: Fault = (c) => ({ consume: (each, op) => c.consume((chunk) => void each(chunk), op) });
const saysClosed: Fault = (c) => ({
  send: (data, op) =>
    c.send(data, op).catch(() => {
      throw new TransportError({ code: 'ERR_CLOSED', op: 'send' });
    }),
});
const leavesRejections: Fault = (c) => ({
  send: async (data, op) => {
    await c.send(data, op);
  },
});
const takesNothingWhenClosed: Fault = (c) => ({
  send: (data, op) => (data.length === 0 ? Promise.resolve() : c.send(data, op)),
});
const closesOnce: Fault = (c) => {
  let isClosed = false;
  return {
    close: (options) => {
      if (isClosed) return Promise.reject(new TransportError({ code: 'ERR_CLOSED', op: 'close' }));
      isClosed = true;
      return c.close(options);
    },
  };
};
const abortsAtClose: Fault = (c) => ({
  close: async () => {
    c.abort();
    await c.closed;
  },
});
const neverAborts: Fault = () => ({ abort: () => undefined });
const staysOpen: Fault = (c) => ({
  close: (options) =>
    options?.signal === undefined ? c.close(options) : later(30).then(() => Promise.reject(options.signal?.reason)),
});
const knowsNoSignal: Fault = (c) => ({ send: (data) => c.send(data) });
const alwaysHasRoom: Fault = () => ({ writable: () => Promise.resolve() });
const closesBoth: Fault = (c) => ({ closeWrite: () => c.close() });
const finishesWhenWaitedFor: Fault = (c) => ({
  closeWrite: (op) => {
    if (op === undefined) return c.closeWrite();
    const { signal, timeoutMs = Infinity } = op;
    return signal === undefined ? c.recvExactly(1, { timeoutMs }).then(() => undefined) : never;
  },
});
const goesOnReading: Fault = () => ({ closeRead: () => undefined });
const abortsInOrder: Fault = (c) => ({ abort: () => void c.close({ lingerMs: 0 }) });
const lingersForEver: Fault = (c) => ({ close: () => c.close() });
const forgetsNames: Fault = (c) => {
  let isGone = false;
  void c.closed.then(() => (isGone = true));
  return {
    get remote() {
      return isGone ? c.local : c.remote;
    },
  };
};

/** A fault for every check: what it must notice. */
const faults: Readonly<Record<string, Fault>> = {
  T1: changesAByte,
  T2: changesAByte,
  T3: losesByteOnTimeout,
  T4: sendsHalfWithADeadline,
  T5: knowsNoDeadline,
  T6: knowsNoDeadline,
  T7: knowsNoDeadline,
  T8: hidesTheReason,
  T9: comesLate,
  T10: forgetsWhoWaits,
  T11: losesAByte,
  T12: overflows,
  T14: endsOnNothing,
  T15: settlesTooSoon,
  T15b: takesAndDrops,
  T16: ignoresMax,
  T16b: pushesNothingBack,
  T17: queuesReaders,
  T17b: reorders,
  T17c: doesNotHoldBack,
  T18: saysClosed,
  T18b: leavesRejections,
  T19: takesNothingWhenClosed,
  T20: closesOnce,
  T21: abortsAtClose,
  T22: neverAborts,
  T23: staysOpen,
  T24: knowsNoSignal,
  T25: alwaysHasRoom,
  T26a: changesAByte,
  T26b: changesAByte,
  T26c: changesAByte,
  T26d: reversesParts,
  T27: closesBoth,
  T27b: finishesWhenWaitedFor,
  T28a: closesBoth,
  T28b: closesBoth,
  T29: goesOnReading,
  T30: forgetsWhoWaits,
  T31: abortsInOrder,
  T31b: abortsInOrder,
  T32a: abortsAtClose,
  T32b: lingersForEver,
  T33a: doesNotHoldBack,
  T33b: takesAndDrops,
  T34: forgetsNames,
};

// The check of unhandled rejections makes one, which the test framework would take for its own.
let listeners: NodeJS.UnhandledRejectionListener[] = [];
beforeAll(() => {
  listeners = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', () => undefined);
});
afterAll(() => {
  process.removeAllListeners('unhandledRejection');
  for (const listener of listeners) process.on('unhandledRejection', listener);
});

test('there is a fault for every check', () => {
  expect(Object.keys(faults)).toEqual(streamChecks.map(({ id }) => id));
});

test.concurrent.for(streamChecks)('$id notices when it is not true that: $title', async (check, { expect }) => {
  const fault = faults[check.id];
  expect(fault).toBeDefined();
  if (fault === undefined) return;
  const result = await runCheck(check, mutant(fault), { seed: 7, limitMs: 3_000 });
  expect(result).toMatchObject({ outcome: 'failed', replay: `STACK_SEED=7 STACK_CHECK=${check.id}` });
});
