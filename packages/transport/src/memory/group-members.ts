import { type Address, formatAddress } from '@stack/address';
import type { Membership } from '../contract/driver.ts';
import { TransportError } from '../contract/errors.ts';

/** Stands for "whoever sends". */
const anyone = '';

/** The multicast groups that one socket in memory has joined, and of whom. */
export class GroupMembers {
  readonly #sources = new Map<string, Set<string>>();
  /** What this socket sends is heard on this machine, which is all there is. */
  loops = true;

  join({ group, source, interface: name }: Membership, local: Address): void {
    if (name !== undefined) this.refuseInterface(name, local);
    const sources = this.#sources.get(group.host) ?? new Set();
    const wanted = source?.host ?? anyone;
    if (sources.has(wanted)) {
      const reason = `${group.host} was joined already`;
      throw new TransportError({ code: 'EADDRINUSE', op: 'configure', at: formatAddress(local), reason });
    }
    this.#sources.set(group.host, sources.add(wanted));
  }

  leave({ group, source }: Membership): void {
    this.#sources.get(group.host)?.delete(source?.host ?? anyone);
  }

  /** Whether what `from` sends to the group is heard. */
  hears(group: string, from: Address): boolean {
    const sources = this.#sources.get(group);
    if (sources === undefined) return false;
    return sources.has(anyone) || ('host' in from && sources.has(from.host));
  }

  refuseInterface(name: string, local: Address): never {
    const reason = `there is no interface "${name}" in memory`;
    throw new TransportError({ code: 'ENODEV', op: 'configure', at: formatAddress(local), reason });
  }
}
