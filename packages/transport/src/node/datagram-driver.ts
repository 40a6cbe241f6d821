import type { RemoteInfo, Socket } from 'node:dgram';
import { type Address, formatAddress, inet, toMapped } from '@stack/address';
import type { DatagramCap } from '../contract/caps.ts';
import type { DatagramDriver, DatagramEvents, Membership, OutgoingBytes, SendReceipt } from '../contract/driver.ts';
import { TransportError, type TransportOp } from '../contract/errors.ts';
import { maxUdpBytes, tooLong } from '../core/datagram-size.ts';
import { fromNodeError } from './errors.ts';
import { readKernelDrops } from './kernel-drops.ts';
import { toNodeInterface } from './network-interface.ts';
import { Senders } from './senders.ts';
import { asInet, fromAddressInfo, toNodeHost } from './socket-address.ts';

const isLinux = process.platform === 'linux';

/** Node has SO_REUSEPORT where the system shares out among its sockets what comes. */
const sharesPorts = isLinux || ['freebsd', 'aix', 'sunos'].includes(process.platform);

const caps: ReadonlySet<DatagramCap> = new Set<DatagramCap>([
  ...(['ttl', 'broadcast', 'multicast', 'sourceMulticast', 'reuseAddress', 'ipv6Only', 'bufferSizes'] as const),
  ...(sharesPorts ? (['reusePort'] as const) : []),
  ...(isLinux ? (['kernelDrops'] as const) : []),
]);

/** What Node calls when it has sent something. */
type Done = (error: Error | null) => void;

/** The errors of Node's sends name the receiver. */
type SendError = Error & { readonly address?: string; readonly port?: number };

/** A UDP socket of `node:dgram`. Node cannot stop reading it, so `pause` changes nothing. */
export class NodeDatagramDriver implements DatagramDriver {
  readonly caps: ReadonlySet<DatagramCap> = caps;
  readonly #socket: Socket;
  readonly #events: DatagramEvents;
  readonly local: Address;
  readonly remote: Address | undefined;
  /** Sends that Node has not called back for. */
  #inFlight = 0;
  #isClosed = false;
  #isReleased = false;
  /** The last receipt and its callback: one receipt may stand for everything, and needs one callback. */
  #receipt: SendReceipt | undefined;
  #done: Done | undefined;

  constructor(socket: Socket, events: DatagramEvents, remote: Address | undefined) {
    this.#socket = socket;
    this.#events = events;
    this.local = fromAddressInfo(socket.address());
    this.remote = remote;
    socket.on('error', (error) => events.onError(this.#error(error, remote, 'recv')));
    socket.on('close', () => {
      this.#isReleased = true;
      this.#end();
    });
  }

  get queued(): number {
    return this.#isClosed ? 0 : this.#socket.getSendQueueSize();
  }

  send(data: Uint8Array, to: Address | undefined, receipt: SendReceipt | undefined): void {
    this.#send(data, to, receipt ?? this.#unwatched);
  }

  sendMany(batch: readonly OutgoingBytes[], count: number, receipt: SendReceipt): void {
    for (const { data, to } of batch.slice(0, count)) this.#send(data, to, receipt);
  }

  resume(): void {
    const senders = new Senders();
    this.#socket.on('message', (data: Uint8Array, { address, port }: RemoteInfo) =>
      this.#events.onDatagram(data, senders.of(address, port), false),
    );
    this.resume = (): void => undefined;
  }

  pause(): void {}

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
  }

  setTtl(hops: number): void {
    this.#configure(() => void this.#socket.setTTL(hops));
  }

  setMulticastTtl(hops: number): void {
    this.#configure(() => void this.#socket.setMulticastTTL(hops));
  }

  setMulticastLoop(on: boolean): void {
    this.#configure(() => void this.#socket.setMulticastLoopback(on));
  }

  setMulticastInterface(name: string): void {
    this.#configure(() => this.#socket.setMulticastInterface(this.#interface(name)));
  }

  setBroadcast(on: boolean): void {
    this.#configure(() => this.#socket.setBroadcast(on));
  }

  join({ group: { host }, source, interface: name }: Membership): void {
    this.#configure(() => {
      const at = name === undefined ? undefined : this.#interface(name);
      if (source === undefined) this.#socket.addMembership(host, at);
      else this.#socket.addSourceSpecificMembership(source.host, host, at);
    });
  }

  leave({ group: { host }, source, interface: name }: Membership): void {
    try {
      const at = name === undefined ? undefined : this.#interface(name);
      if (source === undefined) this.#socket.dropMembership(host, at);
      else this.#socket.dropSourceSpecificMembership(source.host, host, at);
    } catch {
      // The interface is gone, and the membership with it.
    }
  }

  kernelDropped(): number | undefined {
    return readKernelDrops(this.local, this.remote);
  }

  #send(data: Uint8Array, to: Address | undefined, receipt: SendReceipt): void {
    this.#inFlight += 1;
    const done = this.#doneFor(receipt);
    const refusal = this.#refusal(data.length, to ?? this.remote);
    if (refusal !== undefined) process.nextTick(done, refusal);
    else if (to === undefined) this.#socket.send(data, done);
    else if (to.family === 'AF_INET' && this.local.family === 'AF_INET')
      this.#socket.send(data, to.port, to.host, done);
    else {
      const { host, port } = this.#reachable(to);
      this.#socket.send(data, port, host, done);
    }
  }

  /** Why nothing like this can be sent; what Node would refuse by throwing, too. */
  #refusal(bytes: number, to: Address | undefined): TransportError | undefined {
    if (to === undefined || !('port' in to)) {
      const reason = 'a UDP socket knows IP addresses only';
      const at = to === undefined ? 'nobody' : formatAddress(to);
      return new TransportError({ code: 'ERR_UNSUPPORTED', op: 'send', at, reason, local: this.local, remote: to });
    }
    const maxBytes = maxUdpBytes(to);
    if (bytes > maxBytes) return tooLong(bytes, maxBytes, to, this.local);
    if (to.port !== 0) return undefined;
    const at = formatAddress(to);
    const reason = 'nobody can be at port 0';
    return new TransportError({ code: 'EINVAL', op: 'send', at, reason, local: this.local, remote: to });
  }

  /** An IPv6 socket reaches IPv4 under its mapped address, if at all (RFC 3493 section 3.7). */
  #reachable(to: Address): { readonly host: string; readonly port: number } {
    const address = asInet(to, 'send');
    const isMixed = address.family === 'AF_INET' && this.local.family === 'AF_INET6';
    const reachable = isMixed ? toMapped(address) : address;
    return { host: toNodeHost(reachable), port: reachable.port };
  }

  #doneFor(receipt: SendReceipt): Done {
    if (receipt === this.#receipt && this.#done !== undefined) return this.#done;
    this.#receipt = receipt;
    this.#done = (error) => {
      this.#inFlight -= 1;
      receipt.onSent(error === null ? null : this.#sendError(error));
      if (this.#isReleased) this.#end();
    };
    return this.#done;
  }

  readonly #unwatched: SendReceipt = {
    onSent: (error) => {
      if (error !== null) this.#events.onError(error);
    },
  };

  #sendError(error: SendError): TransportError {
    const { address, port } = error;
    const to = address === undefined || port === undefined || port === 0 ? this.remote : inet(address, port);
    return this.#error(error, to, 'send');
  }

  /** Everything that was sent is told of before the end. */
  #end(): void {
    if (this.#inFlight === 0) this.#events.onClose(null);
  }

  #interface(name: string): string {
    const family = this.local.family === 'AF_INET6' ? 'AF_INET6' : 'AF_INET';
    return toNodeInterface(name, family, formatAddress(this.local));
  }

  #configure(change: () => void): void {
    try {
      change();
    } catch (error) {
      throw this.#error(error, undefined, 'configure');
    }
  }

  #error(error: unknown, remote: Address | undefined, op: TransportOp): TransportError {
    return fromNodeError(error, { op, at: formatAddress(remote ?? this.local), local: this.local, remote });
  }
}
