import { Fault } from './fault.ts';
import { quoteAt, unprintableAt } from './quote.ts';
import { measureUtf8 } from './utf8.ts';

/** Linux allows an interface name 15 bytes (`IFNAMSIZ` with its NUL is 16); the BSDs have the same limit. */
export const ZONE_MAX_BYTES = 15;

// What would make the text around the zone ambiguous: another zone, a path, a port, a query, brackets, a space.
const RESERVED = /[%/:?#[\]\s]/;

const fault = (index: number, reason: string): Fault => new Fault('ERR_ADDRESS_ZONE', index, reason);

/**
 * Says why a text is no zone, or nothing. A zone is an interface name or index, taken as it is: `%25` is the interface
 * with index 25 and no escape (RFC 9844 took zones out of URIs).
 */
export const zoneFault = (zone: string): Fault | undefined => {
  if (zone === '') return fault(0, 'expected an interface name or index after "%"');
  if (zone.length > ZONE_MAX_BYTES) return fault(ZONE_MAX_BYTES, `a zone has at most ${ZONE_MAX_BYTES} bytes`);
  const index = zone.search(RESERVED);
  if (index >= 0) return fault(index, `a zone cannot contain ${quoteAt(zone, index)}`);
  const bad = unprintableAt(zone);
  if (bad >= 0) return fault(bad, `a zone holds printable characters only, found ${quoteAt(zone, bad)}`);
  return measureUtf8(zone, ZONE_MAX_BYTES).bytes > ZONE_MAX_BYTES
    ? fault(0, `a zone has at most ${ZONE_MAX_BYTES} bytes of UTF-8`)
    : undefined;
};
