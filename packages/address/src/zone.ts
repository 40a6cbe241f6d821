import { strayFault, type Fault } from './fault.ts';
import { lengthFault } from './utf8.ts';

/** Linux allows an interface name 15 bytes (`IFNAMSIZ` with its NUL is 16); the BSDs have the same limit. */
export const ZONE_MAX_BYTES = 15;

// Nothing, what would make the text around the zone ambiguous (another zone, a path, a port, a query, brackets, a space),
// and what does not print.
const REFUSED = /^$|[%/:?#[\]\p{C}\p{Z}]/u;

/**
 * Says why a text is no zone, or nothing. A zone is an interface name or index, taken as it is: `%25` is the interface
 * with index 25 and no escape (RFC 9844 took zones out of URIs).
 */
export const zoneFault = (zone: string): Fault | undefined =>
  lengthFault('ERR_ADDRESS_ZONE', zone, ZONE_MAX_BYTES) ??
  strayFault('ERR_ADDRESS_ZONE', zone, REFUSED, 'an interface name or index after "%"');
