import type { Connection } from '../contract/connection.ts';
import type { LinkOptions } from './link.ts';
import type { NetworkEvent } from './network-event.ts';
import { Random } from './random.ts';
import { virtualNetwork } from './virtual-network.ts';
import { readAll } from './virtual-pair.test-fixture.ts';

/** One direction of one connection: what was written, what was read, and how the reading ended. */
export interface Account {
  readonly sent: Uint8Array;
  readonly received: Uint8Array;
  /** `null`: with an end. */
  readonly error: unknown;
}

/** What a run of chaos came to. */
export interface Chaos {
  readonly accounts: readonly Account[];
  readonly events: readonly NetworkEvent[];
  readonly endMs: number;
  /** Connections and timers that are left when everything is over. */
  readonly left: readonly [connections: number, timers: number];
}

const hosts = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
const link: LinkOptions = { latencyMs: 20, jitterMs: 30, maxSegmentBytes: 2_000, windowBytes: 3_000 };

/**
 * Connections between three hosts, each writing, reading, pausing and closing as the seed has it, while links are cut,
 * changed and mended, connections reset, and hosts killed and started anew. In the end all is mended.
 */
export const chaos = async (seed: number): Promise<Chaos> => {
  const events: NetworkEvent[] = [];
  const net = virtualNetwork({ seed, link, retransmitMs: 3_000, onEvent: (event) => void events.push(event) });
  const random = new Random(seed ^ 0x5eed);
  const below = (count: number): number => Math.floor(random.unit() * count);
  const place = (): string => hosts[below(hosts.length)] ?? 'localhost';
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => void net.clock.after(ms, resolve));
  const accounts: Promise<Account>[] = [];

  const write = async (connection: Connection): Promise<Uint8Array> => {
    const sent: number[] = [];
    try {
      for (let chunks = below(12); chunks > 0; chunks -= 1) {
        const chunk = Uint8Array.from({ length: below(1_500) }, () => below(256));
        sent.push(...chunk);
        await connection.send(chunk);
        if (below(3) === 0) await sleep(below(2_000));
      }
      await connection.closeWrite();
    } catch {
      // It broke: what was written before may have arrived, in part.
    }
    return Uint8Array.from(sent);
  };
  const direction = async (from: Connection, to: Connection, delayMs: number): Promise<Account> => {
    const reading = sleep(delayMs).then(() => readAll(to));
    const [sent, { bytes, error }] = await Promise.all([write(from), reading]);
    return { sent, received: bytes, error };
  };
  const talk = async (): Promise<void> => {
    const [server, client] = [net.host(place()), net.host(place())];
    const listener = await server.listen(`tcp://${server.name}:0`).catch(() => undefined);
    const [address] = listener?.addresses ?? [];
    if (listener === undefined || address === undefined) return;
    const accepting = listener.accept().catch(() => null);
    const near = await client.connect({ scheme: 'tcp', address }, { timeoutMs: 5_000 }).catch(() => null);
    const far = near === null ? null : await Promise.race([accepting, sleep(30_000).then(() => null)]);
    await listener.close();
    if (near === null || far === null) return near?.abort();
    accounts.push(direction(near, far, below(500)), direction(far, near, below(500)));
    if (below(6) === 0) net.clock.after(below(5_000), () => near.abort());
  };
  const faults: readonly (() => void)[] = [
    () => net.between(place(), place()).partition(),
    () => net.oneWay(place(), place()).partition(),
    () => net.oneWay(place(), undefined).set({ latencyMs: below(300) }),
    () => net.between(place(), place()).set({ windowBytes: below(3) * 2_000 }),
    () => net.oneWay(place(), place()).set({ bytesPerSecond: 1_000 + below(50_000) }),
    () => net.between(place(), place()).reset(),
    () => net.oneWay(place(), place()).reset(),
    () => net.host(place()).kill(),
    () => net.between(place()).heal(),
    () => hosts.forEach((name) => net.host(name).restart()),
  ];

  await net.run(async () => {
    const talks: Promise<void>[] = [];
    for (let round = 0; round < 40; round += 1) {
      if (round % 3 === 0) talks.push(talk());
      if (round % 2 === 0) faults[below(faults.length)]?.();
      await sleep(below(800));
    }
    net.between().set({ state: 'up', windowBytes: 3_000, bytesPerSecond: Infinity });
    for (const name of hosts) net.host(name).restart();
    await Promise.all(talks);
    // Half-open ones are noticed by nobody who only reads: they are given up on here.
    await sleep(60_000);
    net.between().reset();
    await Promise.all(accounts);
  });
  const endMs = net.clock.now();
  await net.clock.advance(60_000);
  return { accounts: await Promise.all(accounts), events, endMs, left: [net.connections, net.clock.pending] };
};
