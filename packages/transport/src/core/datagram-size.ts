import { type Address, formatAddress } from '@stack/address';
import { TransportError } from '../contract/errors.ts';

/**
 * The longest payload of UDP, in bytes: 65,535 less the header of UDP (RFC 768), and over IPv4 less that of IP, which counts
 * there too (RFC 791 section 3.1; not over IPv6, RFC 8200 section 3).
 */
const maxPayloads: Readonly<Record<'AF_INET' | 'AF_INET6', number>> = { AF_INET: 65_507, AF_INET6: 65_527 };

/** The most bytes that a UDP datagram to this address can have. */
export const maxUdpBytes = (to: Address): number => maxPayloads[to.family === 'AF_INET6' ? 'AF_INET6' : 'AF_INET'];

/** The error of a datagram that is longer than any can be: in the words of the kernel, with the numbers. */
export const tooLong = (bytes: number, maxBytes: number, to: Address, local: Address): TransportError =>
  new TransportError({
    code: 'EMSGSIZE',
    op: 'send',
    at: formatAddress(to),
    reason: `the datagram has ${bytes} bytes, and at most ${maxBytes} fit into one`,
    local,
    remote: to,
  });
