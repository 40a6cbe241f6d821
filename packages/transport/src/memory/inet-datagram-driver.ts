import type { Address } from '@stack/address';
import type { DatagramCap } from '../contract/caps.ts';
import type { DatagramEvents, Membership } from '../contract/driver.ts';
import { type DatagramField, MemoryDatagramDriver } from './datagram-driver.ts';
import { GroupMembers } from './group-members.ts';

/** `ipv6Only` is kept by what it is: no socket takes another family. */
const caps: ReadonlySet<DatagramCap> = new Set<DatagramCap>(['broadcast', 'multicast', 'sourceMulticast', 'ipv6Only']);

/** A UDP socket in memory: one that can reach, and be reached by, many at once. */
export class InetDatagramDriver extends MemoryDatagramDriver {
  readonly caps: ReadonlySet<DatagramCap> = caps;
  readonly groups: GroupMembers = new GroupMembers();
  mayBroadcast: boolean;

  constructor(
    local: Address,
    remote: Address | undefined,
    events: DatagramEvents,
    field: DatagramField,
    mayBroadcast: boolean,
  ) {
    super(local, remote, events, field);
    this.mayBroadcast = mayBroadcast;
  }

  setMulticastLoop(on: boolean): void {
    this.groups.loops = on;
  }

  setMulticastInterface(name: string): void {
    this.groups.refuseInterface(name, this.local);
  }

  setBroadcast(on: boolean): void {
    this.mayBroadcast = on;
  }

  join(membership: Membership): void {
    this.groups.join(membership, this.local);
  }

  leave(membership: Membership): void {
    this.groups.leave(membership);
  }
}
