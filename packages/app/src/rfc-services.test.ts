import { inet, named } from '@stack/address';
import { serve, type Source } from '@stack/session';
import type { Connection, Network } from '@stack/transport';
import { system } from '@stack/transport';
import { memoryNetwork } from '@stack/transport/memory';
import { describe, expect, it } from 'vitest';
import {
  chargen,
  datagramHandler,
  daytime,
  discard,
  echo,
  type Protocol,
  service,
  time,
  transcript,
  upper,
  upperUtf8,
} from './index.ts';

const text = (data: Uint8Array | null): string => new TextDecoder().decode(data ?? new Uint8Array(0));
const allBytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const noon = (): Date => new Date('2026-11-24T12:00:05Z');

const everything = async (connection: Connection): Promise<Uint8Array> => {
  const parts: Uint8Array[] = [];
  await connection.consume((chunk) => void parts.push(chunk));
  return Uint8Array.from(parts.flatMap((part) => [...part]));
};

/** The same on sockets and in memory. */
describe.each<[string, () => Network]>([
  ['sockets', () => system],
  ['memory', memoryNetwork],
])('over %s', (_, makeNetwork) => {
  const network = makeNetwork();
  const errors: unknown[] = [];

  const served = async (protocol: Protocol<unknown>, scheme: 'tcp' | 'udp', name?: string) => {
    errors.length = 0;
    const source: Source =
      scheme === 'tcp' ? await network.listen('tcp://127.0.0.1:0') : await network.bind('udp://127.0.0.1:0');
    const address = 'accept' in source ? source.addresses[0] : source.local;
    if (address === undefined) throw new Error('nothing to connect to');
    const server = serve(source, service(protocol, name === undefined ? {} : { named: name }), {
      onError: (error) => void errors.push(error),
    });
    return { server, at: { scheme, address } };
  };

  /** What comes back to datagrams, the last of which is known to be answered. */
  const answers = async (protocol: Protocol<unknown>, questions: readonly (string | Uint8Array)[], name?: string) => {
    const { server, at } = await served(protocol, 'udp', name);
    const peer = await network.connectDatagram(at);
    const found: Uint8Array[] = [];
    for (const question of questions) {
      await peer.send(question);
      // Sockets of Node give Buffers, which are never equal to other arrays.
      found.push(Uint8Array.from(await peer.recv({ timeoutMs: 5_000 })));
    }
    await peer.close();
    await server.drain({ graceMs: 0 });
    return found;
  };

  it('P1: TCP echo returns every byte until the caller closes, and the rest after a half-close', async () => {
    const { server, at } = await served(echo, 'tcp');
    const connection = await network.connect(at);
    await connection.send(allBytes);
    expect([...(await connection.recvExactly(256))]).toEqual([...allBytes]);
    await connection.send(allBytes);
    await connection.closeWrite();
    expect(await everything(connection)).toEqual(allBytes);
    await connection.close();
    expect(await server.drain({ graceMs: 1_000 })).toMatchObject({ forced: 0 });
  });

  it('P2: UDP echo answers each datagram with its data, an empty one included, to its sender', async () => {
    expect(await answers(echo, [allBytes, new Uint8Array(0), 'x'])).toEqual([
      allBytes,
      new Uint8Array(0),
      Uint8Array.of(120),
    ]);
  });

  it('P5: TCP discard sends nothing, and ends when the caller does', async () => {
    const { server, at } = await served(discard, 'tcp');
    const connection = await network.connect(at);
    for (let round = 0; round < 10; round++) await connection.send(new Uint8Array(10_000));
    expect(connection.tryRecv()).toBeUndefined();
    await connection.closeWrite();
    expect(await everything(connection)).toHaveLength(0);
    await connection.close();
    await server.drain({ graceMs: 1_000 });
    expect(errors).toEqual([]);
  });

  it('P6: TCP daytime says one line and closes; UDP answers with it, whatever is asked', async () => {
    const { server, at } = await served(daytime(noon), 'tcp');
    const connection = await network.connect(at);
    void connection.send('ignored');
    expect(text(await everything(connection))).toBe('Tue Nov 24 12:00:05 2026\r\n');
    await connection.close();
    await server.drain({ graceMs: 1_000 });
    expect((await answers(daytime(noon), ['', 'x'.repeat(100)], 'daytime')).map(text)).toEqual([
      'Tue Nov 24 12:00:05 2026\r\n',
      'Tue Nov 24 12:00:05 2026\r\n',
    ]);
  });

  it('P7: TCP time says four bytes and closes; UDP answers an empty datagram with them', async () => {
    const seconds = Uint8Array.of(0xee, 0xaf, 0xfa, 0xc5);
    expect(new DataView(seconds.buffer).getUint32(0)).toBe(noon().getTime() / 1_000 + 2_208_988_800);
    const { server, at } = await served(time(noon), 'tcp');
    const connection = await network.connect(at);
    expect(await everything(connection)).toEqual(seconds);
    await connection.close();
    await server.drain({ graceMs: 1_000 });
    expect(await answers(time(noon), [''], 'time')).toEqual([seconds]);
  });

  it('P8: TCP chargen goes on at the pace of its peer, and a rude abort is no failure', async () => {
    const { server, at } = await served(chargen(), 'tcp');
    const connection = await network.connect(at);
    const bytes = await connection.recvExactly(1_000_000);
    const lines = text(bytes).split('\r\n').slice(0, -1);
    const printing = String.fromCharCode(...Array.from({ length: 95 }, (_, at) => 32 + at));
    expect(lines.length).toBeGreaterThan(13_000);
    for (const [at, line] of lines.entries()) {
      if (line !== (printing + printing).slice(at % 95, (at % 95) + 72)) expect(line).toBe(`line ${at} of the pattern`);
    }
    const [session] = server.sessions;
    expect(session?.connection.stats.bytesOut).toBeLessThan(20_000_000);
    connection.abort();
    await server.drain({ graceMs: 1_000 });
    expect(errors).toEqual([]);
  });

  it('P8: UDP chargen answers with 0 to 512 characters', async () => {
    const draws = [0, 0.5, 0.999_999];
    const found = await answers(
      chargen(() => draws.shift() ?? 0),
      ['a', '', 'c'],
      'chargen',
    );
    expect(found.map(({ length }) => length)).toEqual([0, 256, 512]);
    expect(text(found[2] ?? null)).toBe(text(transcript(chargen(), []).opened.subarray(0, 512)));
  });

  it('P9: those that say more than they are asked take datagrams only by name', async () => {
    const socket = await network.bind('udp://127.0.0.1:0');
    for (const protocol of [chargen(), daytime(noon), time(noon)]) {
      expect(() => serve(socket, service(protocol))).toThrow('the service has no datagram half');
      expect(() => datagramHandler(protocol)).toThrow(`expected its name as "named"`);
      expect(() => service(protocol, { named: 'echo' })).toThrow('not "echo"');
      expect(service(protocol, { named: protocol.name }).datagram).toBeTypeOf('function');
    }
    await socket.close();
  });
});

it('P3 P4: upper is defined on bytes, upperUtf8 on text, however it is cut', () => {
  const bytes = transcript(upper, [allBytes]).output;
  expect(bytes).toHaveLength(256);
  for (const byte of allBytes) expect(bytes[byte]).toBe(byte >= 97 && byte <= 122 ? byte - 32 : byte);
  const [head, tail] = [Uint8Array.of(0x69, 0xc3), Uint8Array.of(0x9f, 0xc4, 0xb1)];
  expect(text(transcript(upperUtf8, [head, tail]).output)).toBe('ISSI');
});

it('P5: discard does not answer datagrams', () => {
  const handle = datagramHandler(discard);
  const socket = { local: inet('192.0.2.1', 9), reply: () => expect.unreachable('it answered') };
  handle({ data: allBytes, from: inet('192.0.2.2', 50_000), truncated: false }, socket);
  expect(handle.withheld).toBe(0);
});

describe('daytime and time', () => {
  it.each<[string, string]>([
    ['1970-01-01T00:00:00Z', 'Thu Jan  1 00:00:00 1970\r\n'],
    ['1982-02-22T17:37:43Z', 'Mon Feb 22 17:37:43 1982\r\n'],
    ['2000-02-29T23:59:59.999Z', 'Tue Feb 29 23:59:59 2000\r\n'],
    ['0099-12-31T00:00:00Z', 'Thu Dec 31 00:00:00 0099\r\n'],
  ])('P6: daytime says of %s %j, in 26 bytes', (instant, line) => {
    const { output } = transcript(
      daytime(() => new Date(instant)),
      ['ignored'],
    );
    expect(text(output)).toBe(line);
    expect(output).toHaveLength(26);
  });

  it.each<[string, number]>([
    ['1900-01-01T00:00:00Z', 0],
    ['1970-01-01T00:00:00Z', 2_208_988_800],
    ['1976-01-01T00:00:00Z', 2_398_291_200],
    ['1980-01-01T00:00:00Z', 2_524_521_600],
    ['1983-05-01T00:00:00Z', 2_629_584_000],
    ['2036-02-07T06:28:15Z', 0xffff_ffff],
    ['2036-02-07T06:28:16Z', 0],
    // RFC 868: "-1,297,728,000 corresponds to 00:00 17 Nov 1858 GMT".
    ['1858-11-17T00:00:00Z', 2 ** 32 - 1_297_728_000],
  ])('P7: time says of %s %i', (instant, seconds) => {
    const { output } = transcript(
      time(() => new Date(instant)),
      [],
    );
    expect(new DataView(output.buffer, output.byteOffset).getUint32(0)).toBe(seconds);
  });

  it.each([undefined, new Date(Number.NaN)])('P7: say nothing where the clock says %s', (instant) => {
    for (const make of [daytime, time]) {
      const protocol = make(() => instant);
      expect(transcript(protocol, [])).toMatchObject({ output: new Uint8Array(0), end: { how: 'finished' } });
      expect(protocol.datagram?.answer?.(new Uint8Array(0), named('memory', 'peer'))).toBeNull();
    }
  });
});

describe('X2: an answer keeps to what its protocol allows', () => {
  it.each<[Protocol<unknown>, number, number]>([
    [echo, 100, 100],
    [discard, 100, 100],
    [upper, 100, 100],
    [upperUtf8, 100, 300],
    [chargen(), 0, 512],
    [daytime(noon), 0, 26],
    [time(noon), 0, 4],
  ])('%o', (protocol, question, most) => {
    const asked = protocol.datagram?.maxReply?.(question) ?? question;
    expect(asked).toBe(most);
    const sent: number[] = [];
    const excess = { ...protocol, datagram: { ...protocol.datagram, answer: () => new Uint8Array(length) } };
    let length = most;
    const handle = datagramHandler(excess, { named: protocol.name });
    const socket = {
      local: inet('192.0.2.1', 7_000),
      reply: (_: unknown, data: unknown) => sent.push((data as Uint8Array).length) > 0,
    };
    const datagram = { data: new Uint8Array(question), from: inet('192.0.2.2', 50_000), truncated: false };
    handle(datagram, socket);
    length += 1;
    handle(datagram, socket);
    expect([sent, handle.withheld]).toEqual([[most], 1]);
  });
});

it.each([
  '0.0.0.0',
  '0.1.2.3',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  'ff02::1',
  '::',
  '::ffff:224.0.0.1',
])('X1: nothing is answered to %s', (host) => {
  const handle = datagramHandler(echo);
  const socket = { local: inet('192.0.2.1', 7_000), reply: () => expect.unreachable('it answered') };
  handle({ data: allBytes, from: inet(host, 50_000), truncated: false }, socket);
  expect(handle.withheld).toBe(1);
});

it.each(['223.255.255.255', '1.0.0.1', '100.0.0.0', '2001:db8::1', 'fe80::1', '::1', '::ffff:192.0.2.9'])(
  'X1: %s is answered as anybody',
  (host) => {
    const handle = datagramHandler(echo);
    let sent = 0;
    const reply = (): boolean => (sent += 1) > 0;
    handle({ data: allBytes, from: inet(host, 50_000), truncated: false }, { local: inet('192.0.2.1', 7_000), reply });
    expect([sent, handle.withheld]).toEqual([1, 0]);
  },
);
