import { type Address, formatAddress } from '@stack/address';
import type { Capability, DatagramCap } from './contract/caps.ts';
import type {
  Backend,
  DatagramDriver,
  DatagramEvents,
  DriverBindOptions,
  DriverConnectOptions,
  DriverListenOptions,
  ListenerDriver,
  ListenerEvents,
  Membership,
  OutgoingBytes,
  SendReceipt,
  StreamDriver,
} from './contract/driver.ts';
import { TransportError } from './contract/errors.ts';
import type { Op } from './contract/op.ts';
import { text } from './scripted-driver.test-fixture.ts';
import { type FakeClock, fakeClock } from './virtual/fake-clock.ts';

/** A dial under way; the test decides what becomes of it. */
export interface Dial {
  readonly to: string;
  readonly atMs: number;
  readonly options: DriverConnectOptions;
  readonly arrive: (driver: StreamDriver) => void;
  readonly fail: (code: string) => void;
}

/** A listening socket that a test makes accept, fail, and finish to stop. */
export class ScriptedListener implements ListenerDriver {
  readonly address: Address;
  readonly options: DriverListenOptions;
  readonly events: ListenerEvents;
  readonly log: string[] = [];
  readonly stopped: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(address: Address, options: DriverListenOptions, events: ListenerEvents) {
    this.address = address;
    this.options = options;
    this.events = events;
  }

  stop(): Promise<void> {
    this.log.push('stop');
    return this.stopped.promise;
  }

  async close(): Promise<void> {
    this.log.push('close');
  }
}

/** A datagram socket whose every event is the test's. */
export class ScriptedDatagrams implements DatagramDriver {
  readonly local: Address;
  readonly remote: Address | undefined;
  readonly events: DatagramEvents;
  readonly log: string[] = [];
  readonly receipts: (SendReceipt | undefined)[] = [];
  readonly caps: ReadonlySet<DatagramCap>;
  queued = 0;

  constructor(local: Address, remote: Address | undefined, events: DatagramEvents, caps: readonly DatagramCap[] = []) {
    this.caps = new Set(caps);
    this.local = local;
    this.remote = remote;
    this.events = events;
  }

  send(data: Uint8Array, to: Address | undefined, receipt: SendReceipt | undefined): void {
    this.log.push(`send ${text(data)} to ${to === undefined ? 'the peer' : formatAddress(to)}`);
    this.receipts.push(receipt);
  }

  sendMany(batch: readonly OutgoingBytes[], count: number, receipt: SendReceipt): void {
    for (const { data, to } of batch.slice(0, count)) this.send(data, to, receipt);
  }

  resume(): void {
    this.log.push('resume');
  }

  pause(): void {
    this.log.push('pause');
  }

  close(): void {
    this.log.push('close');
    queueMicrotask(() => this.events.onClose(null));
  }

  setTtl(hops: number): void {
    this.log.push(`setTtl ${hops}`);
  }

  setMulticastTtl(hops: number): void {
    this.log.push(`setMulticastTtl ${hops}`);
  }

  setMulticastLoop(on: boolean): void {
    this.log.push(`setMulticastLoop ${on}`);
  }

  setMulticastInterface(name: string): void {
    this.log.push(`setMulticastInterface ${name}`);
  }

  setBroadcast(on: boolean): void {
    this.log.push(`setBroadcast ${on}`);
  }

  join({ group, source, interface: name }: Membership): void {
    this.log.push(`join ${group.host} of ${source?.host ?? 'all'} on ${name ?? 'any'}`);
  }

  leave({ group }: Membership): void {
    this.log.push(`leave ${group.host}`);
  }

  kernelDropped(): number {
    return 7;
  }
}

/** A backend whose every answer is the test's. */
export class ScriptedBackend implements Backend {
  readonly name = 'scripted';
  readonly caps: ReadonlySet<Capability> = new Set<Capability>(['stream', 'datagram']);
  readonly schemes: readonly string[] = ['tcp', 'unix', 'udp'];
  readonly clock: FakeClock = fakeClock();
  readonly dials: Dial[] = [];
  readonly listeners: ScriptedListener[] = [];
  readonly sockets: ScriptedDatagrams[] = [];
  /** What names stand for; a name that is not here cannot be found. */
  readonly names: Map<string, readonly string[] | Promise<readonly string[]>> = new Map();
  /** Of the datagram sockets. */
  datagramCaps: readonly DatagramCap[] = [];
  /** What the datagram sockets were opened with. */
  readonly bindOptions: DriverBindOptions[] = [];
  /** Called before a listening or datagram socket opens: to fail it, to hold it up, to give it another address. */
  onOpen: (at: Address) => Promise<Address> | Address = (at) => at;

  async resolve(host: string, _op: Op): Promise<readonly string[]> {
    const hosts = await this.names.get(host);
    if (hosts === undefined) throw new TransportError({ code: 'ENOTFOUND', op: 'resolve', at: host });
    return hosts;
  }

  connect(to: Address, options: DriverConnectOptions): Promise<StreamDriver> {
    const dial = Promise.withResolvers<StreamDriver>();
    const at = formatAddress(to);
    this.dials.push({
      to: at,
      atMs: this.clock.now(),
      options,
      arrive: dial.resolve,
      fail: (code) => dial.reject(new TransportError({ code, op: 'connect', at, remote: to })),
    });
    return dial.promise;
  }

  async listen(at: Address, options: DriverListenOptions, events: ListenerEvents): Promise<ListenerDriver> {
    const listener = new ScriptedListener(await this.onOpen(at), options, events);
    this.listeners.push(listener);
    return listener;
  }

  async bind(at: Address, events: DatagramEvents, options: DriverBindOptions): Promise<DatagramDriver> {
    this.bindOptions.push(options);
    return this.#open(await this.onOpen(at), undefined, events);
  }

  async connectDatagram(to: Address, events: DatagramEvents, options: DriverBindOptions): Promise<DatagramDriver> {
    this.bindOptions.push(options);
    return this.#open(to, await this.onOpen(to), events);
  }

  #open(local: Address, remote: Address | undefined, events: DatagramEvents): DatagramDriver {
    const socket = new ScriptedDatagrams(local, remote, events, this.datagramCaps);
    this.sockets.push(socket);
    return socket;
  }
}
