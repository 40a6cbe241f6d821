import { isIP } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { inet, type InetAddress } from '@stack/address';
import { TransportError } from '../contract/errors.ts';

const sameHost = (a: string, b: string): boolean => inet(a, 0).host === inet(b, 0).host;

/** An address of this name, or the interface of this address; Node lists addresses of both kinds without their zone. */
const matches = (text: string, name: string, info: NetworkInterfaceInfo): boolean =>
  name === text || (isIP(text) !== 0 && sameHost(info.address.replace(/%.*/, ''), text));

/**
 * An interface as Node takes it for multicast: IPv4 asks for one of its addresses, IPv6 for its name. Node, and the library
 * below, take an IPv6 name that does not exist for "any": so it is looked up before.
 *
 * @throws {TransportError} `ENODEV` when there is none with an address of the family
 */
export const toNodeInterface = (text: string, family: InetAddress['family'], at: string): string => {
  const version = family === 'AF_INET' ? 'IPv4' : 'IPv6';
  for (const [name, infos = []] of Object.entries(networkInterfaces())) {
    const info = infos.find((each) => each.family === version && matches(text, name, each));
    if (info !== undefined) return family === 'AF_INET' ? info.address : `::%${name}`;
  }
  const reason = `no interface "${text}" has an ${version} address`;
  throw new TransportError({ code: 'ENODEV', op: 'configure', at, reason });
};
