import { type Address, inet, type InetAddress, isMapped, isMulticast, isUnspecified } from '@stack/address';
import type { GroupOptions } from '../contract/datagram-options.ts';
import type { Membership } from '../contract/driver.ts';

/** Checks the name or address of an interface: whether there is one, only the system knows. */
export const interfaceName = (name: string): string => {
  if (typeof name !== 'string') throw new TypeError(`interface must be a string, not ${typeof name}`);
  if (/^[^\s\0%/]+$/.test(name)) return name;
  throw new RangeError(`interface must be a name such as eth0, or one of its addresses, not ${JSON.stringify(name)}`);
};

const familyName = (family: Address['family']): string => (family === 'AF_INET' ? 'IPv4' : 'IPv6');

const zoneOf = (address: InetAddress): string | undefined => (address.family === 'AF_INET6' ? address.zone : undefined);

const readSource = (source: string, group: InetAddress): InetAddress => {
  const address = inet(source, 0);
  if (address.family !== group.family) {
    throw new RangeError(`source must be an ${familyName(group.family)} address, as the group is, not "${source}"`);
  }
  if (isMulticast(address) || isUnspecified(address)) {
    throw new RangeError(`source must be the address of one sender, not "${source}"`);
  }
  return address;
};

/** Checks what is to be joined, by a socket of this family. */
export const membership = (text: string, options: GroupOptions, family: Address['family']): Membership => {
  const group = inet(text, 0);
  if (!isMulticast(group) || (group.family === 'AF_INET6' && isMapped(group))) {
    throw new RangeError(`group must be a multicast address such as 239.1.2.3 or ff02::1:3, not "${text}"`);
  }
  if (group.family !== family) {
    throw new RangeError(`group must be an ${familyName(family)} address, as the socket is, not "${text}"`);
  }
  const named = options.interface === undefined ? undefined : interfaceName(options.interface);
  const zone = zoneOf(group);
  if (named !== undefined && zone !== undefined && named !== zone) {
    throw new RangeError(`interface must be "${zone}", which the group "${text}" names, not "${named}"`);
  }
  return {
    group,
    source: options.source === undefined ? undefined : readSource(options.source, group),
    interface: named ?? zone,
  };
};
