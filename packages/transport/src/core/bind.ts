import type { Address } from '@stack/address';
import type { Clock } from '../contract/clock.ts';
import type { Datagram, DatagramPeer, DatagramSocket, Outgoing } from '../contract/datagram.ts';
import type { DatagramDriver } from '../contract/driver.ts';
import { TransportError, type TransportOp } from '../contract/errors.ts';
import type { BindOptions } from '../contract/network.ts';
import type { Bytes, Op, Step } from '../contract/op.ts';
import { DatagramCore } from './datagram-core.ts';
import { stoppedBefore } from './deadline.ts';
import { atEndpoint, type Claimed } from './endpoint.ts';
import { expectInheritable, inheritedOption } from './inherited.ts';
import { resolveAddress } from './resolve.ts';

/** The `DatagramSocket` over every backend. */
class BoundSocket implements DatagramSocket {
  readonly #core: DatagramCore;

  constructor(core: DatagramCore) {
    this.#core = core;
  }

  get local(): Address {
    return this.#core.driver.local;
  }

  get dropped(): number {
    return this.#core.dropped;
  }

  get clock(): Clock {
    return this.#core.clock;
  }

  recvFrom(op?: Op): Promise<Datagram> {
    return this.#core.recvFrom(op);
  }

  recvMany(max: number, op?: Op): Promise<Datagram[]> {
    return this.#core.recvMany(max, op);
  }

  consume(each: (datagram: Datagram) => Step, op?: Op): Promise<void> {
    return this.#core.consume(each, op);
  }

  sendTo(data: Bytes, to: Address, op?: Op): Promise<void> {
    return this.#core.send(data, to, op);
  }

  trySendTo(data: Bytes, to: Address): boolean {
    return this.#core.trySend(data, to);
  }

  sendMany(batch: readonly Outgoing[], op?: Op): Promise<number> {
    return this.#core.sendMany(batch, op);
  }

  close(): Promise<void> {
    return this.#core.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#core.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<Datagram> {
    return this.#core.datagrams();
  }
}

/** The `DatagramPeer` over every backend. */
class ConnectedPeer implements DatagramPeer {
  readonly #core: DatagramCore;
  readonly remote: Address;

  constructor(core: DatagramCore, remote: Address) {
    this.#core = core;
    this.remote = remote;
  }

  get local(): Address {
    return this.#core.driver.local;
  }

  get dropped(): number {
    return this.#core.dropped;
  }

  get clock(): Clock {
    return this.#core.clock;
  }

  async recv(op?: Op): Promise<Uint8Array> {
    return (await this.#core.recvFrom(op)).data;
  }

  send(data: Bytes, op?: Op): Promise<void> {
    return this.#core.send(data, undefined, op);
  }

  trySend(data: Bytes): boolean {
    return this.#core.trySend(data, undefined);
  }

  consume(each: (data: Uint8Array) => Step, op?: Op): Promise<void> {
    return this.#core.consume(({ data }) => each(data), op);
  }

  close(): Promise<void> {
    return this.#core.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#core.close();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for await (const { data } of this.#core.datagrams()) yield data;
  }
}

type Opener = (address: Address, core: DatagramCore) => Promise<DatagramDriver>;

/** Looks the name up, opens a driver at its first address, and puts the core over it. */
const open = async (claimed: Claimed, options: BindOptions, op: TransportOp, opener: Opener): Promise<DatagramCore> => {
  const { backend, endpoint, text } = claimed;
  const core = new DatagramCore(text, backend.clock, options);
  const stopped = stoppedBefore(options, op, text);
  if (stopped !== undefined) throw stopped.reason;
  const [address] = await resolveAddress(backend, endpoint.address, text, options);
  if (address === undefined) throw new TransportError({ code: 'ENOTFOUND', op: 'resolve', at: text });
  const driver = await opener(address, core).catch((error: unknown) => {
    throw atEndpoint(error, claimed);
  });
  if (options.signal?.aborted === true) {
    driver.close();
    throw options.signal.reason;
  }
  core.start(driver);
  return core;
};

/** Opens an unconnected datagram socket. */
export const bindSocket = async (claimed: Claimed, options: BindOptions): Promise<DatagramSocket> => {
  const inherited = inheritedOption(options.inherited);
  if (inherited !== undefined) expectInheritable(claimed, 'bind');
  const opener: Opener = (address, core) => claimed.backend.bind(address, core, { inherited });
  return new BoundSocket(await open(claimed, options, 'bind', opener));
};

/** Opens a datagram socket with one peer. */
export const connectPeer = async (claimed: Claimed, options: BindOptions): Promise<DatagramPeer> => {
  if (options.inherited !== undefined) {
    const reason = 'inherited is for sockets that are bound: use bind';
    throw new TransportError({ code: 'ERR_UNSUPPORTED', op: 'connect', at: claimed.text, reason });
  }
  const opener: Opener = (address, core) => claimed.backend.connectDatagram(address, core);
  const core = await open(claimed, options, 'connect', opener);
  const { remote } = core.driver;
  if (remote !== undefined) return new ConnectedPeer(core, remote);
  await core.close();
  throw new TransportError({ code: 'ERR_UNSUPPORTED', op: 'connect', at: claimed.text, reason: 'it names no peer' });
};
