/** What happens to a text that two readers see differently. */
type Verdict = 'only they accept' | 'only we accept' | 'they read another address';

/** Why another reader and this package disagree about a text. */
export interface IpDifference {
  /** The name of the other reader. */
  readonly reader: string;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly holds: (text: string) => boolean;
  readonly example: string;
}

const zoneOf = (text: string): string => (text.includes('%') ? text.slice(text.indexOf('%') + 1) : '');

const utf8Length = (text: string): number =>
  encodeURIComponent(text.toWellFormed()).replaceAll(/%[0-9A-F]{2}/g, '.').length;

const isLongZone = (text: string): boolean => utf8Length(zoneOf(text)) > 15;

// An octet or a part of inet_aton that is no plain octet: octal, hexadecimal, or more than eight bits wide.
const LEGACY_IPV4 = /^(?:(?:0x[0-9a-f]+|[0-9]+)\.){0,3}(?:0x[0-9a-f]+|[0-9]+)$/i;

/**
 * Every reason that is known. A disagreement that none of them explains is a fault, of this package or of the other
 * reader: then it belongs here, with its example.
 */
export const ipDifferences: readonly IpDifference[] = [
  {
    reader: 'net.isIP()',
    verdict: 'only we accept',
    reason: 'it knows zones of ASCII letters, digits, "-", "." and ":" only; interface names have more',
    holds: (text) => /[^0-9a-zA-Z\-.:]/.test(zoneOf(text)),
    example: 'fe80::1%br_lan',
  },
  {
    reader: 'net.isIP()',
    verdict: 'only they accept',
    reason: 'it takes ":" in a zone, which makes "fe80::1%lo0:80" ambiguous',
    holds: (text) => zoneOf(text).includes(':'),
    example: 'fe80::1%lo0:80',
  },
  {
    reader: 'net.isIP()',
    verdict: 'only they accept',
    reason: 'it takes zones that are longer than the 15 bytes of an interface name',
    holds: isLongZone,
    example: 'fe80::1%aaaaaaaaaaaaaaaa',
  },
  {
    reader: 'URL',
    verdict: 'only we accept',
    reason: 'it knows no zones (RFC 9844 took them out of URIs)',
    holds: (text) => zoneOf(text) !== '',
    example: 'fe80::1%eth0',
  },
  // In the order in which a URL parser does them.
  {
    reader: 'URL',
    verdict: 'only they accept',
    reason: 'it drops tabs and line ends',
    holds: (text) => /[\t\n\r]/.test(text),
    example: '127.0.0.1\n',
  },
  {
    reader: 'URL',
    verdict: 'only they accept',
    reason: 'it finds user names, ports, paths, queries and fragments',
    holds: (text) => /[/\\?#@:]/.test(text),
    example: 'user@127.0.0.1',
  },
  {
    reader: 'URL',
    verdict: 'only they accept',
    reason: 'it decodes percent escapes',
    holds: (text) => /%[0-9a-fA-F]{2}/.test(text),
    example: '%31.0.0.1',
  },
  {
    reader: 'URL',
    verdict: 'only they accept',
    reason: 'it maps other digits and dots to ASCII',
    holds: (text) => /[^\0-\x7f]/.test(text),
    example: '１２７.0.0.1',
  },
  {
    reader: 'URL',
    verdict: 'only they accept',
    reason: 'it reads what inet_aton reads: fewer parts, octal, hexadecimal, and a dot at the end',
    holds: (text) => /^(?:(?:[0-9]+|0[xX][0-9a-fA-F]*)\.?)+$/.test(text),
    example: '0x7f.1',
  },
  {
    reader: 'ipaddr.js',
    verdict: 'only we accept',
    reason: 'it knows zones of ASCII letters and digits only; interface names have more',
    holds: (text) => /[^0-9a-zA-Z]/.test(zoneOf(text)),
    example: 'fe80::1%br-lan',
  },
  {
    reader: 'ipaddr.js',
    verdict: 'only they accept',
    reason: 'it takes zones that are longer than the 15 bytes of an interface name',
    holds: isLongZone,
    example: 'fe80::1%aaaaaaaaaaaaaaaa',
  },
  {
    reader: 'ipaddr.js',
    verdict: 'only they accept',
    reason: 'it reads what inet_aton reads: fewer parts, octal and hexadecimal',
    holds: (text) => LEGACY_IPV4.test(text),
    example: '0177.1',
  },
  {
    reader: 'ipaddr.js',
    verdict: 'only they accept',
    reason: 'it takes octal and hexadecimal octets in the IPv4 part of an IPv6 address',
    holds: (text) => /:(?:[0-9a-fx]+\.){3}[0-9a-fx]+(?:%|$)/i.test(text) && /[:.]0[0-9x]/i.test(text),
    example: '::ffff:127.0.0.01',
  },
  {
    reader: 'ipaddr.js',
    verdict: 'they read another address',
    reason: 'it makes the IPv4-mapped ::ffff:10.0.0.1 of the IPv4-compatible ::10.0.0.1 (RFC 4291, section 2.5.5.1)',
    holds: (text) => /^::(?:[0-9]+\.){3}[0-9]+(?:%|$)/.test(text),
    example: '::10.0.0.1',
  },
  {
    reader: 'ipaddress of Python',
    verdict: 'only they accept',
    reason:
      'it takes any zone without "%": longer than an interface name, with ":" or brackets, with what does not print',
    holds: (text) => isLongZone(text) || /[:/?#[\]\p{C}\p{Z}]/u.test(zoneOf(text)),
    example: 'fe80::1%lo0:80',
  },
];
