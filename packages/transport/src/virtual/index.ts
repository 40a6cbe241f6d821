export type { DatagramCounts } from './datagram-traffic.ts';
export { type FakeClock, fakeClock } from './fake-clock.ts';
export type { AtLimit, Link, LinkOptions, LinkState } from './link.ts';
export type { NameAnswer, NameFailure } from './name-table.ts';
export type { NetworkEvent, NetworkEventKind } from './network-event.ts';
export type { Path } from './path.ts';
export type { VirtualHost } from './virtual-host.ts';
export { virtualNetwork, type VirtualNetwork, type VirtualNetworkOptions } from './virtual-network.ts';
