import { type Address, inet, named, unixPath } from '@stack/address';
import type { ReplySocket } from '@stack/session';
import type { Bytes, Datagram } from '@stack/transport';
import { describe, expect, it, vi } from 'vitest';
import { datagramHandler, echo, type EndHow, type Protocol, type Sink, upperUtf8 } from './index.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const peer = inet('192.0.2.1', 50_000);

const datagram = (data: string | Uint8Array, from: Address = peer, truncated = false): Datagram => ({
  data: typeof data === 'string' ? new TextEncoder().encode(data) : data,
  from,
  truncated,
});

/** A socket that keeps what it would send. */
const fakeSocket = (local: Address = inet('127.0.0.1', 7_777)): ReplySocket & { readonly sent: Uint8Array[] } => {
  const sent: Uint8Array[] = [];
  return {
    local,
    sent,
    reply: (_: Datagram, data: Bytes) => {
      if (typeof data === 'string') throw new Error('text was not encoded');
      sent.push(data);
      return true;
    },
  };
};

/** A protocol of some hooks, with room for long answers. */
const protocolOf = (hooks: Partial<Protocol>): Protocol => ({
  name: 'probe',
  open: () => undefined,
  receive: () => undefined,
  datagram: { maxReply: () => 1_000 },
  ...hooks,
});

describe('datagramHandler() with an answer', () => {
  it('sends it, as it is, to the sender, an empty one too', () => {
    const handle = datagramHandler(echo);
    const socket = fakeSocket();
    const question = datagram('ping');
    expect(handle(question, socket)).toBeUndefined();
    handle(datagram(''), socket);
    expect(socket.sent).toHaveLength(2);
    expect(socket.sent[0]).toBe(question.data);
    expect(socket.sent[1]).toHaveLength(0);
    expect(handle.withheld).toBe(0);
  });

  it('sends nothing for null, which is not an answer withheld, and text as UTF-8', () => {
    const asked: [string, Address][] = [];
    const handle = datagramHandler(
      protocolOf({
        datagram: {
          answer(question, from) {
            asked.push([text(question), from]);
            return text(question) === 'quiet' ? null : 'ß';
          },
        },
      }),
    );
    const socket = fakeSocket();
    handle(datagram('quiet'), socket);
    handle(datagram('loud'), socket);
    expect(socket.sent.map(text)).toEqual(['ß']);
    expect(asked).toEqual([
      ['quiet', peer],
      ['loud', peer],
    ]);
    expect(handle.withheld).toBe(0);
  });
});

describe('datagramHandler() with hooks', () => {
  it('opens, receives, ends and closes for each datagram, and sends all that was written as one', () => {
    const log: string[] = [];
    const handle = datagramHandler(
      protocolOf({
        open(out, from) {
          log.push(`open ${String(from === peer)}`);
          out.write('<');
        },
        ready: () => void log.push('ready'),
        receive(bytes, out) {
          log.push(`receive ${bytes.length}`);
          out.write(bytes);
          out.wakeAfter(0);
        },
        wake: () => void log.push('wake'),
        end(out) {
          log.push('end');
          out.write('>');
        },
        close: (_, how, error) => void log.push(`close ${how} ${String(error)}`),
      }),
    );
    const socket = fakeSocket();
    expect(handle(datagram('question'), socket)).toBeUndefined();
    handle(datagram(''), socket);
    expect(socket.sent.map(text)).toEqual(['<question>', '<>']);
    const once = (length: number): string[] => ['open true', `receive ${length}`, 'end', 'close finished undefined'];
    expect(log).toEqual([...once(8), ...once(0)]);
  });

  it('sends nothing when nothing was written, and an empty answer when 0 bytes were', () => {
    const socket = fakeSocket();
    datagramHandler(protocolOf({}))(datagram('discarded'), socket);
    expect(socket.sent).toEqual([]);
    datagramHandler(protocolOf({ receive: (_, out) => void out.write('') }))(datagram('acknowledged'), socket);
    expect(socket.sent).toEqual([new Uint8Array(0)]);
  });

  it('gives nothing more to a protocol that has ended', () => {
    const receive = vi.fn<Protocol['receive']>();
    const end = vi.fn<NonNullable<Protocol['end']>>();
    const open = (out: Sink): void => {
      out.write('noon');
      out.end();
      out.write('late');
    };
    const socket = fakeSocket();
    datagramHandler(protocolOf({ open, receive, end }))(datagram('?'), socket);
    expect(socket.sent.map(text)).toEqual(['noon']);
    expect(receive).not.toHaveBeenCalled();
    expect(end).not.toHaveBeenCalled();
  });

  it('returns a promise while a step is pending, and answers after it', async () => {
    const gate = Promise.withResolvers<void>();
    const handle = datagramHandler(
      protocolOf({
        async receive(bytes, out) {
          await gate.promise;
          out.write(bytes);
        },
        async end(out) {
          await gate.promise;
          out.write('!');
        },
      }),
    );
    const socket = fakeSocket();
    const step = handle(datagram('slow'), socket);
    expect(step).toBeInstanceOf(Promise);
    expect(socket.sent).toEqual([]);
    gate.resolve();
    await step;
    expect(socket.sent.map(text)).toEqual(['slow!']);
  });

  it('is full past what may be answered, so that an endless writer stops', () => {
    const endless = protocolOf({
      receive(_, out) {
        while (out.write('x'.repeat(100)));
      },
    });
    const handle = datagramHandler(endless);
    const socket = fakeSocket();
    handle(datagram('?'), socket);
    expect(socket.sent).toEqual([]);
    expect(handle.withheld).toBe(1);
  });

  it('makes the sink a dead one after the close', () => {
    const sinks: Sink[] = [];
    const handle = datagramHandler(protocolOf({ open: (out) => void sinks.push(out) }));
    const socket = fakeSocket();
    handle(datagram('?'), socket);
    expect([sinks[0]?.write('late'), sinks[0]?.full]).toEqual([false, true]);
    sinks[0]?.abort('late');
    expect(socket.sent).toEqual([]);
  });

  const failure = new Error('the hook failed');
  const fail = (): never => {
    throw failure;
  };
  it.each<[string, Partial<Protocol>, boolean]>([
    ['open', { open: fail }, false],
    ['receive', { receive: fail }, true],
    ['receive, later', { receive: async () => fail() }, true],
    ['end', { end: fail }, true],
    ['end, later', { end: async () => fail() }, true],
    ['out.abort()', { receive: (_, out) => (out.write('x'), out.abort(failure)) }, true],
  ])('fails with what %s threw, answers nothing, and closes once', async (_, hooks, isClosed) => {
    const closes: [EndHow, unknown][] = [];
    const handle = datagramHandler(
      protocolOf({
        receive: (_, out) => void out.write('half'),
        ...hooks,
        close: (_, how, error) => void closes.push([how, error]),
      }),
    );
    const socket = fakeSocket();
    const run = async (): Promise<void> => handle(datagram('?'), socket);
    await expect(run()).rejects.toBe(failure);
    expect(closes).toEqual(isClosed ? [['aborted', failure]] : []);
    expect(socket.sent).toEqual([]);
  });

  it('closes once where close itself throws', () => {
    const close = vi.fn<NonNullable<Protocol['close']>>(fail);
    expect(() => datagramHandler(protocolOf({ close }))(datagram('?'), fakeSocket())).toThrow(failure);
    expect(close).toHaveBeenCalledTimes(1);
  });
});

describe('datagramHandler() withholds', () => {
  it('an answer longer than the question, unless the protocol allows for it', () => {
    const long = (maxReply?: number): Protocol =>
      protocolOf({ datagram: { answer: () => 'x'.repeat(10), ...(maxReply && { maxReply: () => maxReply }) } });
    const socket = fakeSocket();
    const strict = datagramHandler(long());
    strict(datagram('x'.repeat(9)), socket);
    expect([socket.sent.length, strict.withheld]).toEqual([0, 1]);
    strict(datagram('x'.repeat(10)), socket);
    expect([socket.sent.length, strict.withheld]).toEqual([1, 1]);
    const generous = datagramHandler(long(10));
    generous(datagram(''), socket);
    expect([socket.sent.length, generous.withheld]).toEqual([2, 0]);
  });

  it('nothing of what upperUtf8 may make of its question', () => {
    const handle = datagramHandler(upperUtf8);
    const socket = fakeSocket();
    for (const question of ['\u0390', 'ß', 'a', '']) handle(datagram(question), socket);
    handle(datagram(Uint8Array.of(0x61, 0xe2, 0x82)), socket);
    expect(socket.sent.map((data) => data.length)).toEqual([6, 2, 1, 0, 3]);
    expect(handle.withheld).toBe(0);
  });

  it.each([0, 7, 13, 17, 19, 37, 53, 69, 123, 1_023])('what would go to the well-known port %i', (port) => {
    const handle = datagramHandler(echo);
    const socket = fakeSocket();
    handle(datagram('ping', inet('192.0.2.1', port)), socket);
    handle(datagram('ping', inet('2001:db8::1', port)), socket);
    expect([socket.sent.length, handle.withheld]).toEqual([0, 2]);
  });

  it('nothing from port 1,024 on, or from where there are no ports', () => {
    const handle = datagramHandler(echo);
    const socket = fakeSocket();
    for (const from of [inet('192.0.2.1', 1_024), named('memory', 'peer-1'), unixPath('/run/peer.sock')]) {
      handle(datagram('ping', from), socket);
    }
    expect([socket.sent.length, handle.withheld]).toEqual([3, 0]);
  });

  it('what the caller says is a responder, instead of the default', () => {
    const handle = datagramHandler(echo, { isResponder: (from) => 'port' in from && from.port === 5_353 });
    const socket = fakeSocket();
    handle(datagram('ping', inet('192.0.2.1', 5_353)), socket);
    handle(datagram('ping', inet('192.0.2.1', 53)), socket);
    expect([socket.sent.length, handle.withheld]).toEqual([1, 1]);
  });

  it.each<[string, Address, Address, boolean]>([
    ['the socket itself', inet('127.0.0.1', 7_777), inet('127.0.0.1', 7_777), true],
    ['another port of the same host', inet('127.0.0.1', 7_778), inet('127.0.0.1', 7_777), false],
    ['another host on the same port', inet('192.0.2.1', 7_777), inet('127.0.0.1', 7_777), false],
    ['a wildcard socket, over loopback', inet('127.0.0.9', 7_777), inet('0.0.0.0', 7_777), true],
    ['a wildcard socket of IPv6, over loopback', inet('::1', 7_777), inet('::', 7_777), true],
    ['a wildcard socket of both, over loopback', inet('::ffff:127.0.0.1', 7_777), inet('::', 7_777), true],
    ['another host on the port of a wildcard socket', inet('192.0.2.1', 7_777), inet('0.0.0.0', 7_777), false],
    ['the socket itself, by name', named('memory', 'a'), named('memory', 'a'), true],
    ['another one, by name', named('memory', 'b'), named('memory', 'a'), false],
    ['the socket itself, by path', unixPath('/run/a.sock'), unixPath('/run/a.sock'), true],
    ['another family', named('memory', 'a'), unixPath('/run/a.sock'), false],
  ])('what would go to %s: %s to %s', (_, from, local, isWithheld) => {
    const handle = datagramHandler(echo);
    const socket = fakeSocket(local);
    handle(datagram('ping', from), socket);
    expect([socket.sent.length, handle.withheld]).toEqual(isWithheld ? [0, 1] : [1, 0]);
  });

  it('what would answer half a question, which the protocol does not see', () => {
    const answer = vi.fn<(question: Uint8Array) => Uint8Array>((question) => question);
    const handle = datagramHandler(protocolOf({ datagram: { answer } }));
    const socket = fakeSocket();
    handle(datagram('cut', peer, true), socket);
    expect([socket.sent.length, handle.withheld, answer.mock.calls.length]).toEqual([0, 1, 0]);
  });

  it('no question: a protocol that only listens hears well-known ports too', () => {
    const heard: string[] = [];
    const handle = datagramHandler(protocolOf({ receive: (bytes) => void heard.push(text(bytes)) }));
    handle(datagram('a log line', inet('192.0.2.1', 514)), fakeSocket());
    expect(heard).toEqual(['a log line']);
    expect(handle.withheld).toBe(0);
  });
});
