import { spawnSync } from 'node:child_process';
import { inet } from '@stack/address';
import { type Program, type Random, randomTexts, replayable, start } from '@stack/interop';
import { isTransportError, system } from '@stack/transport';
import { describe, expect, test } from 'vitest';
import { whyNoIpv6 } from './loopback-v6.ts';

/** One program as a client of `host:port`, and as an echo for one client at a port of its choice, or at `port`. */
interface Peer {
  readonly name: string;
  readonly client: (host: string, port: number) => readonly string[];
  readonly server: (host: string, port: number) => readonly string[];
  /** What it says when it listens, with the port at the end. */
  readonly ready: RegExp;
}

const version = (host: string): '4' | '6' => (host.includes(':') ? '6' : '4');
const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

const foreign: readonly Peer[] = [
  {
    name: 'socat',
    client: (host, port) => ['-', `UDP${version(host)}:${bracketed(host)}:${port}`],
    server: (host, port) => ['-d', '-d', `UDP${version(host)}-LISTEN:${port},bind=${bracketed(host)}`, 'PIPE'],
    ready: /listening on .*:(\d+)\n/,
  },
  {
    name: 'ncat',
    client: (host, port) => ['-u', `-${version(host)}`, host, String(port)],
    server: (host, port) => ['-u', '-v', `-${version(host)}`, '-l', host, String(port), '--exec', '/bin/cat'],
    ready: /Listening on .*:(\d+)\n/,
  },
];

const noIpv6 = await whyNoIpv6();
const hosts: readonly (readonly [host: string, absent: string | undefined])[] = [
  ['127.0.0.1', undefined],
  ['::1', noIpv6],
];
const cases = foreign.flatMap((peer) =>
  hosts.map(([host, absent]) => {
    const isHere = spawnSync(peer.name, ['-h']).error === undefined;
    const why = isHere ? absent : `no ${peer.name} on this machine`;
    return { ...peer, host, why, title: `${peer.name} over ${host}${why === undefined ? '' : ` (skipped: ${why})`}` };
  }),
);

/** Lines of all sizes, each a datagram. */
const lines = (random: Random): readonly string[] => randomTexts(random, { count: 60, maxBytes: 1400 });

/** A port that was free a moment ago: some programs cannot say which they were given. */
const freePort = async (host: string): Promise<number> => {
  await using socket = await system.bind(`udp://${bracketed(host)}:0`);
  return 'port' in socket.local ? socket.local.port : 0;
};

/** Waits until a server says that it listens; gives its port. */
const portOf = async (program: Program, ready: RegExp): Promise<number> => {
  let port: string | undefined;
  while (port === undefined) {
    const line = await program.stderr.line();
    if (line === null) throw new Error(`it ended before it listened: ${program.stderr.text}`);
    port = ready.exec(`${line}\n`)?.[1];
  }
  return Number(port);
};

describe.each(cases)('$title', ({ name, client, server, ready, host, why }) => {
  test.skipIf(why !== undefined)(
    'as a client of ours: every line comes back as it was',
    replayable(async (random) => {
      await using socket = await system.bind(`udp://${bracketed(host)}:0`);
      const serving = socket.consume(({ data, from }) => void socket.trySendTo(data, from));
      await using program = await start(name, client(host, 'port' in socket.local ? socket.local.port : 0));
      for (const line of lines(random)) {
        await program.write(`${line}\n`);
        expect(await program.nextLine()).toBe(line);
      }
      expect(socket.dropped).toBe(0);
      await socket.close();
      await serving;
    }),
  );

  test.skipIf(why !== undefined)(
    'as a server for ours: every datagram comes back as it was, and its end disturbs nobody',
    replayable(async (random) => {
      await using program = await start(name, server(host, await freePort(host)));
      const address = inet(host, await portOf(program, ready));
      await using peer = await system.connectDatagram({ scheme: 'udp', address });
      for (const line of lines(random)) {
        await peer.send(line);
        expect(new TextDecoder().decode(await peer.recv({ timeoutMs: 10_000 }))).toBe(line);
      }
      program.signal('SIGKILL');
      await program.exit;
      // A child that it started may hold its socket for a moment longer.
      let refusal: unknown;
      for (let tries = 0; tries < 50 && !isTransportError(refusal, 'ECONNREFUSED'); tries += 1) {
        await peer.send('anybody?').catch(() => undefined);
        refusal = await peer.recv({ timeoutMs: 100 }).catch((error: unknown) => error);
      }
      expect(refusal).toMatchObject({ code: 'ECONNREFUSED' });
    }),
  );
});
