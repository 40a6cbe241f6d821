import { type Address, formatAddress } from '@stack/address';
import type { DriverConnectOptions } from '../contract/driver.ts';
import { TransportError, type TransportErrorCode } from '../contract/errors.ts';
import type { MemoryStreamDriver } from '../memory/stream-driver.ts';
import { Circuit } from './circuit.ts';
import { travelMs } from './link.ts';
import type { Random } from './random.ts';
import { Side } from './side.ts';
import type { VirtualListener } from './virtual-listener.ts';
import type { World } from './world.ts';

/** The first packet of a connection is sent again after so long, then after twice that, and so on (RFC 6298 section 2). */
const firstAgainMs = 1_000;

/** What a dial needs to know of how to connect. */
export type DialOptions = Pick<DriverConnectOptions, 'signal' | 'keepAlive'>;

/** One attempt to connect: a packet there and one back, each sent again when it is lost, until somebody answers or it is too late. */
export class Dial {
  readonly promise: Promise<MemoryStreamDriver>;
  readonly #world: World;
  readonly #from: Side;
  readonly #to: Address;
  readonly #random: Random;
  readonly #startMs: number;
  readonly #resolve: (driver: MemoryStreamDriver) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #options: DialOptions;
  #againMs = firstAgainMs;
  #cancel: () => void = () => undefined;
  /** The listener need not wait for this dial any more. */
  #settled: () => void = () => undefined;

  constructor(world: World, from: Side, to: Address, options: DialOptions) {
    this.#world = world;
    this.#from = from;
    this.#to = to;
    this.#random = world.random.fork();
    this.#startMs = world.clock.now();
    this.#options = options;
    const { promise, resolve, reject } = Promise.withResolvers<MemoryStreamDriver>();
    this.promise = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    options.signal?.addEventListener('abort', this.#onAbort);
    this.#send();
  }

  readonly #onAbort = (): void => this.#fail(this.#options.signal?.reason);

  /** The first packet sets out. */
  #send(): void {
    const machine = this.#world.machineAt(this.#to, this.#from.machine);
    const side = machine === undefined ? undefined : new Side(machine, this.#to);
    this.#travel(this.#from, side, () => this.#arrive(side));
  }

  #arrive(to: Side | undefined): void {
    const { state } = this.#world.linkBetween(this.#from, to);
    if (to === undefined || state === 'unreachable') return this.#answer(to, 'EHOSTUNREACH');
    if (state === 'cut' || !to.machine.isUp) return this.#again(to);
    this.#world.note('dial', this.#from, to, 0);
    const listener = this.#world.listenerAt(to);
    if (listener === undefined || state === 'refused') return this.#answer(to, 'ECONNREFUSED');
    this.#settled = listener.expect();
    this.#travel(to, this.#from, () => {
      if (this.#isLost(to)) this.#again(to);
      else this.#open(to, listener);
    });
  }

  #open(to: Side, listener: VirtualListener): void {
    const circuit = new Circuit(this.#world, this.#from, to, [this.#options.keepAlive, listener.keepAlive]);
    circuit.wires[0].open({ kind: 'open', listener, settled: this.#settled });
    this.#settled = () => undefined;
    this.#end();
    this.#resolve(circuit.client);
  }

  #answer(to: Side | undefined, code: TransportErrorCode): void {
    this.#travel(to, this.#from, () => {
      if (to !== undefined && code === 'ECONNREFUSED' && this.#isLost(to)) this.#again(to);
      else this.#fail(this.#error(code));
    });
  }

  /** The way back is cut. */
  #isLost(to: Side): boolean {
    const { state } = this.#world.linkBetween(to, this.#from);
    return state === 'cut' || state === 'unreachable';
  }

  /** Nobody answered: tries again, each time later, until it is too late. */
  #again(to: Side): void {
    this.#settled();
    this.#world.note('held', this.#from, to, 0);
    const leftMs = this.#startMs + this.#world.handshakeMs - this.#world.clock.now();
    this.#wait(Math.min(this.#againMs, leftMs), () => {
      if (this.#againMs >= leftMs) this.#fail(this.#error('ETIMEDOUT'));
      else {
        this.#againMs *= 2;
        this.#send();
      }
    });
  }

  #travel(from: Side | undefined, to: Side | undefined, f: () => void): void {
    this.#wait(travelMs(this.#world.linkBetween(from, to), this.#random.unit()), f);
  }

  #wait(ms: number, f: () => void): void {
    this.#cancel = this.#world.clock.after(ms, () => {
      if (this.#from.machine.isUp) f();
      else this.#fail(this.#error('ENETDOWN'));
    });
  }

  #error(code: TransportErrorCode): TransportError {
    return new TransportError({ code, op: 'connect', at: formatAddress(this.#to), remote: this.#to });
  }

  #fail(reason: unknown): void {
    this.#end();
    this.#reject(reason);
  }

  #end(): void {
    this.#cancel();
    this.#settled();
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
  }
}
