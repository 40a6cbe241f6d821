import type { Address } from '@stack/address';
import type { BindOptions, ConnectDatagramOptions } from '../contract/datagram-options.ts';
import type { DatagramPeer, DatagramSocket } from '../contract/datagram.ts';
import type { DatagramDriver, DriverBindOptions } from '../contract/driver.ts';
import { TransportError, type TransportOp } from '../contract/errors.ts';
import { driverBindOptions, expectCaps, fittingAddress } from './bind-options.ts';
import { BoundSocket } from './bound-socket.ts';
import { ConnectedPeer } from './connected-peer.ts';
import { DatagramCore } from './datagram-core.ts';
import { noCaps } from './datagram-settings.ts';
import { stoppedBefore } from './deadline.ts';
import { atEndpoint, type Claimed } from './endpoint.ts';
import { expectInheritable } from './inherited.ts';
import { resolveAddress } from './resolve.ts';

type Opener = (address: Address, core: DatagramCore, options: DriverBindOptions) => Promise<DatagramDriver>;

/** Looks the name up, opens a driver at its first address that fits, and puts the core over it. */
const open = async (
  claimed: Claimed,
  options: ConnectDatagramOptions,
  op: TransportOp,
  opener: Opener,
): Promise<DatagramCore> => {
  const { backend, endpoint, text } = claimed;
  const core = new DatagramCore(text, backend.clock, options);
  const driverOptions = driverBindOptions(options);
  const stopped = stoppedBefore(options, op, text);
  if (stopped !== undefined) throw stopped.reason;
  const addresses = await resolveAddress(backend, endpoint.address, text, options);
  const address = fittingAddress(addresses, driverOptions, op, text);
  const driver = await opener(address, core, driverOptions).catch((error: unknown) => {
    throw atEndpoint(error, claimed);
  });
  try {
    if (options.signal?.aborted === true) throw options.signal.reason;
    expectCaps(driver.caps ?? noCaps, driverOptions, op, text);
  } catch (error) {
    driver.close();
    throw error;
  }
  core.start(driver);
  return core;
};

/** Opens an unconnected datagram socket. */
export const bindSocket = async (claimed: Claimed, options: BindOptions): Promise<DatagramSocket> => {
  if (options.inherited !== undefined) expectInheritable(claimed, 'bind');
  const opener: Opener = (address, core, driverOptions) => claimed.backend.bind(address, core, driverOptions);
  // Where a bound socket sends from is where it is bound: the option is that of a connected one.
  return new BoundSocket(await open(claimed, { ...options, localAddress: undefined }, 'bind', opener));
};

/** Opens a datagram socket with one peer. */
export const connectPeer = async (claimed: Claimed, options: ConnectDatagramOptions): Promise<DatagramPeer> => {
  if (options.inherited !== undefined) {
    const reason = 'inherited is for sockets that are bound: use bind';
    throw new TransportError({ code: 'ERR_UNSUPPORTED', op: 'connect', at: claimed.text, reason });
  }
  const opener: Opener = (address, core, driverOptions) =>
    claimed.backend.connectDatagram(address, core, driverOptions);
  const core = await open(claimed, options, 'connect', opener);
  const { remote } = core.driver;
  if (remote !== undefined) return new ConnectedPeer(core, remote);
  await core.close();
  throw new TransportError({ code: 'ERR_UNSUPPORTED', op: 'connect', at: claimed.text, reason: 'it names no peer' });
};
