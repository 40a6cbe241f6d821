import { isTransportError } from '@stack/transport';
import { fakeClock } from '@stack/transport/virtual';
import { describe, expect, it } from 'vitest';
import { isFrameError, json, type JsonDocument, lines } from '../codec/index.ts';
import { framed } from './framed.ts';
import { pair, turns } from './pair.test-fixture.ts';
import { RequestError } from './request-error.ts';
import { type Matching, requests } from './requests.ts';

const text = (data: Uint8Array | null): string => new TextDecoder().decode(data ?? new Uint8Array(0));

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => ['no error', value],
    (error: unknown) =>
      isFrameError(error) || isTransportError(error) || error instanceof RequestError ? error.code : error,
  );

const idOf = (frame: JsonDocument): unknown => (typeof frame === 'object' && 'id' in frame ? frame['id'] : undefined);
const byId: Matching<JsonDocument> = { request: idOf, answer: idOf };

describe('requests() in order', () => {
  it('sends without waiting, and gives each answer to its request', async () => {
    const { peer, connection } = await pair();
    const client = requests(framed(connection, lines()));
    const answers = ['a', 'b', 'c'].map((line) => client.request(line));
    await turns();
    expect(client.inFlight).toBe(3);
    expect(text(await peer.recv()) + text(await peer.recv()) + text(await peer.recv())).toBe('a\nb\nc\n');
    await peer.send('1\n2\n');
    expect(await Promise.all(answers.slice(0, 2))).toEqual(['1', '2']);
    await peer.send('3\n');
    expect(await answers[2]).toBe('3');
    expect(client.inFlight).toBe(0);
  });

  it('keeps the place of a request whose caller gave up, and of none that was not sent', async () => {
    const clock = fakeClock();
    const { peer, connection } = await pair({ clock });
    const client = requests(framed(connection, lines({ maxBytes: 5 })));
    const late = codeOf(client.request('late', { timeoutMs: 100 }));
    const controller = new AbortController();
    const cancelled = codeOf(client.request('gone', { signal: controller.signal }));
    expect(await codeOf(client.request('too long'))).toBe('ERR_FRAME_TOO_LONG');
    const patient = client.request('here', { timeoutMs: 1_000 });
    await clock.advance(100);
    controller.abort('changed my mind');
    expect([await late, await cancelled, client.inFlight]).toEqual(['ERR_TIMEOUT', 'changed my mind', 3]);
    await peer.send('1\n2\n3\n');
    expect(await patient).toBe('3');
    await clock.advance(10_000);
    expect(client.inFlight).toBe(0);
    const already = { signal: AbortSignal.abort('before') };
    expect(await codeOf(client.request('x', already))).toBe('before');
    expect(await codeOf(client.request('x', { timeoutMs: 0 }))).toBe('ERR_TIMEOUT');
    await expect(client.request('x', { timeoutMs: Number.NaN })).rejects.toThrow(RangeError);
    expect(client.inFlight).toBe(0);
  });

  it('aborts on an answer that nobody asked for, and rejects all', async () => {
    const { peer, connection } = await pair();
    const client = requests(framed(connection, lines()));
    const first = client.request('a');
    await peer.send('1\n2\n');
    expect(await first).toBe('1');
    await turns();
    expect(await codeOf(client.request('b'))).toBe('ERR_UNKNOWN_ANSWER');
    expect((await connection.closed).how).toBe('aborted');
  });

  it('has a cap on what is under way', async () => {
    const { peer, connection } = await pair();
    const client = requests(framed(connection, lines()), { maxInFlight: 2 });
    const two = [client.request('a'), client.request('b')];
    expect(await codeOf(client.request('c'))).toBe('ERR_TOO_MANY_REQUESTS');
    await peer.send('1\n2\n');
    expect(await Promise.all(two)).toEqual(['1', '2']);
    const third = client.request('c');
    await peer.send('3\n');
    expect(await third).toBe('3');
    expect(() => requests(framed(connection, lines()), { maxInFlight: 0 })).toThrow(RangeError);
  });

  it.each([
    ['ERR_CLOSED', 'its own close'],
    ['ERR_CLOSED', 'its own abort'],
    ['ERR_EOF', 'the end of the peer'],
    ['ECONNRESET', 'a reset'],
  ])('rejects all with %s on %s, later ones too', async (code, what) => {
    const { peer, connection } = await pair();
    const client = requests(framed(connection, lines()));
    const all = Promise.all([codeOf(client.request('a')), codeOf(client.request('b'))]);
    await turns();
    if (what === 'its own close') void connection.close();
    if (what === 'its own abort') connection.abort('enough');
    if (what === 'the end of the peer') await peer.closeWrite();
    if (what === 'a reset') peer.abort();
    expect(await all).toEqual([code, code]);
    expect(await codeOf(client.request('c'))).toBe(code);
    expect(client.inFlight).toBe(0);
  });

  it('lets a close go on in order', async () => {
    const { peer, connection } = await pair();
    const client = requests(framed(connection, lines()));
    const asked = codeOf(client.request('a'));
    const closing = connection.close();
    expect(await asked).toBe('ERR_CLOSED');
    expect(text(await peer.recv())).toBe('a\n');
    await peer.close();
    await closing;
    expect((await connection.closed).how).toBe('finished');
  });

  it('rejects all on a frame that is wrong, and aborts', async () => {
    const { peer, connection } = await pair();
    const client = requests(framed(connection, lines({ maxBytes: 5 })));
    const asked = codeOf(client.request('a'));
    await peer.send('much too long\n');
    expect(await asked).toBe('ERR_FRAME_TOO_LONG');
    expect((await connection.closed).how).toBe('aborted');
  });
});

describe('requests() by id', () => {
  it('takes answers in any order, and hands on what answers nothing', async () => {
    const { peer, connection } = await pair();
    const notices: JsonDocument[] = [];
    const client = requests(framed(connection, json()), { match: byId, unasked: (frame) => void notices.push(frame) });
    const answers = [1, 'two', 3].map((id) => client.request({ id }));
    await framed(peer, json()).sendAll([
      { id: 3, is: 'c' },
      { notice: true },
      { id: 1, is: 'a' },
      { id: 'two', is: 'b' },
    ]);
    expect(await Promise.all(answers)).toEqual([
      { id: 1, is: 'a' },
      { id: 'two', is: 'b' },
      { id: 3, is: 'c' },
    ]);
    expect(notices).toEqual([{ notice: true }]);
  });

  it('refuses an id that is under way, also where its caller gave up, until its answer came', async () => {
    const clock = fakeClock();
    const { peer, connection } = await pair({ clock });
    const client = requests(framed(connection, json()), { match: byId });
    const late = codeOf(client.request({ id: 1 }, { timeoutMs: 5 }));
    expect(await codeOf(client.request({ id: 1 }))).toBe('ERR_DUPLICATE_ID');
    await clock.advance(5);
    expect(await late).toBe('ERR_TIMEOUT');
    expect(await codeOf(client.request({ id: 1 }))).toBe('ERR_DUPLICATE_ID');
    await peer.send('{"id":1}\n');
    await turns();
    const again = client.request({ id: 1 });
    await peer.send('{"id":1,"again":true}\n');
    expect(await again).toEqual({ id: 1, again: true });
  });

  it.each(['{"id":2}\n', '{"id":1}\n{"id":1}\n', '{}\n'])(
    'aborts on an unknown or repeated answer: %j',
    async (sent) => {
      const { peer, connection } = await pair();
      const client = requests(framed(connection, json()), { match: byId });
      const all = [codeOf(client.request({ id: 1 })), codeOf(client.request({ id: 5 }))];
      await peer.send(sent);
      expect(await all[1]).toBe('ERR_UNKNOWN_ANSWER');
      await all[0];
      expect((await connection.closed).how).toBe('aborted');
    },
  );
});
