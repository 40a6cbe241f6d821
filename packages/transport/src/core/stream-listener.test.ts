import { getEventListeners } from 'node:events';
import { inet } from '@stack/address';
import { describe, expect, test } from 'vitest';
import { TransportError } from '../contract/errors.ts';
import { failure, ScriptedDriver, settle, state, text } from '../scripted-driver.test-fixture.ts';
import { ScriptedListener } from '../scripted-backend.test-fixture.ts';
import { fakeClock } from '../virtual/fake-clock.ts';
import { driverListenOptions } from './listen-options.ts';
import { StreamListener } from './stream-listener.ts';

const limits = { maxQueuedBytes: 1_000, highWaterBytes: 100, maxReadAheadBytes: 64 };

const bench = (maxUnclaimed = 2) => {
  const clock = fakeClock();
  const listener = new StreamListener('tcp://127.0.0.1:1', clock, { ...limits, maxUnclaimed });
  const add = (port: number): ScriptedListener => {
    const driver = new ScriptedListener(inet('127.0.0.1', port), driverListenOptions({}), listener);
    listener.add(driver);
    return driver;
  };
  const comes = (): ScriptedDriver => {
    const driver = new ScriptedDriver();
    listener.onConnection(driver);
    return driver;
  };
  return { clock, listener, driver: add(1), add, comes };
};

const fatal = new TransportError({ code: 'EINVAL', op: 'accept' });

describe('StreamListener.accept()', () => {
  test('several that wait get a connection each, in call order', async () => {
    const { listener, comes } = bench();
    const accepts = [listener.accept(), listener.accept(), listener.accept()];
    const drivers = [comes(), comes()];
    const [first, second] = await Promise.all(accepts.slice(0, 2));
    expect([first, second].map((connection) => connection?.local)).toEqual(drivers.map(({ local }) => local));
    first?.abort();
    expect(drivers.map(({ log }) => log)).toEqual([['reset'], []]);
    expect(await state(accepts[2] ?? Promise.resolve())).toBe('pending');
  });

  test('what came before is handed out in order, and events are set before onConnection returns', async () => {
    const { listener, comes } = bench();
    const drivers = [comes(), comes()];
    for (const driver of drivers) {
      expect(driver.events).toBeDefined();
      const connection = await listener.accept();
      connection?.abort();
      expect(driver.log).toEqual(['reset']);
    }
  });

  test('past `maxUnclaimed` each is reset at once and counted; one that is claimed makes room', async () => {
    const { listener, comes } = bench(2);
    const drivers = [comes(), comes(), comes(), comes()];
    expect(drivers.map(({ log }) => log)).toEqual([[], [], ['reset'], ['reset']]);
    expect(listener.refused).toBe(2);
    await listener.accept();
    expect(comes().log).toEqual([]);
    expect(listener.refused).toBe(2);
  });

  test('one that is cancelled takes no connection from the others, and leaves nothing behind', async () => {
    const { listener, comes, clock } = bench();
    const controller = new AbortController();
    const first = listener.accept({ signal: controller.signal, timeoutMs: 50 });
    const second = failure(listener.accept({ timeoutMs: 10 }));
    const third = listener.accept({ signal: controller.signal, timeoutMs: 5_000 });
    await clock.advance(10);
    expect(await second).toMatchObject({ code: 'ERR_TIMEOUT', op: 'accept' });
    comes();
    expect(await first).not.toBeNull();
    expect(await state(third)).toBe('pending');
    comes();
    expect(await third).not.toBeNull();
    expect([clock.pending, getEventListeners(controller.signal, 'abort').length]).toEqual([0, 0]);
  });

  test('a signal aborts the ones that wait with it', async () => {
    const { listener, comes } = bench();
    const controller = new AbortController();
    const first = failure(listener.accept({ signal: controller.signal }));
    const second = listener.accept();
    controller.abort('enough');
    expect(await first).toBe('enough');
    comes();
    expect(await second).not.toBeNull();
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  test('must not start: takes nothing', async () => {
    const { listener, comes } = bench();
    comes();
    expect(await failure(listener.accept({ timeoutMs: 0 }))).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(await failure(listener.accept({ timeoutMs: Number.NaN }))).toBeInstanceOf(RangeError);
    expect(await listener.accept()).not.toBeNull();
  });
});

describe('StreamListener.stop()', () => {
  test('hands out what came and what still comes, then gives null', async () => {
    const { listener, driver, comes } = bench();
    comes();
    listener.stop();
    listener.stop();
    comes();
    expect(await listener.accept()).not.toBeNull();
    expect(await listener.accept()).not.toBeNull();
    const waiting = listener.accept();
    expect(await state(waiting)).toBe('pending');
    driver.stopped.resolve();
    expect(await waiting).toBeNull();
    expect(await listener.accept()).toBeNull();
    expect(driver.log).toEqual(['stop']);
  });

  test('what nobody claimed before it had stopped can still be claimed', async () => {
    const { listener, driver, comes } = bench();
    const unclaimed = comes();
    listener.stop();
    driver.stopped.resolve();
    await settle();
    expect(await listener.accept()).not.toBeNull();
    expect(await listener.accept()).toBeNull();
    expect(unclaimed.log).toEqual([]);
  });

  test('waits for every listening socket', async () => {
    const { listener, driver, add } = bench();
    const other = add(2);
    const waiting = listener.accept();
    listener.stop();
    driver.stopped.resolve();
    expect(await state(waiting)).toBe('pending');
    other.stopped.resolve();
    expect(await waiting).toBeNull();
  });

  test('a listening socket that cannot stop leaves nobody waiting', async () => {
    const { listener, driver } = bench();
    const waiting = listener.accept();
    listener.stop();
    driver.stopped.reject(new Error('a bug'));
    expect(await waiting).toBeNull();
  });

  test('then close() resets what is unclaimed', async () => {
    const { listener, driver, comes } = bench();
    const unclaimed = comes();
    listener.stop();
    await listener.close();
    expect(unclaimed.log).toEqual(['reset']);
    expect(await listener.accept()).toBeNull();
    expect(driver.log).toEqual(['stop', 'close']);
  });
});

describe('StreamListener.close()', () => {
  test('gives null to all that wait, resets what is unclaimed, twice is fine', async () => {
    const { listener, driver, add, comes } = bench();
    const other = add(2);
    const waiting = [listener.accept({ timeoutMs: 100 }), listener.accept()];
    const closes = [listener.close(), listener.close(), listener[Symbol.asyncDispose]()];
    expect(await Promise.all(waiting)).toEqual([null, null]);
    await Promise.all(closes);
    expect([driver.log, other.log]).toEqual([['close'], ['close']]);
    const late = comes();
    expect([late.log, listener.refused]).toEqual([['reset'], 0]);
    listener.stop();
    expect(driver.log).toEqual(['close']);
  });

  test('the address is free by the time a pending accept gives null', async () => {
    const { listener, driver } = bench();
    const waiting = listener.accept().then(() => [...driver.log]);
    void listener.close();
    expect(await waiting).toEqual(['close']);
  });

  test('a listening socket that opens too late is closed', async () => {
    const { listener, add } = bench();
    await listener.close();
    const late = add(2);
    expect(late.log).toEqual(['close']);
    expect(listener.addresses).toHaveLength(1);
  });
});

describe('StreamListener as an iterable', () => {
  test('breaking out of it closes the listener', async () => {
    const { listener, driver, comes } = bench();
    comes();
    for await (const connection of listener) {
      connection.abort();
      break;
    }
    expect(driver.log).toEqual(['close']);
    expect(await listener.accept()).toBeNull();
  });

  test('a throw in its body closes the listener', async () => {
    const { listener, driver, comes } = bench();
    comes();
    const loop = async (): Promise<void> => {
      for await (const connection of listener) throw new Error(`no use for ${connection.unit}`);
    };
    expect(await failure(loop())).toMatchObject({ message: 'no use for bytes' });
    expect(driver.log).toEqual(['close']);
  });

  test('is done after stop, and stays done', async () => {
    const { listener, driver, comes } = bench();
    comes();
    listener.stop();
    driver.stopped.resolve();
    const seen: unknown[] = [];
    for await (const connection of listener) seen.push(connection);
    expect(seen).toHaveLength(1);
    expect(await listener[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
  });
});

describe('StreamListener.abandoned', () => {
  test('counts what is over before anybody claimed it: it makes room, and is not handed out', async () => {
    const { listener, comes } = bench(2);
    const [first, second] = [comes(), comes()];
    first.gone('ECONNRESET');
    expect(comes().log).toEqual([]);
    expect([listener.refused, listener.abandoned]).toEqual([0, 1]);
    second.gone();
    const third = await listener.accept();
    expect([third?.stats.bytesIn, listener.abandoned]).toEqual([0, 2]);
    expect(await state(listener.accept())).toBe('pending');
  });

  test('what was read of it is still handed out, and then how it ended', async () => {
    const { listener, comes } = bench();
    const driver = comes();
    driver.data('last words');
    driver.gone('ECONNRESET');
    const connection = await listener.accept();
    expect(text(await connection?.recv())).toBe('last words');
    expect(await failure(connection?.recv() ?? Promise.resolve())).toMatchObject({ code: 'ECONNRESET' });
    expect(listener.abandoned).toBe(0);
  });

  test('a claimed one, and what close() resets, are not counted', async () => {
    const { listener, comes } = bench();
    const claimed = comes();
    const connection = await listener.accept();
    claimed.gone('ECONNRESET');
    comes();
    await listener.close();
    await settle();
    expect([listener.abandoned, await listener.accept(), connection?.unit]).toEqual([0, null, 'bytes']);
  });

  test('a peer that left between the accept of the kernel and ours is counted, and told to nobody', async () => {
    const { listener, comes } = bench();
    const waiting = listener.accept();
    listener.onError(new TransportError({ code: 'ECONNABORTED', op: 'accept' }));
    expect(await state(waiting)).toBe('pending');
    comes();
    expect(await waiting).not.toBeNull();
    expect(listener.abandoned).toBe(1);
  });
});

describe('StreamListener.onError()', () => {
  test.each(['EMFILE', 'EPERM'])(
    '%s is told to one that waits or asks next, and the listener goes on',
    async (code) => {
      const shortage = new TransportError({ code, op: 'accept' });
      const { listener, driver, comes } = bench();
      const first = failure(listener.accept({ timeoutMs: 9 }));
      const second = listener.accept();
      listener.onError(shortage);
      expect(await first).toBe(shortage);
      comes();
      expect(await second).not.toBeNull();
      listener.onError(shortage);
      expect(await failure(listener.accept())).toBe(shortage);
      comes();
      expect(await listener.accept()).not.toBeNull();
      expect(driver.log).toEqual([]);
    },
  );
});

describe('StreamListener.onClose()', () => {
  test('tells one that waits, the others get null, and every socket is closed', async () => {
    const { listener, driver, add } = bench();
    const other = add(2);
    const first = failure(listener.accept({ timeoutMs: 9 }));
    const second = listener.accept();
    listener.onClose(fatal);
    expect(await first).toBe(fatal);
    expect(await second).toBeNull();
    expect([driver.log, other.log]).toEqual([['close'], ['close']]);
  });

  test('after close() nothing is told any more', async () => {
    const { listener } = bench();
    await listener.close();
    listener.onError(fatal);
    listener.onClose(fatal);
    expect(await listener.accept()).toBeNull();
  });

  test('what came before is handed out before it, and it is told once', async () => {
    const { listener, comes } = bench();
    const unclaimed = comes();
    listener.onClose(fatal);
    expect(await listener.accept()).not.toBeNull();
    expect(unclaimed.log).toEqual([]);
    expect(await failure(listener.accept())).toBe(fatal);
    expect(await listener.accept()).toBeNull();
  });
});
