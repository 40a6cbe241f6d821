import { describe, expect, test } from 'vitest';
import type { TransportError } from '../contract/errors.ts';
import { failure, type Script, ScriptedDriver, settle, state, text } from '../scripted-driver.test-fixture.ts';
import { fakeClock } from '../virtual/fake-clock.ts';
import { StreamConnection } from './stream-connection.ts';

const limits = { maxQueuedBytes: 1_000, highWaterBytes: 100, maxReadAheadBytes: 64 };

const bench = (script: Script = {}) => {
  const driver = new ScriptedDriver(script);
  const clock = fakeClock();
  return { driver, clock, connection: new StreamConnection(driver, clock, limits) };
};

const code = (error: unknown): string => (error as TransportError).code;

/** Every way to use a connection, and how each fails. */
const uses = (connection: StreamConnection): Promise<unknown>[] => [
  failure(connection.recv()),
  failure(connection.recvExactly(0)),
  failure(connection.consume(() => undefined)),
  failure(connection.send('x')),
  failure(connection.send('')),
  failure(connection.writable()),
  failure((async () => connection.trySend(''))()),
  failure((async () => connection.tryRecv())()),
  failure((async () => connection.unrecv(new Uint8Array(1)))()),
];

describe('StreamConnection', () => {
  test('reads nothing before anyone asks', () => {
    const { driver } = bench();
    expect(driver.log).toEqual([]);
  });

  test('what was read before a failure is delivered before the failure', async () => {
    const { driver, connection } = bench();
    connection.tryRecv();
    driver.data('one');
    driver.data('two');
    driver.gone('ECONNRESET');
    expect([text(await connection.recv()), text(await connection.recv())]).toEqual(['one', 'two']);
    const error = await failure(connection.recv());
    expect(error).toMatchObject({
      code: 'ECONNRESET',
      kind: 'broken',
      op: 'recv',
      message: 'Cannot receive from 127.0.0.1:2: connection reset by the peer',
      local: connection.local,
      remote: connection.remote,
    });
    expect(await failure(connection.recv())).not.toBe(error);
    expect(await failure(connection.send('x'))).toMatchObject({ code: 'ECONNRESET', op: 'send' });
    expect(await failure(connection.send(''))).toMatchObject({ code: 'ECONNRESET' });
  });

  test('a reset after the end of the peer leaves the end in place for readers', async () => {
    const { driver, connection } = bench();
    connection.tryRecv();
    driver.data('last');
    driver.end();
    driver.gone('EPIPE');
    expect(text(await connection.recv())).toBe('last');
    expect(await connection.recv()).toBeNull();
    expect(await failure(connection.send('x'))).toMatchObject({ code: 'EPIPE' });
    expect(await connection.closed).toMatchObject({ how: 'broken', clean: false, error: { code: 'EPIPE' } });
  });

  test('for await gives every chunk, and leaving it leaves the connection open', async () => {
    const { driver, connection } = bench();
    connection.tryRecv();
    driver.data('one');
    driver.data('two');
    for await (const chunk of connection) {
      expect(text(chunk)).toBe('one');
      break;
    }
    driver.end();
    const rest: string[] = [];
    for await (const chunk of connection) rest.push(text(chunk));
    expect(rest).toEqual(['two']);
    expect(await state(connection.closed)).toBe('pending');
  });

  test('both sides finished: the end is clean', async () => {
    const { driver, connection } = bench();
    connection.tryRecv();
    await connection.send('x');
    await connection.closeWrite();
    driver.end();
    driver.gone();
    expect(await connection.closed).toEqual({ how: 'finished', clean: true, unsentBytes: 0 });
    expect(await connection.closed).toBe(await connection.closed);
  });

  test('bytes that never left are counted when it broke', async () => {
    const { driver, connection } = bench({ stuck: true });
    const sent = failure(connection.send('12345'));
    driver.gone('ECONNRESET');
    expect(await sent).toMatchObject({ code: 'ECONNRESET', op: 'send' });
    expect(await connection.closed).toMatchObject({ how: 'broken', clean: false, unsentBytes: 5 });
  });

  test('stats are live', async () => {
    const { driver, connection, clock } = bench({ stuck: true });
    const { stats } = connection;
    connection.tryRecv();
    await clock.advance(7);
    driver.data('abc');
    connection.trySend('12345');
    expect({
      bytesIn: stats.bytesIn,
      bytesOut: stats.bytesOut,
      queuedBytes: stats.queuedBytes,
      lastInMs: stats.lastInMs,
      lastOutMs: stats.lastOutMs,
    }).toEqual({ bytesIn: 3, bytesOut: 5, queuedBytes: 5, lastInMs: 7, lastOutMs: 7 });
    expect(connection.stats).toBe(stats);
  });

  test('too many queued bytes abort the connection, and say why everywhere', async () => {
    const { driver, connection } = bench({ stuck: true });
    const first = failure(connection.send('x'));
    const second = failure(connection.send('y'.repeat(1_001)));
    expect(await second).toMatchObject({ code: 'ERR_SEND_BUFFER' });
    expect(await first).toMatchObject({ code: 'ERR_CLOSED', cause: { code: 'ERR_SEND_BUFFER' } });
    expect(driver.log.at(-1)).toBe('reset');
    expect(await connection.closed).toMatchObject({
      how: 'aborted',
      unsentBytes: 1,
      error: { code: 'ERR_SEND_BUFFER' },
    });
  });

  test('without `pause`, too many unread bytes abort it', async () => {
    const { driver, connection } = bench({ caps: ['halfClose'] });
    connection.tryRecv();
    driver.data('x'.repeat(64));
    expect(await connection.closed).toMatchObject({ how: 'aborted', error: { code: 'ERR_RECV_BUFFER' } });
  });

  describe('without `halfClose`', () => {
    test('closeWrite is unsupported, and says what to do', async () => {
      const { connection } = bench({ caps: ['pause'] });
      expect(await failure(connection.closeWrite())).toMatchObject({
        code: 'ERR_UNSUPPORTED',
        reason: 'this transport cannot finish one direction; close() finishes both',
      });
      void connection.closeWrite();
      await settle();
    });

    test('the end of the peer is the end of both', async () => {
      const { driver, connection } = bench({ caps: ['pause'] });
      connection.tryRecv();
      driver.end();
      expect(driver.log).toContain('finish');
      expect(await failure(connection.send('x'))).toMatchObject({ code: 'ERR_CLOSED' });
    });
  });

  describe('close()', () => {
    test('rejects what is pending at once, and refuses everything afterwards, for good', async () => {
      const { driver, connection } = bench({ stuck: true });
      const pending = [failure(connection.recv()), failure(connection.send('x')), failure(connection.closeWrite())];
      const closed = connection.close();
      expect((await Promise.all(pending)).map(code)).toEqual(['ERR_CLOSED', 'ERR_CLOSED', 'ERR_CLOSED']);
      expect(new Set((await Promise.all(uses(connection))).map(code))).toEqual(new Set(['ERR_CLOSED']));
      driver.take();
      driver.end();
      await closed;
      expect(new Set((await Promise.all(uses(connection))).map(code))).toEqual(new Set(['ERR_CLOSED']));
      expect(await connection.closed).toEqual({ how: 'finished', clean: true, unsentBytes: 0 });
    });

    test('flushes, finishes, reads and drops until the peer has finished, releases', async () => {
      const { driver, connection, clock } = bench({ stuck: true });
      connection.trySend('last words');
      const closed = connection.close();
      expect(driver.log).toEqual(['write', 'resume', 'finish', 'wantDrain 1']);
      await clock.advance(4_999);
      driver.take();
      driver.data('unread');
      await clock.advance(1_999);
      expect(driver.log).not.toContain('close');
      driver.end();
      await closed;
      expect(driver.log.at(-1)).toBe('close');
      expect(await connection.closed).toMatchObject({ clean: true });
      expect(clock.pending).toBe(0);
    });

    test('past flushMs it resets, and tells how many bytes were unsent', async () => {
      const { driver, connection, clock } = bench({ stuck: true });
      connection.trySend('last words');
      const closed = connection.close({ flushMs: 100, lingerMs: 50 });
      await clock.advance(100);
      await closed;
      expect(driver.log.at(-1)).toBe('reset');
      expect(await connection.closed).toMatchObject({
        how: 'aborted',
        clean: false,
        unsentBytes: 10,
        error: { code: 'ERR_TIMEOUT', message: 'Cannot close 127.0.0.1:2: not flushed within 100 ms' },
      });
    });

    test('past lingerMs it releases, without a reset', async () => {
      const { driver, connection, clock } = bench();
      const closed = connection.close({ lingerMs: 50 });
      await clock.advance(49);
      expect(driver.log).not.toContain('close');
      await clock.advance(1);
      await closed;
      expect(driver.log).not.toContain('reset');
      expect(await connection.closed).toEqual({ how: 'finished', clean: false, unsentBytes: 0 });
    });

    test('the peer may finish, or be gone, while it flushes: nothing lingers', async () => {
      const first = bench({ stuck: true });
      first.connection.trySend('x');
      const closed = first.connection.close();
      await settle();
      first.driver.end();
      first.driver.take();
      expect(await state(closed)).toBe('resolved');
      expect([first.driver.log.at(-1), first.clock.pending]).toEqual(['close', 0]);

      const second = bench({ stuck: true });
      second.connection.trySend('x');
      const other = second.connection.close();
      await settle();
      second.driver.gone('ECONNRESET');
      expect(await state(other)).toBe('resolved');
      expect(second.clock.pending).toBe(0);
      expect(await second.connection.closed).toMatchObject({ how: 'broken', unsentBytes: 1 });
    });

    test('the connection may be gone while it lingers', async () => {
      const { driver, connection, clock } = bench();
      const closed = connection.close();
      await settle();
      driver.gone('ECONNRESET');
      expect(await state(closed)).toBe('resolved');
      expect(driver.log).not.toContain('close');
      expect(clock.pending).toBe(0);
    });

    test('twice is fine: both settle when it is gone, and the peer is finished once', async () => {
      const { driver, connection } = bench();
      const closes = [connection.close(), connection.close(), connection[Symbol.asyncDispose]()];
      expect(await state(Promise.race(closes))).toBe('pending');
      driver.end();
      await Promise.all(closes);
      await connection.close();
      expect(driver.log.filter((entry) => entry === 'finish' || entry === 'close')).toEqual(['finish', 'close']);
    });

    test('after abort it waits for the driver to be gone', async () => {
      const { driver, connection } = bench({ silent: true });
      connection.abort('enough');
      const closed = connection.close();
      expect(await state(closed)).toBe('pending');
      driver.gone();
      await closed;
      expect(driver.log).not.toContain('close');
      expect(await failure(connection.recv())).toMatchObject({ reason: 'it was aborted', cause: 'enough' });
    });

    test('of a connection that is gone drops what nobody read', async () => {
      const { driver, connection } = bench();
      connection.tryRecv();
      driver.data('unread');
      driver.gone('ECONNRESET');
      await connection.close();
      expect(new Set((await Promise.all(uses(connection))).map(code))).toEqual(new Set(['ERR_CLOSED']));
      expect(await connection.closed).toMatchObject({ how: 'broken' });
    });

    test.each([{ signal: AbortSignal.abort('no') }, { timeoutMs: 0 }])(
      '%o closes all the same, at once',
      async (op) => {
        const { driver, connection } = bench({ stuck: true });
        connection.trySend('x');
        const error = await failure(connection.close(op));
        expect(error === 'no' || code(error) === 'ERR_TIMEOUT').toBe(true);
        expect(driver.log.at(-1)).toBe('reset');
        expect(await connection.closed).toMatchObject({ how: 'aborted', error });
      },
    );

    test('one that is called off aborts; another that waits settles with it', async () => {
      const { driver, connection, clock } = bench({ stuck: true });
      connection.trySend('x');
      const patient = connection.close();
      const hurried = failure(connection.close({ timeoutMs: 30 }));
      await clock.advance(30);
      expect(await hurried).toMatchObject({ code: 'ERR_TIMEOUT', op: 'close' });
      await patient;
      expect(driver.log.at(-1)).toBe('reset');
      expect(clock.pending).toBe(0);
    });

    test('a deadline that is not reached leaves nothing behind', async () => {
      const { driver, connection, clock } = bench();
      const closed = connection.close({ timeoutMs: 30 });
      driver.end();
      await closed;
      expect(clock.pending).toBe(0);
    });

    test.each([{ flushMs: Number.NaN }, { lingerMs: -1 }, { timeoutMs: Number.NaN }])(
      '%o is a mistake and closes nothing',
      async (options) => {
        const { driver, connection } = bench();
        expect(await failure(connection.close(options))).toBeInstanceOf(RangeError);
        expect(driver.log).toEqual([]);
        expect(connection.trySend('x')).toBe(true);
      },
    );
  });

  describe('abort()', () => {
    test('rejects what is pending, with the reason as cause, and resets at once', async () => {
      const { driver, connection, clock } = bench({ stuck: true });
      const pending = [
        failure(connection.recv(undefined, { timeoutMs: 9 })),
        failure(connection.send('x')),
        failure(connection.closeWrite()),
      ];
      const reason = new Error('enough');
      connection.abort(reason);
      for (const error of await Promise.all(pending))
        expect(error).toMatchObject({ code: 'ERR_CLOSED', cause: reason });
      expect(driver.log.at(-1)).toBe('reset');
      expect(await connection.closed).toEqual({ how: 'aborted', clean: false, unsentBytes: 1, error: reason });
      expect(clock.pending).toBe(0);
      connection.abort('again');
      expect(driver.log.filter((entry) => entry === 'reset')).toHaveLength(1);
    });

    test('from inside `each`: no more calls, and nothing is thrown into the driver', async () => {
      const { driver, connection } = bench();
      let calls = 0;
      const done = failure(
        connection.consume(() => {
          calls += 1;
          connection.abort();
          throw new Error('as well');
        }),
      );
      driver.data('one');
      driver.data('two');
      expect(await done).toMatchObject({ code: 'ERR_CLOSED' });
      expect(calls).toBe(1);
      expect(await connection.closed).toMatchObject({ how: 'aborted' });
    });

    test('while it closes', async () => {
      const { driver, connection, clock } = bench({ stuck: true });
      connection.trySend('x');
      const closed = connection.close();
      connection.abort('enough');
      await closed;
      expect(driver.log.at(-1)).toBe('reset');
      expect(await connection.closed).toMatchObject({ how: 'aborted', error: 'enough' });
      expect(clock.pending).toBe(0);
    });

    test('of a connection that is gone drops what nobody read, and changes nothing else', async () => {
      const { driver, connection } = bench();
      connection.tryRecv();
      driver.data('unread');
      driver.end();
      driver.gone();
      connection.abort();
      expect(await failure(connection.recv())).toMatchObject({ code: 'ERR_CLOSED' });
      expect(driver.log).not.toContain('reset');
      expect(await connection.closed).toMatchObject({ how: 'finished' });
    });
  });

  test('closing inside `each` settles once the driver is gone', async () => {
    const { driver, connection } = bench();
    const done = failure(connection.consume(() => connection.close()));
    driver.data('one');
    expect(await done).toMatchObject({ code: 'ERR_CLOSED' });
    driver.end();
    await connection.closed;
  });

  test('closeRead() gives the end, and does nothing to one that closes', async () => {
    const { driver, connection } = bench();
    connection.closeRead();
    expect(await connection.recv()).toBeNull();
    const closed = connection.close();
    connection.closeRead();
    expect(await failure(connection.recv())).toMatchObject({ code: 'ERR_CLOSED' });
    driver.end();
    await closed;
  });
});
