import { type Address, inet, unixUnnamed } from '@stack/address';
import { describe, expect, test } from 'vitest';
import type { DatagramCap } from '../contract/caps.ts';
import { TransportError } from '../contract/errors.ts';
import type { BindOptions } from '../contract/datagram-options.ts';
import { bytes, failure, settle, state, text } from '../scripted-driver.test-fixture.ts';
import { ScriptedDatagrams } from '../scripted-backend.test-fixture.ts';
import { fakeClock } from '../virtual/fake-clock.ts';
import { DatagramCore } from './datagram-core.ts';

const here = inet('127.0.0.1', 1);
const there = inet('127.0.0.1', 2);

const bench = (options: BindOptions = {}, remote?: Address, caps: readonly DatagramCap[] = []) => {
  const clock = fakeClock();
  const core = new DatagramCore('udp://127.0.0.1:1', clock, options);
  const driver = new ScriptedDatagrams(here, remote, core, caps);
  core.start(driver);
  const comes = (...all: readonly string[]): void => {
    for (const data of all) core.onDatagram(bytes(data), there, false);
  };
  return { core, driver, clock, comes, log: driver.log, receipts: driver.receipts };
};

const refused = (): TransportError => new TransportError({ code: 'ECONNREFUSED', op: 'recv' });

describe('DatagramCore receiving', () => {
  test('one recv is one datagram, and an empty one is no end', async () => {
    const { core, comes } = bench();
    comes('a', '', 'b');
    const got = [await core.recvFrom(undefined), await core.recvFrom(undefined), await core.recvFrom(undefined)];
    expect(got.map(({ data }) => text(data))).toEqual(['a', '', 'b']);
    expect(got[0]).toMatchObject({ from: there, truncated: false });
  });

  test('recvMany waits for the first, then takes what is there, up to `max`', async () => {
    const { core, comes } = bench();
    const first = core.recvMany(10, undefined);
    expect(await state(first)).toBe('pending');
    comes('a');
    comes('b', 'c');
    expect((await first).map(({ data }) => text(data))).toEqual(['a']);
    expect((await core.recvMany(1, undefined)).map(({ data }) => text(data))).toEqual(['b']);
    expect((await core.recvMany(Infinity, undefined)).map(({ data }) => text(data))).toEqual(['c']);
    expect(await failure(core.recvMany(0, undefined))).toBeInstanceOf(RangeError);
  });

  test('sent = received + dropped', async () => {
    const { core, comes } = bench({ queue: { packets: 3 } });
    comes(...Array.from({ length: 10 }, String));
    expect([(await core.recvMany(99, undefined)).length, core.dropped]).toEqual([3, 7]);
  });

  test('a full queue asks for a pause, one with room for more', async () => {
    const { core, comes, log } = bench({ queue: { packets: 2 } });
    comes('a', 'b', 'c');
    expect(log).toEqual(['resume', 'pause']);
    await core.recvFrom(undefined);
    expect(log).toEqual(['resume', 'pause', 'resume']);
  });

  test('consume: a pending step holds back the next, what comes meanwhile queues', async () => {
    const { core, comes } = bench({ queue: { packets: 1 } });
    const step = Promise.withResolvers<void>();
    const seen: string[] = [];
    const done = core.consume(({ data }) => {
      seen.push(text(data));
      return seen.length === 1 ? step.promise : undefined;
    }, undefined);
    comes('a', 'b', 'c');
    expect([seen, core.dropped]).toEqual([['a'], 1]);
    step.resolve();
    await settle();
    comes('d');
    expect(seen).toEqual(['a', 'b', 'd']);
    await core.close();
    await done;
  });

  test('consume: `timeoutMs` is the longest silence, and datagrams end one', async () => {
    const { core, comes, clock } = bench();
    const done = failure(core.consume(() => undefined, { timeoutMs: 10 }));
    for (let i = 0; i < 5; i += 1) {
      await clock.advance(8);
      comes('a');
    }
    await clock.advance(9);
    expect(await state(done)).toBe('pending');
    await clock.advance(1);
    expect(await done).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(clock.pending).toBe(0);
  });

  test('news of the peer fails the read under way or the next one; the socket stays open', async () => {
    const { core, comes } = bench();
    const reading = failure(core.recvFrom(undefined));
    core.onError(refused());
    expect(await reading).toMatchObject({ code: 'ECONNREFUSED', kind: 'refused' });
    core.onError(refused());
    expect(await failure(core.recvFrom(undefined))).toMatchObject({ code: 'ECONNREFUSED' });
    comes('a');
    expect(text((await core.recvFrom(undefined)).data)).toBe('a');
  });

  test('a throw in `each` is the failure of consume, also when the socket is closed before anyone hears of it', async () => {
    const { core, comes } = bench();
    const done = failure(
      core.consume(() => {
        throw new Error('no more');
      }, undefined),
    );
    comes('a');
    void core.close();
    expect(await done).toMatchObject({ message: 'no more' });
  });

  test('a cancelled read loses nothing', async () => {
    const { core, comes } = bench();
    const controller = new AbortController();
    const reading = failure(core.recvFrom({ signal: controller.signal }));
    controller.abort('enough');
    comes('a');
    expect(await reading).toBe('enough');
    expect(text((await core.recvFrom(undefined)).data)).toBe('a');
  });
});

describe('DatagramCore sending', () => {
  test('settles when the kernel took it, or rejects with what it said: of that call alone', async () => {
    const { core, receipts, log } = bench();
    const sends = [core.out.send('a', there, undefined), core.out.send('b', there, undefined)];
    expect(await state(Promise.race(sends))).toBe('pending');
    receipts[0]?.onSent(new TransportError({ code: 'EMSGSIZE', op: 'send' }));
    receipts[1]?.onSent(null);
    expect(await failure(sends[0] ?? Promise.resolve())).toMatchObject({ code: 'EMSGSIZE', kind: 'limit' });
    expect(await state(sends[1] ?? Promise.resolve())).toBe('resolved');
    expect(log.slice(1)).toEqual(['send a to 127.0.0.1:2', 'send b to 127.0.0.1:2']);
  });

  test('a forgotten failure never ends the process', async () => {
    const { core, receipts } = bench();
    void core.out.send('a', there, undefined);
    void core.out.send('b', there, { timeoutMs: 0 });
    void core.out.sendMany([{ data: 'c', to: there }], undefined);
    void core.out.sendMany([], { timeoutMs: 0 });
    void core.out.writable({ timeoutMs: 0 });
    for (const receipt of receipts) receipt?.onSent(refused());
    await settle();
  });

  test.each<[string, BindOptions, number]>([
    ['datagrams', { maxQueuedPackets: 2 }, 0],
    ['bytes', { maxQueuedBytes: 10 }, 10],
  ])(
    'too many %s on their way: that call is refused, nothing was sent, and the socket goes on',
    async (_, bound, queued) => {
      const { core, driver, receipts, log } = bench(bound);
      void core.out.send('', there, undefined);
      expect(core.out.trySend('', there)).toBe(true);
      driver.queued = queued;
      expect(await failure(core.out.send('no', there, undefined))).toMatchObject({
        code: 'ERR_SEND_BUFFER',
        kind: 'limit',
      });
      expect([core.out.trySend('no', there), await core.out.sendMany([{ data: 'no', to: there }], undefined)]).toEqual([
        false,
        0,
      ]);
      expect(log).toHaveLength(3);
      driver.queued = 0;
      receipts[0]?.onSent(null);
      expect(core.out.trySend('yes', there)).toBe(true);
    },
  );

  test('what is longer than the bound goes out where nothing waits: only the kernel knows what fits', () => {
    const { core } = bench({ maxQueuedBytes: 2 });
    expect(core.out.trySend('abc', there)).toBe(true);
  });

  test('writable() settles when there is room, is called off, and ends with the socket', async () => {
    const { core, receipts, clock } = bench({ maxQueuedPackets: 1 });
    await core.out.writable(undefined);
    core.out.trySend('a', there);
    const waiting = core.out.writable(undefined);
    const limited = failure(core.out.writable({ timeoutMs: 5 }));
    await clock.advance(5);
    expect(await limited).toMatchObject({ code: 'ERR_TIMEOUT', op: 'send' });
    expect(await state(waiting)).toBe('pending');
    receipts[0]?.onSent(null);
    await waiting;
    core.out.trySend('b', there);
    const last = failure(core.out.writable(undefined));
    void core.close();
    expect(await last).toMatchObject({ code: 'ERR_CLOSED' });
    expect(await failure(core.out.writable(undefined))).toMatchObject({ code: 'ERR_CLOSED' });
    expect(clock.pending).toBe(0);
  });

  test('who has no name cannot be answered, and nothing is sent', async () => {
    const { core, log } = bench();
    expect(await failure(core.out.send('x', unixUnnamed, undefined))).toMatchObject({
      code: 'EDESTADDRREQ',
      message: 'Cannot send to unix:unnamed: that socket has no name, so nothing can be sent to it',
    });
    expect(() => core.out.trySend('x', unixUnnamed)).toThrow(TransportError);
    const batch = [
      { data: 'a', to: there },
      { data: 'x', to: unixUnnamed },
    ];
    expect(await failure(core.out.sendMany(batch, undefined))).toMatchObject({ code: 'EDESTADDRREQ' });
    expect(log).toEqual(['resume']);
  });

  test('sendMany takes in order until there is no more room, and settles when all are told', async () => {
    const { core, receipts, log } = bench({ maxQueuedBytes: 3 });
    const batch = ['ab', 'cd', 'ef', 'g'].map((data) => ({ data, to: there }));
    const sent = core.out.sendMany(batch, undefined);
    await settle();
    expect(log.slice(1)).toEqual(['send ab to 127.0.0.1:2', 'send cd to 127.0.0.1:2']);
    receipts[0]?.onSent(null);
    expect(await state(sent)).toBe('pending');
    receipts[1]?.onSent(null);
    expect(await sent).toBe(2);
    expect(await core.out.sendMany([], undefined)).toBe(0);
  });

  test('a batch settles when all are told, with the first failure', async () => {
    const { core, receipts } = bench();
    const sent = failure(
      core.out.sendMany(
        ['a', 'b', 'c'].map((data) => ({ data, to: there })),
        undefined,
      ),
    );
    await settle();
    receipts[0]?.onSent(null);
    receipts[1]?.onSent(refused());
    expect(await state(sent)).toBe('pending');
    receipts[2]?.onSent(new TransportError({ code: 'EPERM', op: 'send' }));
    expect(await sent).toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('a send that is called off leaves no timer, whatever becomes of it', async () => {
    const { core, receipts, clock } = bench();
    const send = failure(core.out.send('a', there, { timeoutMs: 10 }));
    await clock.advance(10);
    expect(await send).toMatchObject({ code: 'ERR_TIMEOUT', op: 'send' });
    receipts[0]?.onSent(null);
    void core.out.send('b', there, { timeoutMs: 10 });
    receipts[1]?.onSent(refused());
    expect(clock.pending).toBe(0);
  });
});

describe('DatagramCore, errors of no call', () => {
  const send = (code: string): TransportError => new TransportError({ code, op: 'send', remote: there });

  test('of the socket: to onError, or else to the next read', async () => {
    const told: TransportError[] = [];
    const { core } = bench({ onError: (error) => told.push(error) });
    const reading = core.recvFrom(undefined);
    core.onError(refused());
    expect(await state(reading)).toBe('pending');
    expect(told).toMatchObject([{ code: 'ECONNREFUSED' }]);
    const { core: other } = bench();
    other.onError(refused());
    expect(await failure(other.recvFrom(undefined))).toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('of a send that nobody waits for: to onError, or else nobody is disturbed', async () => {
    const told: TransportError[] = [];
    const { core, receipts } = bench({ onError: (error) => told.push(error) });
    core.out.trySend('a', there);
    receipts[0]?.onSent(send('EPERM'));
    core.onError(send('EACCES'));
    expect(told.map(({ code, remote }) => [code, remote])).toEqual([
      ['EPERM', there],
      ['EACCES', there],
    ]);
    const { core: other, receipts: others } = bench();
    const reading = other.recvFrom(undefined);
    other.out.trySend('a', there);
    others[0]?.onSent(send('EPERM'));
    expect(await state(reading)).toBe('pending');
  });

  test('on a connected socket: news of the peer fail a read in any case, a send that failed only without onError', async () => {
    const told: TransportError[] = [];
    const { core, driver } = bench({ onError: (error) => told.push(error) }, there);
    const reading = failure(core.recvFrom(undefined));
    core.out.trySend('a', undefined);
    driver.receipts[0]?.onSent(send('EPERM'));
    core.onError(refused());
    expect([await reading, told]).toMatchObject([{ code: 'ECONNREFUSED' }, [{ code: 'EPERM' }]]);
    const other = bench({}, there);
    other.core.out.trySend('a', undefined);
    other.receipts[0]?.onSent(send('EPERM'));
    expect(await failure(other.core.recvFrom(undefined))).toMatchObject({ code: 'EPERM' });
  });

  test('after the close only what was taken and never sent is told', async () => {
    const told: TransportError[] = [];
    const { core, receipts } = bench({ onError: (error) => told.push(error) });
    core.out.trySend('a', there);
    const closed = core.close();
    core.onError(refused());
    receipts[0]?.onSent(send('ERR_CLOSED'));
    await closed;
    expect(told).toMatchObject([{ code: 'ERR_CLOSED', op: 'send' }]);
  });

  test('what onError throws or rejects with is lost', async () => {
    let calls = 0;
    const { core } = bench({
      onError: () => {
        calls += 1;
        if (calls === 1) throw new Error('mine');
        return Promise.reject(new Error('mine too'));
      },
    });
    core.onError(refused());
    core.onError(refused());
    await settle();
    expect(calls).toBe(2);
  });
});

describe('DatagramCore over a driver that can pause', () => {
  test('drops nothing: what comes before the pause finds room, whatever its size', async () => {
    const { core, comes, log } = bench({ queue: { packets: 2, bytes: 3 } }, undefined, ['pause']);
    comes('abcdefgh', 'b');
    expect(log).toEqual(['resume', 'pause']);
    expect((await core.recvMany(5, undefined)).map(({ data }) => text(data))).toEqual(['abcdefgh', 'b']);
    expect([core.dropped, log.at(-1)]).toEqual([0, 'resume']);
  });
});

describe('DatagramCore.close()', () => {
  test('rejects what waits, settles consume, and settles when the driver is gone; twice is fine', async () => {
    const { core, log } = bench();
    const reading = failure(core.recvFrom(undefined));
    const closes = [core.close(), core.close()];
    expect(await reading).toMatchObject({ code: 'ERR_CLOSED', message: 'Cannot use udp://127.0.0.1:1: it is closed' });
    await Promise.all(closes);
    expect(log).toEqual(['resume', 'close']);
    expect(await failure(core.recvFrom(undefined))).toMatchObject({ code: 'ERR_CLOSED' });
    expect(await failure(core.out.send('', there, undefined))).toMatchObject({ code: 'ERR_CLOSED' });
    expect(() => core.out.trySend('', there)).toThrow(TransportError);
    expect(await failure(core.out.sendMany([], undefined))).toMatchObject({ code: 'ERR_CLOSED' });
  });

  test('is the end of consume and of iteration', async () => {
    const { core, comes } = bench();
    const consumed = core.consume(() => undefined, undefined);
    await core.close();
    await consumed;

    const other = bench();
    other.comes('a');
    const seen: string[] = [];
    const iterated = (async () => {
      for await (const { data } of other.core.datagrams()) seen.push(text(data));
    })();
    await settle();
    await other.core.close();
    await iterated;
    expect(seen).toEqual(['a']);
    comes('late');
    core.onError(refused());
  });

  test('a socket that dies is a failure of consume, told once to reads', async () => {
    const { core } = bench();
    const done = failure(core.consume(() => undefined, undefined));
    core.onClose(new TransportError({ code: 'EIO', op: 'recv' }));
    expect(await done).toMatchObject({ code: 'EIO' });
    expect(await failure(core.recvFrom(undefined))).toMatchObject({ code: 'ERR_CLOSED' });
    await core.close();
  });
});
