import { type Address, inet, unixAbstract, unixPath, unixUnnamed } from '@stack/address';
import type { ProxyDetails } from './header.ts';

/** A header, as bytes, and what must become of it. */
export interface Vector {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A header that must be accepted. */
export interface Accepted extends Vector {
  readonly version: 1 | 2;
  readonly command?: 'local';
  readonly transport?: 'stream' | 'datagram';
  readonly source?: Address;
  readonly destination?: Address;
  readonly details?: Partial<ProxyDetails>;
}

/** A header that must be refused, with what the error says. */
export interface Refused extends Vector {
  readonly reason: string;
}

const encoder = new TextEncoder();
const signature = '0d0a0d0a000d0a515549540a';

const fromHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const textHex = (text: string): string => hexOf(encoder.encode(text));
const word = (value: number): string => value.toString(16).padStart(4, '0');

/** One item, in hexadecimal. */
export const item = (type: string, value: string): string => `${type}${word(value.length / 2)}${value}`;
const unixField = (start: string): string => start.padEnd(216, '0');

/** A binary header from its command, family and body, in hexadecimal. */
export const binary = (command: string, family: string, body = ''): Uint8Array =>
  fromHex(`${signature}${command}${family}${word(body.replaceAll(' ', '').length / 2)}${body}`);
const line = (text: string): Uint8Array => encoder.encode(`${text}\r\n`);

const inet4Block = 'c0000201 c6336407 dc04 01bb';
const inet6Block = '20010db8000000000000000000000001 20010db8000000000000000000000002 1388 0035';
const from4 = inet('192.0.2.1', 56_324);
const to4 = inet('198.51.100.7', 443);
const from6 = inet('2001:db8::1', 5_000);
const to6 = inet('2001:db8::2', 53);
const stream4 = { transport: 'stream', source: from4, destination: to4 } as const;

/** As HAProxy sends it for a TLS client that showed a certificate. */
const tls = item(
  '20',
  `07 00000000 ${item('21', textHex('TLSv1.3'))} ${item('22', textHex('example.com'))} ${item('23', textHex('TLS_AES_256_GCM_SHA384'))} ${item('24', textHex('RSA-SHA256'))} ${item('25', textHex('RSA2048'))}`.replaceAll(
    ' ',
    '',
  ),
);
const tlsDetails = {
  isUsed: true,
  hasCertificate: true,
  hasSessionCertificate: true,
  isVerified: true,
  version: 'TLSv1.3',
  commonName: 'example.com',
  cipher: 'TLS_AES_256_GCM_SHA384',
  signatureAlgorithm: 'RSA-SHA256',
  keyAlgorithm: 'RSA2048',
  others: [],
};
const plainTls = {
  isUsed: true,
  hasCertificate: false,
  hasSessionCertificate: false,
  isVerified: false,
  others: [],
};

/** What must be accepted. */
export const accepted: readonly Accepted[] = [
  { name: 'v1 TCP4', bytes: line('PROXY TCP4 192.0.2.1 198.51.100.7 56324 443'), version: 1, ...stream4 },
  {
    name: 'v1 TCP6, in capitals and not shortened',
    bytes: line('PROXY TCP6 2001:0DB8:0:0:0:0:0:1 2001:db8::2 5000 53'),
    version: 1,
    transport: 'stream',
    source: from6,
    destination: to6,
  },
  {
    name: 'v1 TCP6 with a mapped address',
    bytes: line('PROXY TCP6 ::ffff:192.0.2.1 2001:db8::2 0 65535'),
    version: 1,
    transport: 'stream',
    source: inet('::ffff:192.0.2.1', 0),
    destination: inet('2001:db8::2', 65_535),
  },
  { name: 'v1 UNKNOWN', bytes: line('PROXY UNKNOWN'), version: 1 },
  {
    name: 'v1 UNKNOWN with the longest rest',
    bytes: line(`PROXY UNKNOWN ${'ffff:'.repeat(7)}ffff ${'ffff:'.repeat(7)}ffff 65535 65535`),
    version: 1,
  },
  { name: 'v1 UNKNOWN with anything behind it', bytes: line('PROXY UNKNOWN  99999 \u00ff\u0000?'), version: 1 },
  { name: 'v2 TCP over IPv4', bytes: binary('21', '11', inet4Block), version: 2, ...stream4 },
  {
    name: 'v2 UDP over IPv4',
    bytes: binary('21', '12', inet4Block),
    version: 2,
    ...stream4,
    transport: 'datagram',
  },
  {
    name: 'v2 TCP over IPv6',
    bytes: binary('21', '21', inet6Block),
    version: 2,
    transport: 'stream',
    source: from6,
    destination: to6,
  },
  {
    name: 'v2 UDP over IPv6',
    bytes: binary('21', '22', inet6Block),
    version: 2,
    transport: 'datagram',
    source: from6,
    destination: to6,
  },
  {
    name: 'v2 Unix stream, from an unnamed socket to a path',
    bytes: binary('21', '31', unixField('') + unixField(textHex('/run/echo.sock'))),
    version: 2,
    transport: 'stream',
    source: unixUnnamed,
    destination: unixPath('/run/echo.sock'),
  },
  {
    name: 'v2 Unix datagram, from an abstract name to the longest path',
    bytes: binary('21', '32', unixField(`00${textHex('client')}`) + unixField(textHex(`/${'p'.repeat(106)}`))),
    version: 2,
    transport: 'datagram',
    source: unixAbstract('client'),
    destination: unixPath(`/${'p'.repeat(106)}`),
  },
  { name: 'v2 PROXY, unspecified', bytes: binary('21', '00'), version: 2 },
  {
    name: 'v2 PROXY, unspecified, with items',
    bytes: binary('21', '00', item('05', 'beef')),
    version: 2,
    details: { uniqueId: fromHex('beef') },
  },
  {
    name: 'v2 PROXY, IPv4 of no protocol: the addresses are ignored',
    bytes: binary('21', '10', inet4Block),
    version: 2,
  },
  { name: 'v2 PROXY, a stream of no family', bytes: binary('21', '01'), version: 2, transport: 'stream' },
  { name: 'v2 LOCAL', bytes: binary('20', '00'), version: 2, command: 'local' },
  {
    name: 'v2 LOCAL with items, as HAProxy checks health',
    bytes: binary('20', '00', item('03', '889da1df') + item('20', '0000000000')),
    version: 2,
    command: 'local',
    details: { tls: { ...plainTls, isUsed: false } },
  },
  {
    name: 'v2 LOCAL with addresses, which are skipped',
    bytes: binary('20', '11', inet4Block),
    version: 2,
    command: 'local',
  },
  {
    name: 'v2 LOCAL of a family that nobody knows, with a body of no form',
    bytes: binary('20', 'f7', 'ffffff'),
    version: 2,
    command: 'local',
  },
  {
    name: 'v2 with ALPN, authority, unique id, namespace, padding and an item of its own',
    bytes: binary(
      '21',
      '11',
      inet4Block +
        item('01', textHex('echo')) +
        item('02', textHex('b\u00fccher.example')) +
        item('04', '000000') +
        item('04', '') +
        item('05', 'aa'.repeat(128)) +
        item('30', textHex('blue')) +
        item('e0', '01') +
        item('e0', '02'),
    ),
    version: 2,
    ...stream4,
    details: {
      alpn: fromHex(textHex('echo')),
      authority: 'b\u00fccher.example',
      uniqueId: fromHex('aa'.repeat(128)),
      namespace: 'blue',
      others: [
        { type: 0xe0, value: fromHex('01') },
        { type: 0xe0, value: fromHex('02') },
      ],
    },
  },
  {
    name: 'v2 with TLS and a certificate that was verified',
    bytes: binary('21', '11', inet4Block + tls),
    version: 2,
    ...stream4,
    details: { tls: tlsDetails },
  },
  {
    name: 'v2 with TLS and no certificate: nothing was verified, though the field is 0',
    bytes: binary('21', '11', inet4Block + item('20', '0100000000')),
    version: 2,
    ...stream4,
    details: { tls: plainTls },
  },
  {
    name: 'v2 with TLS and a certificate that was not verified',
    bytes: binary('21', '11', inet4Block + item('20', '0300000001')),
    version: 2,
    ...stream4,
    details: { tls: { ...plainTls, hasCertificate: true } },
  },
  {
    name: 'v2 with a checksum',
    bytes: binary('21', '11', inet4Block + item('03', 'd45a11b9')),
    version: 2,
    ...stream4,
  },
];

/** What must be refused. */
export const refused: readonly Refused[] = [
  { name: 'nothing of the kind', bytes: encoder.encode('GET / HTTP/1.1\r\n\r\n'), reason: 'byte 0 does not begin one' },
  { name: 'v1 in small letters', bytes: line('proxy TCP4 1.2.3.4 1.2.3.4 1 2'), reason: 'byte 0' },
  { name: 'v1 cut short by another word', bytes: line('PROXI TCP4'), reason: 'byte 4 does not begin one' },
  { name: 'v1 without space', bytes: line('PROXY'), reason: 'byte 5 does not begin one' },
  { name: 'v1 with two spaces', bytes: line('PROXY  TCP4 1.2.3.4 1.2.3.4 1 2'), reason: '"" is no family' },
  { name: 'v1 of UDP', bytes: line('PROXY UDP4 1.2.3.4 1.2.3.4 1 2'), reason: '"UDP4" is no family' },
  { name: 'v1 port 99999', bytes: line('PROXY TCP4 1.2.3.4 1.2.3.4 99999 2'), reason: 'the source: "99999"' },
  { name: 'v1 port 65536', bytes: line('PROXY TCP4 1.2.3.4 1.2.3.4 1 65536'), reason: 'the destination: "65536"' },
  { name: 'v1 port with a leading zero', bytes: line('PROXY TCP4 1.2.3.4 1.2.3.4 01 2'), reason: 'the source: "01"' },
  { name: 'v1 port with a sign', bytes: line('PROXY TCP4 1.2.3.4 1.2.3.4 +1 2'), reason: 'the source: "+1"' },
  { name: 'v1 octet with a leading zero', bytes: line('PROXY TCP4 01.2.3.4 1.2.3.4 1 2'), reason: 'the source:' },
  { name: 'v1 octet past 255', bytes: line('PROXY TCP4 1.2.3.4 1.2.3.256 1 2'), reason: 'the destination:' },
  { name: 'v1 IPv6 as TCP4', bytes: line('PROXY TCP4 ::1 1.2.3.4 1 2'), reason: 'the source:' },
  { name: 'v1 IPv4 as TCP6', bytes: line('PROXY TCP6 1.2.3.4 ::1 1 2'), reason: 'the source:' },
  { name: 'v1 IPv6 with a zone', bytes: line('PROXY TCP6 fe80::1%eth0 ::1 1 2'), reason: 'the source:' },
  { name: 'v1 too few fields', bytes: line('PROXY TCP4 1.2.3.4'), reason: '1 field after TCP4' },
  { name: 'v1 too many fields', bytes: line('PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3'), reason: '5 fields after TCP4' },
  { name: 'v1 a space too many', bytes: line('PROXY TCP4 1.2.3.4 1.2.3.4 1 2 '), reason: '5 fields after TCP4' },
  { name: 'v1 a tab', bytes: line('PROXY TCP4\t1.2.3.4 1.2.3.4 1 2'), reason: 'is no family' },
  { name: 'v1 a lone line feed', bytes: encoder.encode('PROXY TCP4 1.2.3.4\n'), reason: 'without carriage return' },
  { name: 'v1 a lone carriage return', bytes: encoder.encode('PROXY UNKNOWN\rX'), reason: 'without line feed' },
  { name: 'v1 a lone one of each', bytes: encoder.encode('PROXY TCP4\rX\n'), reason: 'without line feed' },
  { name: 'v1 longer than a line may be', bytes: line(`PROXY UNKNOWN ${'x'.repeat(92)}`), reason: 'within 107 bytes' },
  { name: 'v2 with a wrong signature', bytes: fromHex(`${signature.slice(0, -2)}0b2111000c`), reason: 'byte 11' },
  { name: 'v2 that calls itself 1', bytes: binary('11', '11', inet4Block), reason: 'its version is 1: expected 2' },
  { name: 'v2 that calls itself 3', bytes: binary('31', '11', inet4Block), reason: 'its version is 3' },
  { name: 'v2 unknown command', bytes: binary('22', '11', inet4Block), reason: 'its command is 2' },
  { name: 'v2 unknown family', bytes: binary('21', '41', inet4Block), reason: '0x41' },
  { name: 'v2 unknown protocol', bytes: binary('21', '13', inet4Block), reason: '0x13' },
  { name: 'v2 IPv4 cut', bytes: binary('21', '11', 'c0000201c6336407dc'), reason: '9 bytes of addresses' },
  { name: 'v2 IPv6 cut', bytes: binary('21', '21', inet4Block), reason: '12 bytes of addresses: 0x21 has 36' },
  { name: 'v2 Unix cut', bytes: binary('21', '31', '00'.repeat(215)), reason: '215 bytes of addresses' },
  {
    name: 'v2 Unix path longer than a path may be',
    bytes: binary('21', '31', unixField('') + '70'.repeat(108)),
    reason: 'its Unix address is not one',
  },
  {
    name: 'v2 Unix path that is not UTF-8',
    bytes: binary('21', '31', unixField('') + unixField('2fff')),
    reason: 'not valid UTF-8',
  },
  { name: 'v2 item cut in its length', bytes: binary('21', '11', `${inet4Block}0500`), reason: 'type 5 is cut' },
  { name: 'v2 item past the header', bytes: binary('21', '11', `${inet4Block}050002aa`), reason: '1 bytes of 2' },
  { name: 'v2 two authorities', bytes: binary('21', '00', item('02', '61').repeat(2)), reason: 'two items of type 2' },
  { name: 'v2 authority not UTF-8', bytes: binary('21', '00', item('02', 'c0')), reason: 'authority is not valid' },
  { name: 'v2 long unique id', bytes: binary('21', '00', item('05', 'aa'.repeat(129))), reason: '129 bytes' },
  { name: 'v2 TLS cut', bytes: binary('21', '00', item('20', '01000000')), reason: 'TLS item has 4 bytes' },
  {
    name: 'v2 TLS version twice',
    bytes: binary('21', '00', item('20', `0100000000${item('21', '61').repeat(2)}`)),
    reason: 'its version twice',
  },
  { name: 'v2 checksum of 3 bytes', bytes: binary('21', '00', item('03', '000000')), reason: 'checksum has 3 bytes' },
  { name: 'v2 wrong checksum', bytes: binary('21', '11', inet4Block + item('03', 'd45a11b8')), reason: 'not match' },
  { name: 'v2 LOCAL, wrong checksum', bytes: binary('20', '00', item('03', '00000000')), reason: 'not match' },
  { name: 'v2 longer than accepted', bytes: binary('21', '00', item('04', '00'.repeat(4_078))), reason: '4097 bytes' },
];
