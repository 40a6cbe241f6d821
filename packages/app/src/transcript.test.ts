import { named } from '@stack/address';
import { describe, expect, it, vi } from 'vitest';
import { type EndHow, type Protocol, type Sink, transcript } from './index.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('transcript()', () => {
  it('tells what each hook wrote, and all of it', () => {
    const calls: string[] = [];
    const protocol: Protocol<Sink> = {
      name: 'probe',
      open(out) {
        out.write('<open>');
        return out;
      },
      ready: (out) => void out.write('<ready>'),
      receive(bytes, out) {
        if (bytes.length > 1) out.write(`<${text(bytes)}>`);
        if (bytes.length > 2) out.write('<more>');
      },
      end(out) {
        out.write('<end>');
        out.end();
      },
      close: (out, how, error) =>
        void calls.push(`${how} ${String(error)} ${String(out.write('late'))} ${String(out.full)}`),
    };
    const { opened, replies, ended, output, end } = transcript(protocol, ['a', 'bb', new TextEncoder().encode('ccc')]);
    expect(text(opened)).toBe('<open><ready>');
    expect(replies.map(text)).toEqual(['', '<bb>', '<ccc><more>']);
    expect(text(ended)).toBe('<end>');
    expect(text(output)).toBe('<open><ready><bb><ccc><more><end>');
    expect(end).toEqual({ how: 'finished' });
    expect(calls).toEqual(['finished undefined false true']);
  });

  it('gives nothing more to a protocol that has ended, and does not tell it of the end', () => {
    const end = vi.fn<NonNullable<Protocol['end']>>();
    const protocol: Protocol = {
      name: 'once',
      open: () => undefined,
      receive(bytes, out) {
        out.write(bytes);
        out.end();
        out.write('too late');
      },
      end,
    };
    const { replies, output } = transcript(protocol, ['first', 'second']);
    expect(replies).toHaveLength(1);
    expect(text(output)).toBe('first');
    expect(end).not.toHaveBeenCalled();
  });

  it('tells of an abort, with what was written by then', () => {
    const reason = new Error('no');
    const closes: [EndHow, unknown][] = [];
    const protocol: Protocol = {
      name: 'fussy',
      open: () => undefined,
      receive(bytes, out) {
        if (text(bytes) === 'bad') out.abort(reason);
        else out.write(bytes);
      },
      close: (_, how, error) => void closes.push([how, error]),
    };
    const { output, end } = transcript(protocol, ['good', 'bad', 'good']);
    expect(text(output)).toBe('good');
    expect(end).toEqual({ how: 'aborted', error: reason });
    expect(closes).toEqual([['aborted', reason]]);
  });

  it('fills up, so that an endless writer stops, and calls ready once', () => {
    let calls = 0;
    const protocol: Protocol = {
      name: 'endless',
      open: () => undefined,
      ready(out) {
        calls += 1;
        while (out.write('x'.repeat(1_000)));
      },
      receive: () => undefined,
    };
    expect(transcript(protocol, ['a', 'b']).opened).toHaveLength(66_000);
    expect(calls).toBe(1);
  });

  it('names the peer, and who was asked for', () => {
    const peers: string[] = [];
    const protocol: Protocol = {
      name: 'who',
      open: (_, peer) => void peers.push(JSON.stringify(peer)),
      receive: () => undefined,
    };
    transcript(protocol, []);
    transcript(protocol, [], { peer: named('memory', 'other') });
    expect(peers).toEqual([
      '{"family":"name","scheme":"memory","name":"transcript"}',
      '{"family":"name","scheme":"memory","name":"other"}',
    ]);
  });

  it.each<[string, Partial<Protocol>]>([
    ['receive', { receive: async () => Promise.reject(new Error('dropped')) }],
    ['end', { end: async () => undefined }],
  ])('refuses a protocol whose %s returns a promise, and closes it', (hook, hooks) => {
    const close = vi.fn<NonNullable<Protocol['close']>>();
    const protocol: Protocol = { name: 'async', open: () => undefined, receive: () => undefined, close, ...hooks };
    const run = (): unknown => transcript(protocol, ['x']);
    expect(run).toThrow(TypeError);
    expect(run).toThrow(
      `Cannot make a transcript of the protocol "async": ${hook}() returned a promise, and only a connection can wait`,
    );
    expect(close.mock.calls.map(([, how]) => how)).toEqual(['aborted', 'aborted']);
  });

  it('throws what a hook threw, after one close', () => {
    const failure = new Error('failed');
    const close = vi.fn<NonNullable<Protocol['close']>>();
    const receive = (): never => {
      throw failure;
    };
    expect(() => transcript({ name: 'bad', open: () => undefined, receive, close }, ['x'])).toThrow(failure);
    expect(close.mock.calls).toEqual([[undefined, 'aborted', failure]]);

    const last = vi.fn<NonNullable<Protocol['close']>>(() => receive());
    expect(() => transcript({ name: 'bad', open: () => undefined, receive: () => undefined, close: last }, [])).toThrow(
      failure,
    );
    expect(last).toHaveBeenCalledTimes(1);
  });
});
