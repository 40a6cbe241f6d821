import { formatAddress } from '@stack/address';
import { TransportError } from '../contract/errors.ts';
import type { Network } from '../contract/network.ts';
import { network } from '../core/network.ts';
import { HostBackend, type HostBackendInit } from './host-backend.ts';
import type { Machine } from './machine.ts';
import type { World } from './world.ts';

/**
 * A host of a virtual network, as the programs on it see the network: it dials from its own address, and listens on that, on
 * its loopback, or on all of them (`0.0.0.0`, `::`). Unix sockets are its own; `memory:` names are known to every host.
 */
export interface VirtualHost extends Network {
  /** Its first address. */
  readonly name: string;
  /**
   * The host vanishes without a word. Its own programs see every connection, listener and socket fail with `ENETDOWN`; its
   * peers see nothing, until they have waited too long for an answer (`ETIMEDOUT`), or the host is back (`ECONNRESET`).
   */
  kill(): void;
  /** The host is back, and knows nothing of what was before. */
  restart(): void;
}

const kill = (world: World, machine: Machine): void => {
  if (!machine.isUp) return;
  machine.isUp = false;
  const name = { text: machine.name };
  world.note('kill', name, name, 0);
  const reason = `host ${machine.name} was killed`;
  const { listeners, sockets } = machine.places;
  const down = (at: string, op: 'accept' | 'recv'): TransportError =>
    new TransportError({ code: 'ENETDOWN', op, at, reason });

  for (const circuit of world.circuits) circuit.onKilled(machine);
  for (const listener of [...listeners.values(), ...world.named.listeners.values()]) {
    if (listener.machine !== machine) continue;
    // Never from inside the call.
    queueMicrotask(() => listener.fail(down(formatAddress(listener.address), 'accept')));
    void listener.close();
  }
  for (const socket of [...sockets.values(), ...world.named.sockets.values()]) {
    if (world.owners.get(socket) === machine) socket.fail(down(formatAddress(socket.local), 'recv'));
  }
  world.onChange();
};

const restart = (world: World, machine: Machine): void => {
  if (machine.isUp) return;
  machine.isUp = true;
  const name = { text: machine.name };
  world.note('restart', name, name, 0);
  world.onChange();
};

/** Makes the network of one host. */
export const virtualHost = (init: HostBackendInit): VirtualHost => {
  const { world, machine } = init;
  return Object.assign(network(new HostBackend(init)), {
    name: machine.name,
    kill: () => kill(world, machine),
    restart: () => restart(world, machine),
  });
};
