import { describe, expect, it, vi } from 'vitest';
import { attach, echo, exchanges, type Protocol, transcript, upper, upperUtf8 } from './index.ts';
import { memoryNetwork } from '@stack/transport/memory';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('exchanges()', () => {
  it('ends after so many receives', () => {
    const { replies, end } = transcript(exchanges(upper, 2), ['a', 'b', 'c']);
    expect(replies.map(text)).toEqual(['A', 'B']);
    expect(end).toEqual({ how: 'finished' });
  });

  it('counts no empty chunk, and is no longer than its peer', () => {
    expect(transcript(exchanges(echo, 2), ['', 'a', '', 'b', 'c']).replies.map(text)).toEqual(['', 'a', '', 'b']);
    expect(transcript(exchanges(echo, 5), ['a']).replies).toHaveLength(1);
  });

  it('brings out what the protocol holds back, through its end', () => {
    const cut = Uint8Array.of(0x61, 0xc3);
    expect(transcript(exchanges(upperUtf8, 1), [cut, 'ignored']).output).toEqual(Uint8Array.of(0x41, 0xc3));
  });

  it('ends a protocol that would go on after its end, and calls that end once', () => {
    const end = vi.fn<NonNullable<Protocol['end']>>((out) => void out.write('bye'));
    const protocol: Protocol = { name: 'long', open: () => undefined, receive: () => undefined, end };
    expect(text(transcript(exchanges(protocol, 1), ['x']).output)).toBe('bye');
    expect(end).toHaveBeenCalledTimes(1);
  });

  it('hands every hook its own state, and leaves out those that the protocol lacks', () => {
    const calls: string[] = [];
    const state = { own: true };
    const note =
      (name: string) =>
      (_: unknown, own: unknown): void =>
        void calls.push(`${name} ${String(own === state)}`);
    const full: Protocol<typeof state> = {
      name: 'full',
      rfc: 1,
      open: () => state,
      receive: (_, __, own) => void calls.push(`receive ${String(own === state)}`),
      ready: note('ready'),
      wake: note('wake'),
      drain: note('drain'),
      end: note('end'),
      close: (own, how, error) => void calls.push(`close ${String(own === state)} ${how} ${String(error)}`),
      datagram: { maxReply: () => 5 },
    };
    const limited = exchanges(full, 3);
    expect([limited.name, limited.rfc, limited.datagram]).toEqual([full.name, full.rfc, full.datagram]);
    transcript(limited, ['x']);
    const out = {
      write: () => true,
      full: false,
      end: () => undefined,
      abort: () => undefined,
      wakeAfter: () => undefined,
    };
    const own = limited.open(out, { family: 'name', scheme: 'memory', name: 'peer' });
    limited.wake?.(out, own);
    limited.drain?.(out, own);
    expect(calls).toEqual([
      'ready true',
      'receive true',
      'end true',
      'close true finished undefined',
      'wake true',
      'drain true',
    ]);

    const bare = exchanges(echo, 1);
    expect([bare.end, bare.ready, bare.wake, bare.drain, bare.close]).toEqual(
      Array.from({ length: 5 }, () => undefined),
    );
  });

  it('waits for pending steps, in order', async () => {
    const network = memoryNetwork();
    const listener = await network.listen('memory:exchanges');
    const peer = await network.connect('memory:exchanges');
    const connection = await listener.accept();
    const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    const protocol: Protocol = {
      name: 'slow',
      open: () => undefined,
      async receive(bytes, out) {
        await later();
        out.write(bytes);
      },
      async end(out) {
        await later();
        out.write('!');
      },
    };
    if (connection === null) throw new Error('no connection was accepted');
    const ended = attach(exchanges(protocol, 1), connection);
    await peer.send('once');
    expect(text(await peer.recvExactly(5))).toBe('once!');
    expect(await peer.recv()).toBeNull();
    expect(await ended).toEqual({ how: 'finished' });
    await Promise.all([peer.close(), connection.close(), listener.close()]);
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity, '2' as unknown as number])('refuses %s', (count) => {
    expect(() => exchanges(echo, count)).toThrow(
      new RangeError(`Cannot limit "echo" to ${count} exchanges: expected a whole number of at least 1`),
    );
  });
});
