import type { Address, Endpoint, HostAddress } from '@stack/address';
import type { Clock } from '../contract/clock.ts';
import type { Connection } from '../contract/connection.ts';
import type { BindOptions, ConnectDatagramOptions } from '../contract/datagram-options.ts';
import type { DatagramPeer, DatagramSocket } from '../contract/datagram.ts';
import type { Backend } from '../contract/driver.ts';
import type { Listener } from '../contract/listener.ts';
import type { ConnectOptions, EndpointLike, ListenOptions, Network } from '../contract/network.ts';
import type { Op } from '../contract/op.ts';
import { bindSocket, connectPeer } from './bind.ts';
import { connectDriver } from './connect.ts';
import { claim, expectUnit } from './endpoint.ts';
import { listenAll } from './listen.ts';
import { resolveAddress } from './resolve.ts';
import { StreamConnection } from './stream-connection.ts';
import { connectionLimits } from './stream-options.ts';
import { systemClock } from './system-clock.ts';

/** Chooses the backend by the endpoint's scheme. */
class ComposedNetwork implements Network {
  readonly clock: Clock;
  readonly #backends: readonly Backend[];

  constructor(backends: readonly Backend[]) {
    this.#backends = backends;
    this.clock = backends[0]?.clock ?? systemClock;
  }

  async connect(endpoint: EndpointLike, options: ConnectOptions = {}): Promise<Connection> {
    const claimed = claim(this.#backends, endpoint, 'connect');
    expectUnit(claimed, 'stream', 'connect');
    const limits = connectionLimits(options);
    return new StreamConnection(await connectDriver(claimed, options), claimed.backend.clock, limits);
  }

  async listen(endpoint: EndpointLike, options: ListenOptions = {}): Promise<Listener> {
    const claimed = claim(this.#backends, endpoint, 'listen');
    expectUnit(claimed, 'stream', 'listen');
    return listenAll(claimed, options);
  }

  async bind(endpoint: EndpointLike, options: BindOptions = {}): Promise<DatagramSocket> {
    const claimed = claim(this.#backends, endpoint, 'bind');
    expectUnit(claimed, 'datagram', 'bind');
    return bindSocket(claimed, options);
  }

  async connectDatagram(endpoint: EndpointLike, options: ConnectDatagramOptions = {}): Promise<DatagramPeer> {
    const claimed = claim(this.#backends, endpoint, 'connect');
    expectUnit(claimed, 'datagram', 'connect');
    return connectPeer(claimed, options);
  }

  async resolve(at: HostAddress | Endpoint, op: Op = {}): Promise<readonly Address[]> {
    if ('scheme' in at) {
      const { backend, endpoint, text } = claim(this.#backends, at, 'resolve');
      return resolveAddress(backend, endpoint.address, text, op);
    }
    const backend = this.#backends.find((candidate) => candidate.resolve !== undefined);
    return resolveAddress(backend ?? { name: 'chosen', clock: this.clock }, at, at.host, op);
  }
}

/**
 * Makes one network of several backends: each endpoint goes to the first that claims its scheme.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { network } from '@stack/transport';
 * import { memoryBackend } from '@stack/transport/memory';
 *
 * const lab = network(memoryBackend());
 * const listener = await lab.listen('memory:lab');
 * const [client, server] = await Promise.all([lab.connect('memory:lab'), listener.accept()]);
 * await client.send('hello');
 * assert.equal(String(Buffer.from((await server?.recv()) ?? [])), 'hello');
 * await Promise.all([client.close(), server?.close(), listener.close()]);
 * ```
 */
export const network = (...backends: readonly Backend[]): Network => new ComposedNetwork(backends);
