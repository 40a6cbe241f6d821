import { inet } from '@stack/address';
import type { Clock } from '../contract/clock.ts';
import type { Network } from '../contract/network.ts';
import { durationOption } from '../core/limits.ts';
import { network } from '../core/network.ts';
import { type DatagramCounts, DatagramTraffic } from './datagram-traffic.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import type { LinkOptions } from './link.ts';
import { HostBackend } from './host-backend.ts';
import { LinkRules } from './link-rules.ts';
import { Machine } from './machine.ts';
import { type NameAnswer, NameTable } from './name-table.ts';
import type { NetworkEvent } from './network-event.ts';
import { Links, type Path, placeName } from './path.ts';
import { Random } from './random.ts';
import { runSeeded } from './run-seeded.ts';
import { virtualHost, type VirtualHost } from './virtual-host.ts';
import { World } from './world.ts';

/** How a virtual network is made. */
export interface VirtualNetworkOptions<C extends Clock = FakeClock> {
  /** Where everything random comes from: a whole number from 0 to 2³² - 1. Default: a fresh one; `replay` tells it. */
  readonly seed?: number | undefined;
  /** What time it has. Default: a `fakeClock()` of its own; `systemClock` makes everything take its time. */
  readonly clock?: C | undefined;
  /** Every link, until something else is said of it. Default: calm. */
  readonly link?: LinkOptions | undefined;
  /** Milliseconds that a dial nobody answers takes to fail with `ETIMEDOUT`. Default 127,000, as Linux has it. */
  readonly handshakeMs?: number | undefined;
  /**
   * Milliseconds after which a connection whose bytes nobody acknowledges fails with `ETIMEDOUT`. Default 924,600, as Linux
   * has it. One that is idle never notices, as with a kernel.
   */
  readonly retransmitMs?: number | undefined;
  /** Hears of everything that happens, in order. It must not use the network. */
  readonly onEvent?: ((event: NetworkEvent) => void) | undefined;
}

/**
 * A network of hosts in memory. Used as it is, it is that of a host with a loopback only: for tests of one program.
 *
 * A place is a host (`10.0.0.1`), an address on it (`10.0.0.1:80`, `unix:/run/x`, `memory:lab`), or `localhost`: the host
 * that the network itself is.
 */
export interface VirtualNetwork<C extends Clock = FakeClock> extends Network {
  readonly clock: C;
  readonly seed: number;
  /** What to set in the environment of a test that takes its seed from there: `STACK_SEED=7`. */
  readonly replay: string;
  /** What became of every datagram so far. */
  readonly datagrams: DatagramCounts;
  /** Connections of which an end is left. */
  readonly connections: number;
  /**
   * The host with this address, and perhaps more of them, one for each family: made when it is first asked for.
   *
   * @throws {AddressError} when that is no address
   * @throws {RangeError} when another host has one of them
   */
  host(address: string, ...more: readonly string[]): VirtualHost;
  /**
   * Says what a name stands for, from now on, on every host.
   *
   * @param delayMs - how long the look-up takes; `Infinity`: it never answers. Default 0
   * @throws {RangeError} for what is no answer
   */
  setName(name: string, answer: NameAnswer, delayMs?: number): void;
  /** The links between two places, both ways; without the second, between the first and everywhere; without any, all links. */
  between(a?: string, b?: string): Path;
  /** The links from one place to another; `undefined` is everywhere. */
  oneWay(from: string | undefined, to: string | undefined): Path;
  /**
   * Runs `body` and lets time go while it runs. What it rejects with names the seed, and has the error itself as `cause`. A
   * body that waits for what can never come fails at once, as long as the clock is a fake one.
   */
  run<T>(body: () => Promise<T>): Promise<T>;
}

/** How long Linux sends a first packet again (tcp_syn_retries 6), and one of a connection (tcp_retries2 15). */
const linuxHandshakeMs = 127_000;
const linuxRetransmitMs = 924_600;

const freshSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

const checkedSeed = (seed: number): number => {
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return seed;
  throw new RangeError(`seed must be a whole number from 0 to ${2 ** 32 - 1}, not ${seed}`);
};

/** Finds and makes the hosts of a world. */
class Hosts {
  readonly #world: World;
  readonly #make: (machine: Machine) => VirtualHost;
  readonly #hosts = new Map<Machine, VirtualHost>();

  constructor(world: World, make: (machine: Machine) => VirtualHost) {
    this.#world = world;
    this.#make = make;
  }

  of(address: string, more: readonly string[]): VirtualHost {
    const addresses = [address, ...more].map((text) => inet(text, 0).host);
    const known = new Set(addresses.map((text) => this.#world.machines.get(text)));
    const [machine] = known;
    const host = machine === undefined || known.size > 1 ? undefined : this.#hosts.get(machine);
    if (host !== undefined) return host;
    if (known.size > 1 || machine !== undefined)
      throw new RangeError(`${addresses.join(' and ')} cannot be one host: another one has some of them`);
    return this.#add(addresses);
  }

  #add(addresses: readonly string[]): VirtualHost {
    const machine = new Machine(addresses[0] ?? '', addresses);
    for (const text of addresses) this.#world.machines.set(text, machine);
    const host = this.#make(machine);
    this.#hosts.set(machine, host);
    return host;
  }
}

const placeOr = (place: string | undefined): string | undefined => (place === undefined ? undefined : placeName(place));

/**
 * Makes a network of hosts in memory, with time, links and faults in the hands of the test.
 *
 * Everything random comes from the seed, and everything that happens is a timer of its clock: with a fake clock, a run is
 * repeated exactly by its seed, as long as what is tested takes its time and its randomness from nowhere else.
 *
 * Streams keep what `Connection` promises on every link; what becomes of a datagram is counted in `datagrams`.
 *
 * @throws {TypeError} for a link that has an unknown property
 * @throws {RangeError} for a seed, a duration or a value of a link that is out of range; the message names it
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { isTransportError } from '@stack/transport';
 * import { virtualNetwork } from '@stack/transport/virtual';
 *
 * const net = virtualNetwork({ seed: 7, link: { latencyMs: 40, jitterMs: 20, maxSegmentBytes: 5 } });
 * const server = net.host('10.0.0.1');
 * const client = net.host('10.0.0.2');
 *
 * await net.run(async () => {
 *   const listener = await server.listen('tcp://0.0.0.0:80');
 *   const [near, far] = await Promise.all([client.connect('tcp://10.0.0.1:80'), listener.accept()]);
 *   assert(far !== null);
 *   await near.send('in pieces, and late');
 *   assert.equal((await far.recvExactly(19)).length, 19);
 *
 *   net.between('10.0.0.1', '10.0.0.2').partition();
 *   await near.send('this gets nowhere');
 *   const error = await near.recv().catch((error: unknown) => error);
 *   assert(isTransportError(error, 'ETIMEDOUT'));
 *   far.abort();
 *   await listener.close();
 * });
 * assert(net.clock.now() > 900_000, 'a quarter of an hour, as Linux waits, in no time');
 * ```
 */
export const virtualNetwork = <C extends Clock = FakeClock>(
  options: VirtualNetworkOptions<C> = {},
): VirtualNetwork<C> => {
  const seed = checkedSeed(options.seed ?? freshSeed());
  // Without a clock of the caller's, `C` is what it is by default.
  const clock = options.clock ?? (fakeClock() as Clock as C);
  const world = new World({
    clock,
    random: new Random(seed),
    rules: new LinkRules(options.link ?? {}),
    handshakeMs: durationOption('handshakeMs', options.handshakeMs, linuxHandshakeMs),
    retransmitMs: durationOption('retransmitMs', options.retransmitMs, linuxRetransmitMs),
    onEvent: options.onEvent,
  });
  const traffic = new DatagramTraffic(world);
  const names = new NameTable(clock);
  const make = (machine: Machine): VirtualHost => virtualHost({ world, names, traffic, machine });
  const hosts = new Hosts(world, make);
  const replay = `STACK_SEED=${seed}`;

  const own = network(new HostBackend({ world, names, traffic, machine: new Machine('localhost', []) }));
  const facilities: Omit<VirtualNetwork<C>, keyof Network> = {
    seed,
    replay,
    get datagrams() {
      return traffic.counts;
    },
    get connections() {
      return world.circuits.size;
    },
    host: (address, ...more) => hosts.of(address, more),
    setName: (name, answer, delayMs = 0) => names.set(name, answer, delayMs),
    between: (a, b) => {
      const [left, right] = [placeOr(a), placeOr(b)];
      return new Links(world, [
        { from: left, to: right },
        { from: right, to: left },
      ]);
    },
    oneWay: (from, to) => new Links(world, [{ from: placeOr(from), to: placeOr(to) }]),
    run: (body) => runSeeded(body, clock, replay),
  };
  return Object.defineProperties(own, Object.getOwnPropertyDescriptors(facilities)) as Network & VirtualNetwork<C>;
};
